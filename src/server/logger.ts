/** A log method of pino's: fields, then a message. */
type Log = (fields: object, message?: string) => void;

export interface Logger {
  level: string;
  fatal: Log;
  error: Log;
  warn: Log;
  info: Log;
  debug: Log;
  trace: Log;
  silent: Log;
  child(bindings: Record<string, unknown>, options?: { level?: string }): Logger;
  isLevelEnabled?(level: string): boolean;
}

/** A log method of pino's: fields, then a message. */
type Log = (fields: object, message?: string) => void;

export interface Logger extends Record<'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent', Log> {
  level: string;
  child(bindings: Record<string, unknown>, options?: { level?: string }): Logger;
  isLevelEnabled?(level: string): boolean;
}

import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { Settings } from './settings.js';
import { clearTimeout, nextEventLoopTurn, setTimeout, wallClockNow } from '../system/real-time.js';

/** Bytes that may wait for a reader; what comes after them is dropped. */
const BACKLOG = 1024 * 1024;
/** Milliseconds that a reader is given for the last lines. */
const PATIENCE = 100;

/**
 * Where log lines go. The lines of one turn of the event loop are written together, and a reader that has
 * stopped reading can neither block the server nor fill its memory: lines are dropped, and later counted. pino's own
 * destination hangs a process whose stdout is a pipe that nobody reads.
 */
export class LogStream {
  readonly #out: Writable;
  readonly #format: (line: string) => string;
  #waiting = '';
  #scheduled = false;
  #dropped = 0;

  constructor(out: Writable, format: (line: string) => string = (line) => line) {
    this.#out = out;
    this.#format = format;
    // A reader that went away, as `head` does, must not take the server with it.
    out.on('error', () => undefined);
  }

  write(line: string): void {
    if (this.#waiting.length + this.#out.writableLength > BACKLOG) {
      this.#dropped++;
      return;
    }
    this.#tellDropped();
    this.#waiting += this.#format(line);
    if (this.#scheduled) return;
    this.#scheduled = true;
    void nextEventLoopTurn().then(() => this.flush());
  }

  /** Writes a line as it is, whatever the format and however long the queue. */
  announce(line: string): void {
    this.#waiting += line;
    this.flush();
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#waiting === '') return;
    this.#out.write(this.#waiting);
    this.#waiting = '';
  }

  /** Writes what is left, and waits until it is read, but not for a reader that has stopped reading. */
  end(): Promise<void> {
    this.#tellDropped();
    this.flush();
    return new Promise((resolve) => {
      const impatient = setTimeout(resolve, PATIENCE);
      this.#out.write('', () => {
        clearTimeout(impatient);
        resolve();
      });
    });
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const msg = `${this.#dropped} log lines were dropped: nobody read them`;
    this.#dropped = 0;
    this.#waiting += this.#format(`${JSON.stringify({ level: 40, time: wallClockNow(), msg })}\n`);
  }
}

/** The time of a line, in the form in which pino wants it: its own comes from the global `Date`, which a test may fake. */
export function timestamp(): string {
  return `,"time":${wallClockNow()}`;
}

/** Opens the log that the settings ask for. */
export async function openLog(
  { logLevel, logFormat }: Settings,
  out: Writable & { isTTY?: boolean },
): Promise<{ log: Logger; stream: LogStream }> {
  const format = logFormat ?? (out.isTTY === true ? 'pretty' : 'json');
  const stream = new LogStream(out, format === 'pretty' ? await prettyLines(out.isTTY === true) : undefined);
  return { log: pino({ level: logLevel, base: null, timestamp }, stream), stream };
}

async function prettyLines(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ colorize, singleLine: true });
  return (line) => pretty(line) ?? '';
}

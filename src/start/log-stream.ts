import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { Settings } from './settings.js';
import { nextEventLoopTurn, wallClockNow, within } from '../system/real-time.js';

/** Bytes buffered for a slow reader; further lines are dropped. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
/** Milliseconds to wait for the reader at the end. */
const FLUSH_TIMEOUT_MS = 100;

/**
 * The destination of the log. It writes the lines of one turn of the event loop together. A reader that stops reading
 * neither blocks the server nor fills its memory: lines are dropped, and their number is logged later. pino's own
 * destination hangs the process if stdout is an unread pipe.
 */
export class LogStream {
  #waiting = '';
  #dropped = 0;

  constructor(
    private readonly out: Writable,
    private readonly format: (line: string) => string = String,
  ) {
    // A reader that exits, as `head` does, must not crash the server.
    out.on('error', () => undefined);
  }

  write(line: string): void {
    if (this.#waiting.length + this.out.writableLength > MAX_BACKLOG_BYTES) {
      this.#dropped++;
      return;
    }
    const isFirst = this.#waiting === '';
    this.#reportDropped();
    this.#waiting += this.format(line);
    if (isFirst) void nextEventLoopTurn().then(() => this.flush());
  }

  /** Writes a line unformatted, even if the buffer is full. */
  announce(line: string): void {
    this.#waiting += line;
    this.flush();
  }

  flush(): void {
    if (this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    this.out.write(text);
  }

  /** Flushes the buffer and waits until it is read, at most `FLUSH_TIMEOUT_MS`. */
  end(): Promise<void> {
    this.#reportDropped();
    this.flush();
    const read = new Promise<void>((resolve) => this.out.write('', () => resolve()));
    return within(FLUSH_TIMEOUT_MS, read);
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const msg = `${this.#dropped} log lines were dropped: the reader was too slow`;
    this.#dropped = 0;
    this.#waiting += this.format(`${JSON.stringify({ level: 40, time: wallClockNow(), msg })}\n`);
  }
}

/** The time of a line in the form that pino expects. Its own reads the global `Date`, which a test may fake. */
export function pinoTimestamp(): string {
  return `,"time":${wallClockNow()}`;
}

export async function openLog(
  { logLevel, logFormat }: Settings,
  out: Writable & { isTTY?: boolean },
): Promise<{ log: Logger; stream: LogStream }> {
  const format = logFormat ?? (out.isTTY === true ? 'pretty' : 'json');
  const stream = new LogStream(out, format === 'pretty' ? await prettyLines(out.isTTY === true) : undefined);
  return { log: pino({ level: logLevel, base: null, timestamp: pinoTimestamp }, stream), stream };
}

async function prettyLines(colorize: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({ colorize, singleLine: true });
  return (line) => pretty(line) ?? '';
}

import type { Readable, Writable } from 'node:stream';
import type { Instant } from '../core/time/calendar.js';

/** What a contract command needs of its process. */
export interface ContractIo {
  environment: Readonly<Record<string, string | undefined>>;
  /** Opens stdin. */
  stdin: () => Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  /** Tells the progress on a terminal; silent otherwise. */
  progress: (text: string) => void;
  /** Tells what the user should know in any case. */
  note: (text: string) => void;
  /** Aborted when the command should stop. */
  signal: AbortSignal;
  /** The machine's clock. */
  now: () => Instant;
  /** Resolves after real milliseconds; rejects when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

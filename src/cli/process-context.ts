import { type EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface ProcessContext {
  environment: NodeJS.ProcessEnv;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
  /** Opens stdin, which a command beside the mock reads until then. */
  stdin: () => Readable & { isTTY?: boolean };
  /** Aborted when the command should stop; the reason is the signal. */
  stopped: AbortSignal;
  /** Emits `signal` with the name of every stop signal received. */
  signals: EventEmitter<{ signal: [StopSignal] }>;
  /** Does the process run in a terminal, which sends signals to its child processes too? */
  fromTerminal: boolean;
  /** Called when a server serves. */
  onReady?: () => void;
}

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** Resolves when a signal aborts; rejects when `left` aborts before that. */
export async function aborted(signal: AbortSignal, left?: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort', { signal: left });
}

import type { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';

/** What a run needs of the process around it. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable;
  /** Aborted when the run should end, the signal that says so being the reason. */
  stopped: AbortSignal;
  /** Emits `signal` with the name of each signal that says so. */
  signals: EventEmitter<{ signal: [StopSignal] }>;
  /** Is the process run from a terminal, which sends its signals to the processes begun by this one too? */
  fromTerminal: boolean;
}

export type StopSignal = 'SIGTERM' | 'SIGINT';

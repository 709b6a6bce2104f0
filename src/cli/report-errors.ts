import type { Writable } from 'node:stream';
import { ConfigurationError } from '../schema/configuration-error.js';
import { FailedToStart } from '../start/failed-to-start.js';

/** 0 is a clean stop, 1 a failure at run time, 2 an error in a flag, variable or fixture. */
export type ExitCode = 0 | 1 | 2;

/** Does the work of a command. Writes a failure that users can fix as sentences, and returns the exit code. */
export async function reportErrors(stderr: Writable, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FailedToStart) {
      stderr.write(`error: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof ConfigurationError)) throw error;
    stderr.write(error.problems.map((problem) => `error: ${problem}\n`).join(''));
    return 2;
  }
}

import type { Writable } from 'node:stream';
import { ConfigurationError } from '../schema/configuration-error.js';
import { Failure } from '../system/failure.js';

/** 0 is a clean stop, 1 a failure at run time, 2 an error in a flag, variable or fixture. */
export type ExitCode = 0 | 1 | 2;

/** Does the work of a command. Writes a failure that users can fix as sentences, and returns the exit code. */
export async function reportErrors(stderr: Writable, work: () => Promise<number>): Promise<number> {
  const report = (code: ExitCode, problems: readonly string[]) => {
    stderr.write(problems.map((problem) => `error: ${problem}\n`).join(''));
    return code;
  };
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return report(1, error.message.split('\n'));
    if (error instanceof ConfigurationError) return report(2, error.problems);
    throw error;
  }
}

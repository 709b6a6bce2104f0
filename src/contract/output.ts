import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Static, TObject } from '@sinclair/typebox';
import { ConfigurationError } from '../schema/configuration-error.js';
import { kindOf } from '../system/regular-file.js';
import { Failure } from '../system/failure.js';
import { Field, optional } from '../schema/shapes.js';

export const OUTPUT = {
  ...optional({ out: Field.nonEmpty('File to write. Default: standard output.', 'the path of a file') }),
  force: Field.flag('Overwrite an existing file.', { default: false }),
};

export type Output = Static<TObject<typeof OUTPUT>>;

/** Call it before the work begins. @throws ConfigurationError if the output exists and may not be overwritten. */
export function refuseExisting({ out, force }: Output, flag = '--out'): void {
  if (out === undefined || !existsSync(out)) return;
  const stats = statSync(out);
  if (!stats.isFile())
    throw new ConfigurationError([`${flag}: found ${out}, which is ${kindOf(stats)}, expected the path of a file`]);
  if (!force)
    throw new ConfigurationError([`${flag}: found ${out}, which exists, expected a new path; --force overwrites it`]);
}

/** Writes a text to the output, all of it or nothing. @throws Failure. */
export async function writeOutput(text: string, { out, force }: Output, stdout: Writable): Promise<void> {
  if (out !== undefined) return writeWhole(out, text, force);
  const failed = await new Promise<Error | null | undefined>((resolve) => {
    stdout.once('error', resolve);
    stdout.write(text, resolve);
  });
  if (failed instanceof Error) throw new Failure(`cannot write to standard output: ${failed.message}`);
}

/** Writes a file that appears under its name only when it is complete. */
export function writeWhole(path: string, text: string, overwrite: boolean): void {
  // A symbolic link stays, and the file behind it is overwritten.
  const target = overwrite && existsSync(path) ? realpathSync(path) : path;
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', flush: true });
    // A link, unlike a renamed file, replaces nothing.
    (overwrite ? renameSync : linkSync)(temporary, target);
  } catch (error) {
    throw new Failure(`cannot write ${path}: ${(error as Error).message}`);
  } finally {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What kept it from being written keeps it from being removed.
    }
  }
}

import { accessSync, appendFileSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { type Static, Type } from '@sinclair/typebox';
import { writeWhole } from '../../contract/output.js';
import { ConfigurationError } from '../../schema/configuration-error.js';
import { Field, optional } from '../../schema/shapes.js';
import type { ProcessContext } from '../process-context.js';
import { markdown } from './markdown.js';
import { FORMATS, RENDERERS } from './render.js';
import { FAIL_ON, type Report } from './report.js';
import { textReport } from './text.js';

export const ReportOptions = {
  ...optional({
    report: Field.oneOf(FORMATS, 'Report how the command called the mock, in this format. Without a value: text.', {
      alone: 'text',
    }),
  }),
  failOn: Field.oneOf(FAIL_ON, 'Level of findings that fail a successful command; `warning` includes errors.', {
    default: 'error',
  }),
  ...optional({ reportFile: Field.nonEmpty('File for the report. Default: stderr.', 'the path of a file') }),
};
export type ReportOptions = Static<ReturnType<typeof Type.Object<typeof ReportOptions>>>;

/** @throws ConfigurationError if the file for the report cannot be written. */
export function refuseUnwritable(file: string | undefined): void {
  if (file === undefined) return;
  const problem = (what: string) =>
    new ConfigurationError([`--report-file: found ${file}, ${what}, expected a file that can be written`]);
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) throw problem('which is a folder');
    const isNew = found === undefined || found.isFile();
    if (isNew && !statSync(dirname(file)).isDirectory()) throw problem(`but ${dirname(file)} is not a folder`);
    accessSync(isNew ? dirname(file) : file, constants.W_OK);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw problem(code === 'ENOENT' ? 'in a folder that does not exist' : message);
  }
}

/** Writes a report, to stderr unless told otherwise. Returns whether that was possible; if not, stderr says why. */
export function deliverReport(
  report: Report,
  { report: format = 'text', reportFile: file }: Pick<ReportOptions, 'report' | 'reportFile'>,
  { stderr, environment: { GITHUB_STEP_SUMMARY: summary = '' } }: Pick<ProcessContext, 'stderr' | 'environment'>,
  out: Writable = stderr,
): boolean {
  const rendered = RENDERERS[format](report);
  out.write(file === undefined ? rendered : textReport(report));
  try {
    if (file !== undefined) writeReport(file, rendered);
    if (format === 'github' && summary !== '') appendFileSync(summary, markdown(report));
    return true;
  } catch (error) {
    stderr.write(`error: the report: ${(error as Error).message}\n`);
    return false;
  }
}

function writeReport(file: string, rendered: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  // A pipe or a terminal cannot be replaced.
  if (found !== undefined && !found.isFile()) writeFileSync(file, rendered);
  else writeWhole(file, rendered, true);
}

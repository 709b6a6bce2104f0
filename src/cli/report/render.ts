import { annotations } from './github.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import type { Report } from './report.js';
import { textReport } from './text.js';

/** Each format of a report, and what writes it. */
export const RENDERERS = {
  text: textReport,
  json: (report: Report) => `${JSON.stringify(report, null, 2)}\n`,
  junit,
  // The log of a step has the annotations and, for people, the text, without what GitHub takes for a command.
  github: (report: Report) => annotations(report) + textReport(report).replaceAll(/^(\s*):(?=:)/gm, '$1: '),
  markdown,
};
export const FORMATS = Object.keys(RENDERERS) as (keyof typeof RENDERERS)[];

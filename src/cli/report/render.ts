import { annotations } from './github.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import type { Report } from './report.js';
import { textReport } from './text.js';

export const FORMATS = ['text', 'json', 'junit', 'github', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

export const RENDERERS: Readonly<Record<Format, (report: Report) => string>> = {
  text: textReport,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit,
  // The log of a step has the annotations and, for people, the text, without what GitHub takes for a command.
  github: (report) => annotations(report) + textReport(report).replaceAll(/^(\s*):(?=:)/gm, '$1: '),
  markdown,
};

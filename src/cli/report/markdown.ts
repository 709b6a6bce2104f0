import type { Report } from './report.js';
import { matrixOf, runText } from './text.js';
import { isMatrix } from './words.js';

/** The matrix as a table, and each run that is shown in its text. */
export function markdown(report: Report): string {
  const { command, runs, exitCode } = report;
  const shown = isMatrix(report) ? runs.filter(({ result }) => result !== 'ok') : runs;
  return [
    `## Exit code ${exitCode}`,
    fenced(command),
    ...(isMatrix(report) ? [table(matrixOf(runs))] : []),
    ...shown.map((run) => fenced(runText(run))),
  ]
    .map((block) => `${block}\n\n`)
    .join('');
}

function table([head = [], ...rows]: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A text in a cell: no markup, in one line. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|#~]/g, '\\$&');
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}

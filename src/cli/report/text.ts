import { FINDINGS_EXIT_CODE, type Report, type Run } from './report.js';
import {
  cellOf,
  duration,
  ending,
  findingLine,
  isMatrix,
  levelCounts,
  oneLine,
  requestsLine,
  storyboardOf,
} from './words.js';

export function textReport(report: Report): string {
  const { command, exitCode, failOn, runs } = report;
  if (!isMatrix(report)) return runs.map(runText).join('') + closing(exitCode, failOn);
  const bad = runs.filter(({ result }) => result !== 'ok');
  const count = `${runs.length - bad.length} of ${runs.length} cells are fine: ${oneLine(command)}`;
  return `\n${matrix(runs)}\n${count}\n${bad.map((run) => `\n${runText(run)}`).join('')}`;
}

/** A run in lines for people. */
export function runText(run: Run): string {
  const { storyboard, repeat, profile, durationMs, findings, slowest, output = [], ui } = run;
  const name = storyboard === null && repeat === undefined ? profile : `${storyboardOf(run)}, ${profile}`;
  const rows: [label: string, lines: string[]][] = [
    ['requests', [requestsLine(run)]],
    ['findings', findings.length === 0 ? ['none'] : [levelCounts(findings), ...findings.map(findingLine)]],
    ['slowest', slowest.map(slowLine)],
    ['look at', repeat === undefined ? [ui ?? 'the mock itself: run this again with --ui'] : []],
    ['output', output.map((line) => `| ${line}`)],
    ['repeat', repeat === undefined ? [] : [repeat]],
  ];
  const lines = rows.flatMap(([label, texts]) =>
    texts.map((line, index) => `  ${(index === 0 ? label : '').padEnd(10)}${line === repeat ? line : oneLine(line)}\n`),
  );
  return `${name}: ${ending(run)}, after ${duration(durationMs)}\n${lines.join('')}`;
}

function slowLine({ method, target, status, outcome, durationMs, workspace, request }: Run['slowest'][number]): string {
  const call = `${method} ${target} ${status ?? 'no reply'} ${outcome}`;
  return `${duration(durationMs)}  ${call} (${workspace ?? 'without a valid key'}, request ${request})`;
}

/** Says why the exit code is not that of the command. */
function closing(exitCode: number, failOn: Report['failOn']): string {
  if (exitCode !== FINDINGS_EXIT_CODE) return '';
  return `exit code ${exitCode}: there are findings at the level ${failOn}${failOn === 'warning' ? ' or above' : ''} (--fail-on)\n`;
}

function matrix(runs: readonly Run[]): string {
  const rows = matrixOf(runs);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  const padded = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return padded.map((row) => `${row.join('  ').trimEnd()}\n`).join('');
}

/** How runs ended: a row for each storyboard, a column for each profile, with a head. */
export function matrixOf(runs: readonly Run[]): string[][] {
  const profiles = [...new Set(runs.map(({ profile }) => profile))];
  const rows = [...new Set(runs.map(storyboardOf))].map((storyboard) => {
    const inProfile = (profile: string) =>
      runs.find((run) => storyboardOf(run) === storyboard && run.profile === profile);
    const endings = profiles.map(inProfile).map((run) => (run === undefined ? '' : cellOf(run)));
    return [storyboard, ...endings];
  });
  return [['storyboard', ...profiles], ...rows];
}

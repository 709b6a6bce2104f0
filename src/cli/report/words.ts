import { LEVELS, some } from '../../core/conduct/rule.js';
import type { Report, Run, RunFinding } from './report.js';

/** The column of runs without a storyboard. */
export const BASELINE = 'baseline';

export function storyboardOf({ storyboard }: Run): string {
  return storyboard ?? BASELINE;
}

/** Whether it is the report of `rehearse`: runs as a matrix. */
export function isMatrix({ runs }: Report): boolean {
  return runs.some(({ repeat }) => repeat !== undefined);
}

export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How a run ended, as in `failed with exit code 1, 2 warnings`. */
export function ending({ result, exitCode, findings }: Run): string {
  const counts = levelCounts(findings.filter(({ level }) => level === 'error' || level === 'warning'));
  const code = exitCode === null || exitCode === 0 ? '' : `exit code ${exitCode}`;
  const why = [code, counts].filter((part) => part !== '').join(', ');
  return why === '' ? result : `${result}${result === 'failed' ? ' with ' : ', '}${why}`;
}

export function levelCounts(findings: readonly RunFinding[]): string {
  const counted = LEVELS.map((level) => [level, findings.filter((finding) => finding.level === level).length] as const);
  return counted
    .filter(([, count]) => count > 0)
    .map(([level, count]) => some(count, level, level === 'unjudged' ? level : `${level}s`))
    .join(', ');
}

export function requestsLine({ requests: { total, outcomes } }: Run): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return counts.length === 0 ? 'none' : `${total}: ${counts.join(', ')}`;
}

export function findingLine({ level, rule, workspace, requests, message }: RunFinding): string {
  const ids = requests.length === 0 ? '' : `, ${requests.length === 1 ? 'request' : 'requests'} ${requests.join(', ')}`;
  return `${level} ${rule} (${workspace ?? 'without a valid key'}${ids}): ${message}`;
}

/** The finding to name where there is room for one: an error if there is one. */
function worstOf({ findings }: Run): RunFinding | undefined {
  return findings.find(({ level }) => level === 'error') ?? findings.find(({ level }) => level === 'warning');
}

/** How a run ended, in a cell of the matrix: a failure with its first finding. */
export function cellOf(run: Run): string {
  const { result, exitCode } = run;
  if (result !== 'failed') return ending(run);
  const worst = worstOf(run);
  return `failed${exitCode === 0 ? '' : ` with exit code ${exitCode}`}${worst === undefined ? '' : `: ${worst.rule}`}`;
}

/** What went wrong in a run, in one line. */
export function problemLine(run: Run): string {
  const worst = worstOf(run);
  return worst === undefined ? ending(run) : `${ending(run)}; ${findingLine(worst)}`;
}

/** A text in one line, without control characters. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(/\p{Cc}/gu, '\ufffd');
}

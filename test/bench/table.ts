import type { Ratio } from './measure.js';

/** `unclear` if other load on the machine made the figure meaningless. */
export type Verdict = 'yes' | 'no' | 'unclear';

export interface Row {
  figure: string;
  mock: string;
  /** The baseline. */
  beside: string;
  compared: string;
  limit: string;
  met: Verdict | '';
}

const HEAD: Row = {
  figure: 'figure',
  mock: 'mock',
  beside: 'baseline',
  compared: 'comparison',
  limit: 'limit',
  met: 'met' as Verdict,
};

/** The rows as a Markdown table, aligned as by Prettier. */
export function table(rows: readonly Row[]): string {
  const columns = Object.keys(HEAD) as (keyof Row)[];
  const widths = columns.map((column) => Math.max(3, ...[HEAD, ...rows].map((row) => row[column].length)));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  const written = (row: Row) => line(columns.map((column, index) => row[column].padEnd(widths[index] as number)));
  return [written(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(written)].join('');
}

/** A limit in words, and whether it is met. */
export function atLeast(limit: number, value: number, sure = true): Pick<Row, 'limit' | 'met'> {
  return { limit: `≥ ${limit}`, met: verdict(value >= limit, sure) };
}

export function atMost(limit: number, value: number, { unit = '', sure = true } = {}): Pick<Row, 'limit' | 'met'> {
  return { limit: `≤ ${limit}${unit}`, met: verdict(value <= limit, sure) };
}

/** A row without a limit. */
export const FOR_YOUR_INFORMATION: Pick<Row, 'limit' | 'met'> = { limit: '', met: '' };

function verdict(met: boolean, sure: boolean): Verdict {
  if (!sure) return 'unclear';
  return met ? 'yes' : 'no';
}

export function ratio({ median, least, most }: Ratio): string {
  return `${two(median)} (${two(least)}–${two(most)})`;
}

const two = (value: number) => value.toFixed(2);

export const perSecond = (value: number) => `${whole(value)}/s`;
export const microseconds = (value: number) => `${value.toFixed(1)} µs`;
export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const megabytes = (value: number) => `${value.toFixed(0)} MB`;
export const difference = (value: number) => `${value < 0 ? '−' : '+'}${megabytes(Math.abs(value))}`;
export const whole = (value: number) => Math.round(value).toLocaleString('en');

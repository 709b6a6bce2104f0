import { Buffer } from 'node:buffer';
import type { SeriesRow } from '../../src/core/profiles/series-body.js';
import type { Day } from '../../src/core/time/calendar.js';
import type { Estimates } from '../../src/core/series/series.js';

/** The estimated sizes of days in a row. */
export function estimatesFrom(first: Day, sizes: readonly (number | undefined)[]): Estimates {
  return { first, last: first + sizes.length - 1, on: (day) => sizes[day - first] };
}

export function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString();
}

export function rowsOf(body: Uint8Array): SeriesRow[] {
  return (JSON.parse(textOf(body)) as { data: SeriesRow[] }).data;
}

import type { Segment, SeriesDay } from '../api/replies.js';
import { addDays, daysBetween } from './days.js';
import type { Seen } from '../api/replies.js';

/** Why a client does not see a day. */
export const UNSEEN: Record<Exclude<Seen, 'yes'>, string> = {
  not_processed: 'not processed yet',
  not_retained: 'no longer retained',
  before_creation: 'before creation',
  missing: 'missing',
};

export const RANGES = [
  ['30', '30 d'],
  ['90', '90 d'],
  ['365', '1 y'],
  ['all', 'All'],
] as const;

/** The first day of a range; `all` begins a little before the creation. */
export function firstDay(range: string, today: string, { createdAt }: Segment): string {
  if (range !== 'all') return addDays(today, 1 - Number(range));
  const created = createdAt?.slice(0, 10) ?? addDays(today, -364);
  return daysBetween(created, today) < 30 ? addDays(today, -30) : created;
}

/** What a segment can be compared with. */
export const PAST = { previous: 'Previous period', year: 'A year before' } as const;

/** The days of a comparison, moved onto those of the series. */
export function compareDays(kind: string, from: string, to: string): { from: string; to: string } {
  const back = kind === 'previous' ? daysBetween(from, to) + 1 : kind === 'year' ? 365 : 0;
  return { from: addDays(from, -back), to: addDays(to, -back) };
}

/** Ranges of adjacent days that a client does not see for the same cause, by index. */
export function unseenStretches(
  days: readonly SeriesDay[],
): { cause: Exclude<Seen, 'yes'>; first: number; last: number }[] {
  const stretches: { cause: Exclude<Seen, 'yes'>; first: number; last: number }[] = [];
  for (const [index, { seen }] of days.entries()) {
    const latest = stretches.at(-1);
    if (seen === 'yes') continue;
    if (latest?.cause === seen && latest.last === index - 1) latest.last = index;
    else stretches.push({ cause: seen, first: index, last: index });
  }
  return stretches;
}

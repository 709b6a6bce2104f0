import type { Segment } from '../segments/segment.js';
import { type Day, FIRST_DAY, LAST_DAY, midnight } from '../time/calendar.js';
import type { Window } from './series.js';

/** Why a day has no snapshot, in words. A day has the first cause that applies. */
export const CAUSES = {
  outsideCalendar: 'outside the years 0 to 9999',
  future: 'in the future',
  notProcessed: 'not processed yet',
  beforeCreation: 'before the segment was created',
  notRetained: 'no longer retained',
  missing: 'missing in the fixture',
} as const;
type Cause = keyof typeof CAUSES;

/** The days of a window, and how many of them have a snapshot. */
export interface Days extends Window {
  readonly served: number;
  /** Whether a day without one has a row of size 0 all the same, as the profile says. */
  readonly isZeroFilled: boolean;
  /** The days without one by their cause; `undefined` if there are none. */
  readonly leftOut: Readonly<Partial<Record<Cause, number>>> | undefined;
}

/** A window as a workspace has it: what is processed and still retained, and how its profile shows other days. */
interface Standing {
  available: Window;
  today: Day;
  isZeroFilled: boolean;
}

/** Counts the days of a window. */
export function countDays(segment: Segment, { first, last }: Window, standing: Standing): Days {
  const { isZeroFilled } = standing;
  const hasGaps = segment.missingDays.size > 0 || segment.gaps === 'omit';
  const causeOf = (day: Day) => causeFor(day, segment, standing);
  // Of a window that has its ends and no gaps, no day has to be looked at.
  if (!hasGaps && causeOf(first) === undefined && causeOf(last) === undefined)
    return { first, last, served: last - first + 1, isZeroFilled, leftOut: undefined };
  const leftOut: Partial<Record<Cause, number>> = {};
  let served = 0;
  for (let day = first; day <= last; day++) {
    const cause = causeOf(day);
    if (cause === undefined) served++;
    else leftOut[cause] = (leftOut[cause] ?? 0) + 1;
  }
  return { first, last, served, isZeroFilled, leftOut: served === last - first + 1 ? undefined : leftOut };
}

/** Why a day has no snapshot; `undefined` if it has one. */
function causeFor(day: Day, segment: Segment, { available, today }: Standing): Cause | undefined {
  const { createdAt = -Infinity, missingDays, gaps, points } = segment;
  if (day < FIRST_DAY || day > LAST_DAY) return 'outsideCalendar';
  if (day > today) return 'future';
  if (day > available.last) return 'notProcessed';
  if (midnight(day) < createdAt) return 'beforeCreation';
  if (day < available.first) return 'notRetained';
  return missingDays.has(day) || (gaps === 'omit' && !points.has(day)) ? 'missing' : undefined;
}

/** How many of the days have a snapshot and, by cause, what became of the others. */
export function daysInWords({ first, last, served, isZeroFilled, leftOut }: Days): string {
  if (leftOut === undefined) return served === 1 ? '1 day served' : `${served} days served`;
  const causes = Object.entries(leftOut).map(([cause, days]) => `${days} ${CAUSES[cause as Cause]}`);
  const [have, others] = isZeroFilled ? ['have a snapshot', 'zero-filled'] : ['served', 'left out'];
  return `${served} of ${last - first + 1} days ${have}; ${others}: ${causes.join(', ')}`;
}

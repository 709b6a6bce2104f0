import type { Instant } from '../time/calendar.js';

/** Requests of others that use up a pool while a clock is in [from, until). */
export interface Drain {
  readonly from: Instant;
  readonly until: Instant;
  readonly perSecond: number;
}

/** A token is counted in parts, so that refills per hour and drains per second are whole parts per millisecond. */
export const PARTS_PER_TOKEN = 3_600_000;

/** The instants in (after, before) at which drains begin or end, ascending. */
export function turnsBetween(drains: readonly Drain[], after: Instant, before: Instant): Instant[] {
  const turns = new Set(drains.flatMap(({ from, until }) => [from, until]));
  return [...turns].filter((turn) => turn > after && turn < before).toSorted((one, other) => one - other);
}

/** Parts per millisecond that the drains use at an instant. */
export function drainedAt(drains: readonly Drain[], now: Instant): number {
  let parts = 0;
  for (const { from, until, perSecond } of drains) {
    if (now >= from && now < until) parts += Math.round((perSecond * PARTS_PER_TOKEN) / 1000);
  }
  return parts;
}

import type { Day } from '../time/calendar.js';

/**
 * Days whose sizes are kept of a parent: more than a window of 100 days needs at the end of the longest chain. A subset
 * needs two of them for each of its days, so a chain of n would compute up to 2^n sizes for one day. With a cache at
 * each step, it computes a size of each segment at most once for each day in reach.
 */
export const KEPT_PARENT_DAYS = 8192;

/** A subset's parent: the share of its users, after a delay, and its true size on a day. */
export interface Parent {
  share: number;
  lagDays: number;
  trueSize: (day: Day) => number;
}

/** The share at which a subset has a size on a day; 0 of an empty parent. */
export function shareOf(size: number, { trueSize, lagDays }: Parent, day: Day): number {
  const parentSize = trueSize(day - lagDays);
  return parentSize === 0 ? 0 : size / parentSize;
}

/**
 * The sizes of a subset under one definition [wire contract, 7]: a share of the parent's size `lagDays` earlier, times
 * the subset's own movement since the day of the definition, and never more than the parent's size on the same day.
 */
export class Subset {
  constructor(
    private readonly parent: Parent,
    private readonly share: number,
    private readonly movement: (day: Day) => number,
  ) {}

  sizeOn(day: Day): number {
    const { trueSize, lagDays } = this.parent;
    return Math.min(this.share * trueSize(day - lagDays) * this.movement(day), trueSize(day));
  }
}

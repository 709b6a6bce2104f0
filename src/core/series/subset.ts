import type { Day } from '../time/calendar.js';

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
  readonly #parent: Parent;
  readonly #share: number;
  readonly #movement: (day: Day) => number;

  constructor(parent: Parent, share: number, movement: (day: Day) => number) {
    this.#parent = parent;
    this.#share = share;
    this.#movement = movement;
  }

  sizeOn(day: Day): number {
    const { trueSize, lagDays } = this.#parent;
    return Math.min(this.#share * trueSize(day - lagDays) * this.#movement(day), trueSize(day));
  }
}

/** Days whose sizes are cached: more than a window of 100 days needs of a parent at the end of the longest chain. */
const CACHED_PARENT_DAYS = 8192;

/**
 * Caches the sizes of a parent. A subset needs two of them for each of its days, so a chain of n would compute up to
 * 2^n sizes for one; with a cache at each step, it computes a size of each segment at most once for each day in reach.
 */
export function cached(trueSize: (day: Day) => number): (day: Day) => number {
  const sizes = new Map<Day, number>();
  return (day) => {
    let size = sizes.get(day);
    if (size === undefined) {
      if (sizes.size === CACHED_PARENT_DAYS) sizes.clear();
      sizes.set(day, (size = trueSize(day)));
    }
    return size;
  };
}

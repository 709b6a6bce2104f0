import type { Segment } from '../segments/segment.js';
import type { Random } from '../random.js';
import { power, sigmoid } from './curves.js';

export const DAYS_A_YEAR = 365.2425;

/** The growth multiplier, by days since the anchor. */
export interface Growth {
  since(days: number): number;
}

/**
 * Compound growth if the fixture sets a rate; otherwise an S-curve for dynamic segments, none for others, and none for
 * subsets, which grow with their parent.
 */
export function growthOf({ type, yearlyFactor, subsetOf }: Segment, random: Random): Growth {
  if (yearlyFactor !== undefined) return { since: (days) => power(yearlyFactor, days / DAYS_A_YEAR) };
  return type === 'dynamic' && subsetOf === undefined ? new LevellingGrowth(random) : NO_GROWTH;
}

const NO_GROWTH: Growth = { since: () => 1 };

class LevellingGrowth implements Growth {
  readonly #years: number;

  constructor(random: Random) {
    this.#years = 2 + 3 * random.uniform('growth', 0);
  }

  since(days: number): number {
    return 1 + 0.35 * sigmoid(days / DAYS_A_YEAR / this.#years);
  }
}

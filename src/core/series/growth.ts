import type { Segment } from '../segments/segment.js';
import type { Random } from '../random.js';
import { power, sigmoid } from './curves.js';

export const DAYS_A_YEAR = 365.2425;

/**
 * Compound growth if the fixture sets a rate; otherwise an S-curve for dynamic segments, none for others, and none for
 * subsets, which grow with their parent.
 */
export class Growth {
  readonly #yearlyFactor: number | undefined;
  /** Years from the steepest point of the S-curve to where it levels off; `undefined` without one. */
  readonly #years: number | undefined;

  constructor({ type, yearlyFactor, subsetOf }: Segment, random: Random) {
    this.#yearlyFactor = yearlyFactor;
    this.#years = type === 'dynamic' && subsetOf === undefined ? 2 + 3 * random.uniform('growth', 0) : undefined;
  }

  /** The multiplier, by days since the anchor. */
  since(days: number): number {
    if (this.#yearlyFactor !== undefined) return power(this.#yearlyFactor, days / DAYS_A_YEAR);
    return this.#years === undefined ? 1 : 1 + 0.35 * sigmoid(days / DAYS_A_YEAR / this.#years);
  }
}

import { algorithmOf } from './algorithm.js';

const PARTS_PER_TOKEN = 3_600_000;

/**
 * A token bucket [reference]. A token is counted in 3,600,000 parts, so that a refill of n tokens per hour is n
 * parts per millisecond and every sum is exact: no fraction of a token is lost or gained, however often the bucket
 * is read.
 */
export const tokenBucket = algorithmOf({
  cost: PARTS_PER_TOKEN,
  refusesUntilReset: false,
  // A clock that steps back adds nothing and removes nothing.
  refilled: ({ amount, at }, { capacity, refillPerHour }, now) =>
    Math.min(capacity * PARTS_PER_TOKEN, amount + Math.max(0, now - at) * refillPerHour),
  msUntilFull: ({ amount }, { capacity, refillPerHour }) =>
    Math.ceil((capacity * PARTS_PER_TOKEN - amount) / refillPerHour),
  msUntilOne: ({ amount }, { refillPerHour }) => Math.ceil(Math.max(0, PARTS_PER_TOKEN - amount) / refillPerHour),
});

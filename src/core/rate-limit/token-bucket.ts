import type { RateLimitAlgorithm, RateLimitState, Decision, Quota } from './algorithm.js';

/**
 * A token bucket [reference]. A token is counted in 3,600,000 parts, so that a refill of n tokens per hour is n
 * parts per millisecond and every sum is exact: no fraction of a token is lost or gained, however often the bucket
 * is read.
 */
export const tokenBucket: RateLimitAlgorithm = {
  withRemaining: (remaining, now) => ({ amount: remaining * PARTS_PER_TOKEN, at: now }),

  // A clock that steps back adds nothing and removes nothing.
  asOf({ amount, at }, { capacity, refillPerHour }, now) {
    const refilled = Math.max(0, now - at) * refillPerHour;
    return { amount: Math.min(capacity * PARTS_PER_TOKEN, amount + refilled), at: now };
  },

  take(state, quota, now) {
    const before = tokenBucket.asOf(state, quota, now);
    const admitted = before.amount >= PARTS_PER_TOKEN;
    const after = admitted ? { amount: before.amount - PARTS_PER_TOKEN, at: now } : before;
    return { state: after, decision: tokenBucketDecision(after, quota, admitted) };
  },

  peek(state, quota, now) {
    const present = tokenBucket.asOf(state, quota, now);
    return tokenBucketDecision(present, quota, present.amount >= PARTS_PER_TOKEN);
  },
};

const PARTS_PER_TOKEN = 3_600_000;

function tokenBucketDecision(
  { amount, at }: RateLimitState,
  { capacity, refillPerHour }: Quota,
  admitted: boolean,
): Decision {
  const untilFull = Math.ceil((capacity * PARTS_PER_TOKEN - amount) / refillPerHour);
  const untilOne = Math.ceil(Math.max(0, PARTS_PER_TOKEN - amount) / refillPerHour);
  return {
    admitted,
    limit: capacity,
    remaining: Math.floor(amount / PARTS_PER_TOKEN),
    resetAt: Math.ceil((at + untilFull) / 1000),
    retryAfter: untilOne,
  };
}

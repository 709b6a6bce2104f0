import type { Allowance, Allowed, Decision, Quota } from './algorithm.js';

/**
 * A token bucket [reference]. A token is counted in 3,600,000 parts, so that a refill of n tokens an hour is n
 * parts a millisecond and every sum is exact: fractions of a token are neither lost nor made up, however often
 * the bucket is looked at.
 */
export const bucket: Allowance = {
  holding: (remaining, now) => ({ amount: remaining * PARTS_PER_TOKEN, at: now }),

  // A clock that stepped back gives nothing and takes nothing away.
  asOf({ amount, at }, { capacity, refillPerHour }, now) {
    const flowed = Math.max(0, now - at) * refillPerHour;
    return { amount: Math.min(capacity * PARTS_PER_TOKEN, amount + flowed), at: now };
  },

  take(allowed, quota, now) {
    const before = bucket.asOf(allowed, quota, now);
    const admitted = before.amount >= PARTS_PER_TOKEN;
    const after = admitted ? { amount: before.amount - PARTS_PER_TOKEN, at: now } : before;
    return { allowed: after, decision: report(after, quota, admitted) };
  },

  look(allowed, quota, now) {
    const present = bucket.asOf(allowed, quota, now);
    return report(present, quota, present.amount >= PARTS_PER_TOKEN);
  },
};

const PARTS_PER_TOKEN = 3_600_000;

function report({ amount, at }: Allowed, { capacity, refillPerHour }: Quota, admitted: boolean): Decision {
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

import type { Instant } from '../time/calendar.js';
import type { RateLimitAlgorithm, RateLimitState, Decision, Quota } from './algorithm.js';

const MS_PER_HOUR = 3_600_000;

/**
 * A fixed window of one clock hour [sibling: list-of-segments.json, where the reset is the next full hour]: `capacity`
 * requests per window; `refillPerHour` is ignored.
 */
export const clockHour: RateLimitAlgorithm = {
  withRemaining: (remaining, now) => ({ amount: remaining, at: now }),

  // A clock that steps back into an earlier hour refills nothing.
  asOf: ({ amount, at }, { capacity }, now) => ({
    amount: hourOf(now) > hourOf(at) ? capacity : Math.min(amount, capacity),
    at: now,
  }),

  take(state, quota, now) {
    const { amount } = clockHour.asOf(state, quota, now);
    const admitted = amount >= 1;
    const after = { amount: admitted ? amount - 1 : amount, at: now };
    return { state: after, decision: clockHourDecision(after, quota, admitted) };
  },

  peek(state, quota, now) {
    const present = clockHour.asOf(state, quota, now);
    return clockHourDecision(present, quota, present.amount >= 1);
  },
};

function clockHourDecision({ amount, at }: RateLimitState, { capacity }: Quota, admitted: boolean): Decision {
  const nextHour = (hourOf(at) + 1) * MS_PER_HOUR;
  return {
    admitted,
    limit: capacity,
    remaining: amount,
    resetAt: nextHour / 1000,
    retryAfter: amount >= 1 ? 0 : nextHour - at,
  };
}

function hourOf(instant: Instant): number {
  return Math.floor(instant / MS_PER_HOUR);
}

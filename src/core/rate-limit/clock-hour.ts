import type { Instant } from '../time/calendar.js';
import type { Allowance, Allowed, Decision, Quota } from './algorithm.js';

const MS_PER_HOUR = 3_600_000;

/**
 * A fixed window that begins with each full hour of the clock [sibling: list-of-segments.json, where the reset is the
 * next full hour]: `capacity` requests an hour, all back at the next full hour; `refillPerHour` is ignored.
 */
export const clockHour: Allowance = {
  holding: (remaining, now) => ({ amount: remaining, at: now }),

  // A clock that stepped back into an earlier hour gives nothing: only an hour later than the last one does.
  asOf: ({ amount, at }, { capacity }, now) => ({
    amount: hourOf(now) > hourOf(at) ? capacity : Math.min(amount, capacity),
    at: now,
  }),

  take(allowed, quota, now) {
    const { amount } = clockHour.asOf(allowed, quota, now);
    const admitted = amount >= 1;
    const after = { amount: admitted ? amount - 1 : amount, at: now };
    return { allowed: after, decision: report(after, quota, admitted) };
  },

  look(allowed, quota, now) {
    const present = clockHour.asOf(allowed, quota, now);
    return report(present, quota, present.amount >= 1);
  },
};

function report({ amount, at }: Allowed, { capacity }: Quota, admitted: boolean): Decision {
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

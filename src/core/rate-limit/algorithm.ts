import type { Instant } from '../time/calendar.js';

export interface Quota {
  /** Size of a burst in requests, at least 1. */
  capacity: number;
  /** Requests refilled per hour by the token bucket, at least 1. */
  refillPerHour: number;
}

export interface Decision {
  admitted: boolean;
  limit: number;
  /** Whole requests left after this one. */
  remaining: number;
  /** The UTC epoch second, rounded up, at which the full quota is available again. */
  resetAt: number;
  /** Milliseconds on the workspace's clock until a request is available; 0 if one is. */
  retryAfter: number;
}

/** The rest of a quota, in units of the algorithm, and the instant it was computed for. */
export interface RateLimitState {
  amount: number;
  at: Instant;
}

/** A rate limit algorithm: arithmetic on (state, now), without timers. */
export interface RateLimitAlgorithm {
  /** Whether a refusal lasts until the reset: then a planned one shows a quota that is used up. */
  readonly refusesUntilReset: boolean;
  /** The state with the given number of requests left. */
  withRemaining(remaining: number, now: Instant): RateLimitState;
  /** The state after refilling it up to an instant. */
  asOf(state: RateLimitState, quota: Quota, now: Instant): RateLimitState;
  take(state: RateLimitState, quota: Quota, now: Instant): { state: RateLimitState; decision: Decision };
  peek(state: RateLimitState, quota: Quota, now: Instant): Decision;
}

/** What distinguishes an algorithm from others. */
interface Rules extends Pick<RateLimitAlgorithm, 'refusesUntilReset'> {
  /** The amount that one request takes. */
  cost: number;
  /** The amount at a later instant. */
  refilled: (state: RateLimitState, quota: Quota, now: Instant) => number;
  msUntilFull: (state: RateLimitState, quota: Quota) => number;
  /** 0 if a request is available. */
  msUntilOne: (state: RateLimitState, quota: Quota) => number;
}

export function algorithmOf({ refusesUntilReset, cost, refilled, msUntilFull, msUntilOne }: Rules): RateLimitAlgorithm {
  const asOf: RateLimitAlgorithm['asOf'] = (state, quota, now) => ({ amount: refilled(state, quota, now), at: now });
  const decide = (state: RateLimitState, quota: Quota, admitted: boolean): Decision => ({
    admitted,
    limit: quota.capacity,
    remaining: Math.floor(state.amount / cost),
    resetAt: Math.ceil((state.at + msUntilFull(state, quota)) / 1000),
    retryAfter: msUntilOne(state, quota),
  });
  return {
    refusesUntilReset,
    withRemaining: (remaining, now) => ({ amount: remaining * cost, at: now }),
    asOf,
    take(state, quota, now) {
      const before = asOf(state, quota, now);
      const admitted = before.amount >= cost;
      const after = admitted ? { amount: before.amount - cost, at: now } : before;
      return { state: after, decision: decide(after, quota, admitted) };
    },
    peek(state, quota, now) {
      const present = asOf(state, quota, now);
      return decide(present, quota, present.amount >= cost);
    },
  };
}

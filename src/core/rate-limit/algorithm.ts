import type { Instant } from '../time/calendar.js';
import { type Drain, drainedAt, PARTS_PER_TOKEN, turnsBetween } from './drains.js';

export interface Quota {
  /** Size of a burst in requests, at least 1. */
  capacity: number;
  /** Requests refilled per hour by the token bucket, at least 1. */
  refillPerHour: number;
  /** What others use of it. */
  drains?: readonly Drain[];
}

/** The rest of a quota, in parts of a token, and the instant it was computed for. */
export interface RateLimitState {
  amount: number;
  at: Instant;
}

/** What distinguishes an algorithm from others. */
interface Rules {
  /** Whether a refusal lasts until the reset: then a planned one shows a quota that is used up. */
  refusesUntilReset: boolean;
  /** The amount at a later instant, if others use `drained` parts per millisecond until then. */
  refilled: (state: RateLimitState, quota: Quota, now: Instant, drained: number) => number;
  msUntilFull: (state: RateLimitState, quota: Quota) => number;
  /** 0 if a request is available. */
  msUntilOne: (state: RateLimitState, quota: Quota) => number;
}

/** A rate limit algorithm: arithmetic on (state, now), without timers. */
export type RateLimitAlgorithm = ReturnType<typeof algorithmOf>;

export type Decision = ReturnType<RateLimitAlgorithm['peek']>;

export function algorithmOf({ refusesUntilReset, refilled, msUntilFull, msUntilOne }: Rules) {
  const cost = PARTS_PER_TOKEN;
  const asOf = (state: RateLimitState, quota: Quota, now: Instant): RateLimitState => {
    const { drains = [] } = quota;
    if (drains.length === 0) return { amount: refilled(state, quota, now, 0), at: now };
    let present = state;
    for (const at of [...turnsBetween(drains, state.at, now), now])
      present = { amount: refilled(present, quota, at, drainedAt(drains, present.at)), at };
    return present;
  };
  const decide = (state: RateLimitState, quota: Quota, admitted: boolean) => ({
    admitted,
    limit: quota.capacity,
    /** Whole requests left after this one. */
    remaining: Math.floor(state.amount / cost),
    /** The UTC epoch second, rounded up, at which the full quota is available again. */
    resetAt: Math.ceil((state.at + msUntilFull(state, quota)) / 1000),
    /** Milliseconds on the workspace's clock until a request is available; 0 if one is. */
    retryAfter: msUntilOne(state, quota),
  });
  return {
    refusesUntilReset,
    /** The state with the given number of requests left. */
    withRemaining: (remaining: number, now: Instant): RateLimitState => ({ amount: remaining * cost, at: now }),
    /** The state after refills and drains up to an instant. */
    asOf,
    take(state: RateLimitState, quota: Quota, now: Instant) {
      const before = asOf(state, quota, now);
      const admitted = before.amount >= cost;
      const after = admitted ? { amount: before.amount - cost, at: now } : before;
      return { state: after, decision: decide(after, quota, admitted) };
    },
    peek(state: RateLimitState, quota: Quota, now: Instant) {
      const present = asOf(state, quota, now);
      return decide(present, quota, present.amount >= cost);
    },
  };
}

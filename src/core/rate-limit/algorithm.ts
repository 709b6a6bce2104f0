import type { Instant } from '../time/calendar.js';

/** The request quota of a workspace. */
export interface Quota {
  /** Size of a burst in requests, at least 1. */
  capacity: number;
  /** Requests refilled per hour by the token bucket, at least 1. */
  refillPerHour: number;
}

/** The state of the limit as callers see it. */
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
  /** The state with the given number of requests left. */
  withRemaining(remaining: number, now: Instant): RateLimitState;
  /** The state after refilling it up to an instant. */
  asOf(state: RateLimitState, quota: Quota, now: Instant): RateLimitState;
  /** Takes one request if there is one. */
  take(state: RateLimitState, quota: Quota, now: Instant): { state: RateLimitState; decision: Decision };
  /** The decision without taking a request. */
  peek(state: RateLimitState, quota: Quota, now: Instant): Decision;
}

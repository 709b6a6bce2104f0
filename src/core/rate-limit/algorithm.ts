import type { Instant } from '../time/calendar.js';

/** How much a workspace may ask for. */
export interface Quota {
  /** Requests that may come at once, at least 1. */
  capacity: number;
  /** Requests that flow back in an hour, where they do so continuously, at least 1. */
  refillPerHour: number;
}

/** What a caller is told of its limit. */
export interface Decision {
  admitted: boolean;
  limit: number;
  /** Whole requests left after this one. */
  remaining: number;
  /** The UTC epoch second, rounded up, at which all of them are there again. */
  resetAt: number;
  /** Milliseconds of the workspace's clock until one request is there; 0 when one is. */
  retryAfter: number;
}

/** What is left of a quota, in the units of an allowance, and when that was reckoned. */
export interface Allowed {
  amount: number;
  at: Instant;
}

/** A way of keeping a quota: arithmetic on (state, now), without timers. */
export interface Allowance {
  /** The state in which so many requests are left. */
  holding(remaining: number, now: Instant): Allowed;
  /** What a state has come to by an instant. */
  asOf(allowed: Allowed, quota: Quota, now: Instant): Allowed;
  /** Takes one if there is one. */
  take(allowed: Allowed, quota: Quota, now: Instant): { allowed: Allowed; decision: Decision };
  /** What a caller is told who takes none. */
  look(allowed: Allowed, quota: Quota, now: Instant): Decision;
}

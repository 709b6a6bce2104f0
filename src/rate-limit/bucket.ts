import type { Instant } from '../series/calendar.js';

/**
 * A token bucket as arithmetic on (state, now); no timers, no HTTP.
 *
 * A token is counted in 3,600,000 parts, so that a refill of n tokens an hour is n parts a millisecond and
 * every sum is exact: fractions of a token are neither lost nor made up, however often the bucket is looked at.
 */
export interface Quota {
  /** Tokens in a full bucket, at least 1. */
  capacity: number;
  /** Tokens that flow back in an hour, continuously, at least 1. */
  refillPerHour: number;
}

export interface Bucket {
  parts: number;
  /** When `parts` was reckoned. */
  at: Instant;
}

export interface Decision {
  admitted: boolean;
  limit: number;
  /** Whole tokens left after this request. */
  remaining: number;
  /** The UTC epoch second, rounded up, at which the bucket is full again. */
  resetAt: number;
  /** Milliseconds of the bucket's clock until one token is there; 0 when one is. */
  retryAfter: number;
}

const PARTS_PER_TOKEN = 3_600_000;

/** Whole tokens in parts. */
export function tokens(count: number): number {
  return count * PARTS_PER_TOKEN;
}

export function fullBucket(quota: Quota, now: Instant): Bucket {
  return { parts: tokens(quota.capacity), at: now };
}

/** The bucket as it stands at an instant. A clock that stepped back gives nothing and takes nothing away. */
export function refill(bucket: Bucket, quota: Quota, now: Instant): Bucket {
  const flowed = Math.max(0, now - bucket.at) * quota.refillPerHour;
  return { parts: Math.min(tokens(quota.capacity), bucket.parts + flowed), at: now };
}

/** Takes a token if there is one, and says what the caller should know. */
export function take(bucket: Bucket, quota: Quota, now: Instant): { bucket: Bucket; decision: Decision } {
  const current = refill(bucket, quota, now);
  const admitted = current.parts >= PARTS_PER_TOKEN;
  if (admitted) current.parts -= PARTS_PER_TOKEN;
  return { bucket: current, decision: { ...report(current, quota), admitted } };
}

/** What the caller should know without taking a token. */
export function look(bucket: Bucket, quota: Quota, now: Instant): Decision {
  return report(refill(bucket, quota, now), quota);
}

function report(bucket: Bucket, quota: Quota): Decision {
  const missing = tokens(quota.capacity) - bucket.parts;
  const untilFull = Math.ceil(missing / quota.refillPerHour);
  const untilOne = Math.ceil(Math.max(0, PARTS_PER_TOKEN - bucket.parts) / quota.refillPerHour);
  return {
    admitted: bucket.parts >= PARTS_PER_TOKEN,
    limit: quota.capacity,
    remaining: Math.floor(bucket.parts / PARTS_PER_TOKEN),
    resetAt: Math.ceil((bucket.at + untilFull) / 1000),
    retryAfter: untilOne,
  };
}

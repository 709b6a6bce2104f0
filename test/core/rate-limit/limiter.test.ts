import { describe, expect, it } from 'vitest';
import { tokenBucket } from '../../../src/core/rate-limit/token-bucket.js';
import { clockHour } from '../../../src/core/rate-limit/clock-hour.js';
import { Limiter } from '../../../src/core/rate-limit/limiter.js';

const MINUTE = 60_000;
const quota = { capacity: 10, refillPerHour: 60 };

function drained(remaining: number): Limiter {
  const limiter = new Limiter(quota, tokenBucket);
  limiter.set(quota, remaining, 0);
  return limiter;
}

it('starts full and can be read without taking a token', () => {
  const limiter = new Limiter(quota, tokenBucket);
  expect([limiter.state(0), limiter.peek(0)?.remaining, limiter.state(0)]).toEqual([
    { ...quota, remaining: 10 },
    10,
    { ...quota, remaining: 10 },
  ]);
});

it('admits everything and reports nothing while off', () => {
  const limiter = new Limiter('off', tokenBucket);
  expect([limiter.state(0), limiter.take(0), limiter.peek(0)]).toEqual(['off', undefined, undefined]);
});

describe('set()', () => {
  it.each([
    ['a full bucket', 10, 0, { capacity: 20, refillPerHour: 60 }, undefined, 20],
    ['a full bucket', 10, 0, { capacity: 5, refillPerHour: 60 }, undefined, 5],
    ['a bucket with 4', 4, 0, { capacity: 20, refillPerHour: 60 }, undefined, 4],
    ['a bucket with 4', 4, 0, { capacity: 3, refillPerHour: 60 }, undefined, 3],
    ['a bucket with 4, refilled by 2', 4, 2 * MINUTE, { capacity: 20, refillPerHour: 1 }, undefined, 6],
    ['a bucket with 4, refilled to the brim', 4, 6 * MINUTE, { capacity: 20, refillPerHour: 1 }, undefined, 20],
    ['a bucket with 4', 4, 0, { capacity: 20, refillPerHour: 60 }, 7, 7],
    ['a bucket with 4', 4, 0, { capacity: 20, refillPerHour: 60 }, 0, 0],
  ])('%s (%i, after %i ms) set to %j, remaining %s: %i', (_what, remaining, now, next, given, left) => {
    const limiter = drained(remaining);
    limiter.set(next, given, now);
    expect(limiter.state(now)).toEqual({ ...next, remaining: left });
  });

  it('keeps fractions of a token', () => {
    const limiter = drained(0);
    limiter.set({ capacity: 10, refillPerHour: 30 }, undefined, MINUTE / 2);
    const left = [MINUTE, MINUTE / 2 + MINUTE].map((now) => limiter.peek(now)?.remaining);
    expect(left).toEqual([0, 1]);
  });

  it('fills the bucket after off, unless a number of tokens is given', () => {
    const limiter = drained(2);
    limiter.turnOff();
    limiter.set(quota, undefined, 0);
    expect(limiter.state(0)).toEqual({ ...quota, remaining: 10 });
    limiter.turnOff();
    limiter.set(quota, 1, 0);
    expect(limiter.state(0)).toEqual({ ...quota, remaining: 1 });
  });
});

it.each([quota, 'off' as const])('resets to its original setting %j, full', (made) => {
  const limiter = new Limiter(made, tokenBucket);
  limiter.set({ capacity: 3, refillPerHour: 3 }, 1, 0);
  limiter.take(0);
  limiter.reset();
  expect(limiter.state(0)).toEqual(made === 'off' ? 'off' : { ...quota, remaining: 10 });
});

describe('with another algorithm', () => {
  it('starts full', () => {
    const limiter = drained(4);
    limiter.setAlgorithm(clockHour, 0);
    expect([limiter.state(0), limiter.take(0)]).toEqual([
      { ...quota, remaining: 10 },
      { admitted: true, limit: 10, remaining: 9, resetAt: 3600, retryAfter: 0 },
    ]);
  });

  it('keeps its tokens if the algorithm is unchanged', () => {
    const limiter = drained(4);
    limiter.setAlgorithm(tokenBucket, 0);
    expect(limiter.state(0)).toEqual({ ...quota, remaining: 4 });
  });
});

it('never admits more than its capacity plus the refill', () => {
  const limiter = drained(3);
  const admitted = (now: number) =>
    Array.from({ length: 20 }, () => limiter.take(now)?.admitted).filter(Boolean).length;
  expect([0, 0, 2, 2, 5].map((minutes) => admitted(minutes * MINUTE))).toEqual([3, 0, 2, 0, 3]);
});

import { describe, expect, it } from 'vitest';
import type { Quota } from '../../../src/core/rate-limit/algorithm.js';
import { clockHour } from '../../../src/core/rate-limit/clock-hour.js';
import type { Drain } from '../../../src/core/rate-limit/drains.js';
import { Limiter } from '../../../src/core/rate-limit/limiter.js';
import { tokenBucket } from '../../../src/core/rate-limit/token-bucket.js';
import { Random } from '../../../src/core/random.js';

const SECOND = 1000;
const HOUR = 3_600_000;
const QUOTA: Quota = { capacity: 3600, refillPerHour: 3600 };
const drain = (perSecond: number, from = -Infinity, until = Infinity): Drain => ({ perSecond, from, until });

function limiterWith(drains: Drain[], algorithm = tokenBucket, now = 0): Limiter {
  const limiter = new Limiter(QUOTA, algorithm);
  limiter.setDrains(drains, now);
  return limiter;
}

describe('a drained token bucket', () => {
  it.each<[seconds: number, remaining: number]>([
    [0, 3600],
    [9, 3600],
    [10, 3600],
    [11, 3591],
    [110, 2700],
    [410, 0],
    [509, 0],
    [510, 0],
    [511, 1],
    [610, 100],
    [HOUR, 3600],
  ])('has after %i s %i tokens, if others use 10 a second from 10 s to 510 s', (seconds, remaining) => {
    const limiter = limiterWith([drain(10, 10 * SECOND, 510 * SECOND)]);
    expect(limiter.state(seconds * SECOND)).toMatchObject({ remaining });
  });

  it('stays full while others use no more than is refilled', () => {
    expect(limiterWith([drain(0.5), drain(0.5)]).state(HOUR)).toMatchObject({ remaining: 3600 });
  });

  it('tells the wait until a token is there, exactly', () => {
    const limiter = limiterWith([drain(10, 0, 1000 * SECOND), drain(0.5, 1000 * SECOND, 1010 * SECOND)]);
    const now = 900 * SECOND;
    const { admitted, retryAfter = NaN, resetAt } = limiter.take(now) ?? {};
    expect([admitted, retryAfter]).toEqual([false, 102 * SECOND]);
    expect(limiter.peek(now + retryAfter - 1)?.admitted).toBe(false);
    expect(limiter.peek(now + retryAfter)?.admitted).toBe(true);
    expect(limiter.peek((resetAt ?? 0) * SECOND)?.remaining).toBe(3600);
    expect(limiter.peek((resetAt ?? 0) * SECOND - SECOND)?.remaining).toBe(3599);
  });

  it('tells the wait without the others, if their end is unknown', () => {
    const limiter = limiterWith([drain(10)]);
    expect(limiter.take(HOUR)).toMatchObject({ admitted: false, retryAfter: SECOND });
  });

  it('keeps what it has when the drain is removed, and refills again', () => {
    const limiter = limiterWith([drain(10)]);
    limiter.setDrains([], 100 * SECOND);
    expect(limiter.state(100 * SECOND)).toMatchObject({ remaining: 2700 });
    expect(limiter.state(200 * SECOND)).toMatchObject({ remaining: 2800 });
  });

  it('is not drained by a clock that is set back, and goes on from there', () => {
    const limiter = limiterWith([drain(10)]);
    limiter.stepBack(100 * SECOND, 0);
    expect(limiter.state(0)).toMatchObject({ remaining: 2700 });
    expect(limiter.state(100 * SECOND)).toMatchObject({ remaining: 1800 });
  });
});

describe('a drained clock hour', () => {
  it.each<[seconds: number, remaining: number]>([
    [100, 2600],
    [360, 0],
    [3599, 0],
    [3600, 3600],
    [3700, 2600],
    [5000, 0],
    [7200, 3600],
    [7300, 3600],
    [365 * 24 * 3600, 3600],
  ])('has after %i s %i requests, if others use 10 a second for two hours', (seconds, remaining) => {
    const limiter = limiterWith([drain(10, 0, 2 * HOUR)], clockHour);
    expect(limiter.state(seconds * SECOND)).toMatchObject({ remaining });
    expect(limiter.peek(seconds * SECOND)?.resetAt).toBe((Math.floor(seconds / 3600) + 1) * 3600);
  });
});

describe.each([
  ['token bucket', tokenBucket],
  ['clock hour', clockHour],
])('any way of cutting the time of a %s', (_name, algorithm) => {
  it('gives the same decisions', () => {
    for (let run = 0; run < 100; run++) {
      const draw = (name: string, below: number) =>
        Math.floor(new Random('drains', `${run} ${name}`).uniform('effect', 0) * below);
      const drains = Array.from({ length: 1 + draw('drains', 3) }, (_none, index) => {
        const from = draw(`from ${index}`, 3 * HOUR);
        return drain(draw(`rate ${index}`, 4000) / 1000, from, from + draw(`length ${index}`, 2 * HOUR));
      });
      const taken = Array.from({ length: 20 }, (_none, index) => draw(`at ${index}`, 5 * HOUR)).toSorted(
        (a, b) => a - b,
      );
      const whole = limiterWith(drains, algorithm);
      const cut = limiterWith(drains, algorithm);
      let before = 0;
      for (const [index, at] of taken.entries()) {
        // What is set anew in between changes nothing.
        const middle = before + draw(`cut ${index}`, at - before);
        cut.setDrains([...drains], middle);
        expect([run, cut.take(at)]).toEqual([run, whole.take(at)]);
        before = at;
      }
    }
  });
});

it('follows an algorithm and a quota that are switched', () => {
  const limiter = limiterWith([drain(10)]);
  limiter.setAlgorithm(clockHour, 100 * SECOND);
  expect(limiter.state(200 * SECOND)).toMatchObject({ remaining: 2600 });
  limiter.turnOff();
  expect(limiter.state(200 * SECOND)).toBe('off');
  limiter.set({ capacity: 100, refillPerHour: 100 }, undefined, 200 * SECOND);
  expect(limiter.state(201 * SECOND)).toMatchObject({ remaining: 90 });
  limiter.reset();
  expect(limiter.state(HOUR)).toMatchObject({ remaining: 3600 });
});

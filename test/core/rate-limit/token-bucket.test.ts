import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateLimitState, Quota } from '../../../src/core/rate-limit/algorithm.js';
import { tokenBucket } from '../../../src/core/rate-limit/token-bucket.js';

const take = (bucket: RateLimitState, quota: Quota, now: number) => tokenBucket.take(bucket, quota, now);
const look = (bucket: RateLimitState, quota: Quota, now: number) => tokenBucket.peek(bucket, quota, now);
const full = (quota: Quota): RateLimitState => tokenBucket.withRemaining(quota.capacity, START);
const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);

/** Takes a token at each moment, in milliseconds after START, of a bucket that was full at START. */
function takeAt(quota: Quota, moments: readonly number[]) {
  let bucket = full(quota);
  return moments.map((moment) => {
    const taken = take(bucket, quota, START + moment);
    bucket = taken.state;
    return taken.decision;
  });
}

describe('by instant', () => {
  const twoAnHour = { capacity: 2, refillPerHour: 2 };
  const oneASecond = { capacity: 3, refillPerHour: 3600 };
  const fast = { capacity: 1, refillPerHour: 7_200_000 };

  it.each([
    ['a burst is admitted up to the capacity', twoAnHour, [0, 0, 0, 0], 'yynn'],
    ['the bucket refills no further than its capacity', twoAnHour, [0, 0, 100 * HOUR, 100 * HOUR, 100 * HOUR], 'yyyyn'],
    ['a token is back to the millisecond', twoAnHour, [0, 0, HOUR / 2 - 1, HOUR / 2, HOUR / 2], 'yynyn'],
    ['fractions of a token add up', twoAnHour, [0, 0, 600_000, 1_200_000, 1_799_999, 1_800_000], 'yynnny'],
    ['a refused request costs nothing', oneASecond, [0, 0, 0, 0, 500, 999, 1000], 'yyynnny'],
    ['a steady rate at the refill is admitted for ever', oneASecond, [0, 0, 0, 1000, 2000, 3000, 4000], 'yyyyyyy'],
    ['two tokens a millisecond fill no more than one place', fast, [0, 0, 1, 1], 'ynyn'],
    ['a clock that stands still gives nothing', twoAnHour, [5, 5, 5, 5, 5], 'yynnn'],
    ['a clock that jumps years ahead gives one capacity', twoAnHour, [0, 0, 1e12, 1e12, 1e12], 'yyyyn'],
    ['a clock that steps back takes nothing away', twoAnHour, [0, -HOUR, -HOUR], 'yyn'],
    ['after a step back tokens flow from there', twoAnHour, [0, 0, -HOUR, -HOUR / 2, -HOUR / 2], 'yynyn'],
    ['a fraction survives a step back', twoAnHour, [0, 0, 900_000, 0, 899_999, 900_000], 'yynnny'],
  ] satisfies [string, Quota, number[], string][])('%s', (_name, quota, moments, admitted) => {
    const decisions = takeAt(quota, moments);
    expect(decisions.map((decision) => (decision.admitted ? 'y' : 'n')).join('')).toBe(admitted);
  });

  it('a decision reports the remaining tokens, when the bucket is full and when the next token is available', () => {
    expect(takeAt(twoAnHour, [0, 1, 2])).toEqual([
      { admitted: true, limit: 2, remaining: 1, resetAt: (START + HOUR / 2) / 1000, retryAfter: 0 },
      { admitted: true, limit: 2, remaining: 0, resetAt: (START + HOUR) / 1000, retryAfter: HOUR / 2 - 1 },
      { admitted: false, limit: 2, remaining: 0, resetAt: (START + HOUR) / 1000, retryAfter: HOUR / 2 - 2 },
    ]);
  });

  it('a reset within a second is rounded up to the next', () => {
    expect(takeAt({ capacity: 1000, refillPerHour: HOUR }, [1]).map(({ resetAt }) => resetAt)).toEqual([
      START / 1000 + 1,
    ]);
  });

  it('an untouched bucket is full now', () => {
    expect(look(full(twoAnHour), twoAnHour, START + 5000)).toEqual({
      admitted: true,
      limit: 2,
      remaining: 2,
      resetAt: START / 1000 + 5,
      retryAfter: 0,
    });
  });
});

const quotas = fc.record({
  capacity: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e9 })),
  refillPerHour: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e9 })),
});
const moves = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: 2 * HOUR }),
    fc.integer({ min: -2 * HOUR, max: 0 }),
  ),
  { maxLength: 60 },
);
const runs = { seed: 1, numRuns: 500 };

/** The same bucket in whole parts of a token, reckoned with integers that have no largest. */
function exactly({ capacity, refillPerHour }: Quota) {
  const brim = BigInt(capacity) * BigInt(HOUR);
  let parts = brim;
  return (elapsed: number) => {
    parts += BigInt(Math.max(0, elapsed)) * BigInt(refillPerHour);
    if (parts > brim) parts = brim;
    const admitted = parts >= BigInt(HOUR);
    if (admitted) parts -= BigInt(HOUR);
    return { admitted, parts };
  };
}

function ceilDivided(dividend: bigint, divisor: number): number {
  return Number((dividend + BigInt(divisor) - 1n) / BigInt(divisor));
}

describe('for any quota and clock', () => {
  it('admits no more than the capacity plus the refill of a clock that moves forward', () => {
    const check = fc.property(quotas, moves, (quota, steps) => {
      let bucket = full(quota);
      let now = START;
      let forward = 0;
      let admitted = 0;
      for (const step of steps) {
        now += step;
        forward += Math.max(0, step);
        const taken = take(bucket, quota, now);
        bucket = taken.state;
        if (taken.decision.admitted) admitted++;
        expect(admitted).toBeLessThanOrEqual(quota.capacity + Math.floor((forward * quota.refillPerHour) / HOUR));
      }
    });
    fc.assert(check, runs);
  });

  it('decides as exact integer arithmetic does', () => {
    const check = fc.property(quotas, moves, (quota, steps) => {
      const exact = exactly(quota);
      let bucket = full(quota);
      let now = START;
      for (const step of steps) {
        now += step;
        const taken = take(bucket, quota, now);
        bucket = taken.state;
        const { admitted, parts } = exact(step);
        const missing = BigInt(quota.capacity) * BigInt(HOUR) - parts;
        const short = parts < BigInt(HOUR) ? BigInt(HOUR) - parts : 0n;
        expect(taken.decision).toEqual({
          admitted,
          limit: quota.capacity,
          remaining: Number(parts / BigInt(HOUR)),
          resetAt: Math.ceil((now + ceilDivided(missing, quota.refillPerHour)) / 1000),
          retryAfter: ceilDivided(short, quota.refillPerHour),
        });
        expect(Number.isSafeInteger(bucket.amount)).toBe(true);
      }
    });
    fc.assert(check, runs);
  });

  it('has a token after retryAfter and not a millisecond before, and is full at resetAt', () => {
    const check = fc.property(quotas, moves, (quota, steps) => {
      const { bucket, now } = after(quota, steps);
      const { retryAfter, resetAt } = look(bucket, quota, now);
      const admittedBefore = retryAfter > 0 && look(bucket, quota, now + retryAfter - 1).admitted;
      expect([admittedBefore, look(bucket, quota, now + retryAfter).admitted]).toEqual([false, true]);
      const fullBefore = (resetAt - 1) * 1000 >= now && isFull(bucket, quota, (resetAt - 1) * 1000);
      expect([fullBefore, isFull(bucket, quota, resetAt * 1000)]).toEqual([false, true]);
    });
    fc.assert(check, runs);
  });

  it('peeking and denied requests change nothing', () => {
    const check = fc.property(quotas, fc.array(fc.nat(1000), { maxLength: 50 }), (quota, steps) => {
      const empty: RateLimitState = { amount: 0, at: START };
      const end = START + steps.reduce((sum, step) => sum + step, 0);
      let asked = empty;
      let now = START;
      for (const step of steps) {
        now += step;
        const { state, decision } = take(asked, quota, now);
        if (decision.admitted) return;
        look(state, quota, now + HOUR);
        asked = state;
      }
      expect(look(asked, quota, end)).toEqual(look(empty, quota, end));
    });
    fc.assert(check, runs);
  });
});

function isFull(bucket: RateLimitState, quota: Quota, now: number): boolean {
  return look(bucket, quota, now).retryAfter === 0 && look(bucket, quota, now).resetAt === Math.ceil(now / 1000);
}

function after(quota: Quota, steps: readonly number[]): { bucket: RateLimitState; now: number } {
  let bucket = full(quota);
  let now = START;
  for (const step of steps) {
    now += step;
    bucket = take(bucket, quota, now).state;
  }
  return { bucket, now };
}

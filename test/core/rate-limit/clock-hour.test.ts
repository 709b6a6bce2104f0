import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Quota } from '../../../src/core/rate-limit/algorithm.js';
import { clockHour } from '../../../src/core/rate-limit/clock-hour.js';
import { Limiter } from '../../../src/core/rate-limit/limiter.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A full hour. */
const START = Date.UTC(2024, 0, 1, 10);

/** Takes one at each moment, in milliseconds after START, of a window that nobody took from. */
function takeAt(quota: Quota, moments: readonly number[]) {
  let state = clockHour.withRemaining(quota.capacity, START + (moments[0] ?? 0));
  return moments.map((moment) => {
    const taken = clockHour.take(state, quota, START + moment);
    state = taken.state;
    return taken.decision;
  });
}

describe('by instant', () => {
  const two = { capacity: 2, refillPerHour: 2 };
  const generous = { capacity: 2, refillPerHour: 3_600_000 };

  it.each([
    ['a burst is admitted up to the capacity', two, [0, 0, 0, 0], 'yynn'],
    ['nothing flows back within the hour', two, [0, 0, 30 * MINUTE, HOUR - 1], 'yynn'],
    ['not even where the refill is generous', generous, [0, 0, 30 * MINUTE, HOUR - 1], 'yynn'],
    ['all of it is back at the full hour, to the millisecond', two, [0, 0, HOUR - 1, HOUR, HOUR, HOUR], 'yynyyn'],
    ["the hour is the clock's, not one since the first request", two, [HOUR - 1, HOUR - 1, HOUR, HOUR], 'yyyy'],
    ['what is left over is not carried along', two, [0, HOUR, HOUR, HOUR], 'yyyn'],
    ['a refused request costs nothing', two, [0, 0, 1, 2, HOUR, HOUR], 'yynnyy'],
    ['a clock that stands still gives nothing', two, [5, 5, 5, 5], 'yynn'],
    ['a clock that jumps years ahead gives one capacity', two, [0, 0, 1e12, 1e12, 1e12], 'yyyyn'],
    ['a step back within the hour gives nothing', two, [MINUTE, MINUTE, 0], 'yyn'],
    ['a step back into an earlier hour gives nothing', two, [0, 0, -1, -HOUR], 'yynn'],
    ['a step back takes nothing away', two, [0, -HOUR, -HOUR], 'yyn'],
  ] satisfies [string, Quota, number[], string][])('%s', (_name, quota, moments, admitted) => {
    const decisions = takeAt(quota, moments);
    expect(decisions.map((decision) => (decision.admitted ? 'y' : 'n')).join('')).toBe(admitted);
  });

  it('a decision reports the remaining requests and a reset at the next full hour', () => {
    const resetAt = (START + HOUR) / 1000;
    expect(takeAt(two, [0, 1, HOUR - 1, HOUR])).toEqual([
      { admitted: true, limit: 2, remaining: 1, resetAt, retryAfter: 0 },
      { admitted: true, limit: 2, remaining: 0, resetAt, retryAfter: HOUR - 1 },
      { admitted: false, limit: 2, remaining: 0, resetAt, retryAfter: 1 },
      { admitted: true, limit: 2, remaining: 1, resetAt: resetAt + 3600, retryAfter: 0 },
    ]);
  });

  it('peeking takes nothing and notices a new hour', () => {
    const { state } = clockHour.take(clockHour.withRemaining(2, START), two, START);
    expect([0, 0, HOUR].map((moment) => clockHour.peek(state, two, START + moment).remaining)).toEqual([1, 1, 2]);
  });

  it.each([
    [2, true, 0],
    [1, true, 0],
    [0, false, HOUR - 1],
  ])('peeking at %i left reports whether one is available, and when: %s, %i ms', (remaining, admitted, retryAfter) => {
    expect(clockHour.peek(clockHour.withRemaining(remaining, START), two, START + 1)).toEqual({
      admitted,
      limit: 2,
      remaining,
      resetAt: (START + HOUR) / 1000,
      retryAfter,
    });
  });

  it('handles instants before 1970', () => {
    expect(clockHour.peek(clockHour.withRemaining(1, -1), two, -1)).toMatchObject({ remaining: 1, resetAt: 0 });
  });
});

it('never admits more than the capacity per hour on a running clock', () => {
  const steps = fc.array(fc.integer({ min: 0, max: HOUR }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (capacity, gaps) => {
      let moment = 0;
      const moments = gaps.map((gap) => (moment += gap));
      const admitted = new Map<number, number>();
      takeAt({ capacity, refillPerHour: 1 }, moments).forEach((decision, index) => {
        const hour = Math.floor((moments[index] as number) / HOUR);
        if (decision.admitted) admitted.set(hour, (admitted.get(hour) ?? 0) + 1);
        else expect(admitted.get(hour)).toBe(capacity);
      });
      expect(Math.max(0, ...admitted.values())).toBeLessThanOrEqual(capacity);
    }),
    { seed: 1, numRuns: 200 },
  );
});

describe('a limiter by the clock hour', () => {
  const quota = { capacity: 10, refillPerHour: 60 };

  it.each([
    ['a full window grows', 10, { capacity: 20, refillPerHour: 60 }, 20],
    ['a window begun keeps what it has', 4, { capacity: 20, refillPerHour: 60 }, 4],
    ['a window begun holds no more than the new capacity', 4, { capacity: 3, refillPerHour: 60 }, 3],
  ])('set again: %s', (_what, remaining, next, left) => {
    const limiter = new Limiter(quota, clockHour);
    limiter.set(quota, remaining, START);
    limiter.set(next, undefined, START + MINUTE);
    expect(limiter.peek(START + MINUTE)?.remaining).toBe(left);
    expect(limiter.peek(START + HOUR)?.remaining).toBe(next.capacity);
  });
});

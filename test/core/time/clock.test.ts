import { describe, expect, it } from 'vitest';
import { type Clock, frozenClock, runningClock } from '../../../src/core/time/clock.js';

describe('a frozen clock', () => {
  it('does not move', () => {
    const clock = frozenClock(1_704_067_200_000);
    expect([clock.now(), clock.now(), clock.frozen, clock.scale]).toEqual([
      1_704_067_200_000,
      1_704_067_200_000,
      true,
      1,
    ]);
  });
});

describe('a running clock', () => {
  it.each([
    ['as fast as its baseClock', 1, 1_000, 1_000],
    ['a day a second', 86_400, 1_000, 86_400_000],
    ['at half the pace', 0.5, 1_000, 500],
    ['in whole milliseconds, rounded down', 0.3, 5, 1],
    ['backwards with its baseClock', 2, -1_000, -2_000],
    ['not before its baseClock does', 60, 0, 0],
  ])('runs %s', (_what, scale, driven, run) => {
    let now = 5_000_000;
    const baseClock: Clock = { now: () => now, frozen: false, scale: 1 };
    const clock = runningClock(100_000, scale, baseClock);
    now += driven;
    expect([clock.now(), clock.frozen, clock.scale]).toEqual([100_000 + run, false, scale]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, frozenClock, runningClock, systemClock } from '../src/clock.js';

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(['2023-12-31T23:59:59.999Z', '2024-01-01T00:00:00.000Z'])('tells the time of the machine, %s', (time) => {
    vi.setSystemTime(time);
    expect(systemClock.now()).toBe(Date.parse(time));
  });

  it('runs at the pace of the machine', () => {
    expect([systemClock.frozen, systemClock.scale]).toEqual([false, 1]);
  });
});

describe('a frozen clock', () => {
  it('stands still', () => {
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
    ['as fast as its driver', 1, 1_000, 1_000],
    ['a day a second', 86_400, 1_000, 86_400_000],
    ['at half the pace', 0.5, 1_000, 500],
    ['in whole milliseconds, rounded down', 0.3, 5, 1],
    ['backwards with its driver', 2, -1_000, -2_000],
    ['not before its driver does', 60, 0, 0],
  ])('runs %s', (_what, scale, driven, run) => {
    let now = 5_000_000;
    const driver: Clock = { now: () => now, frozen: false, scale: 1 };
    const clock = runningClock(100_000, scale, driver);
    now += driven;
    expect([clock.now(), clock.frozen, clock.scale]).toEqual([100_000 + run, false, scale]);
  });
});

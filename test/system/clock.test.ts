import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/system/clock.js';

describe('the system clock', () => {
  it('tells the time of the machine', () => {
    const [before, now, after] = [Date.now(), systemClock.now(), Date.now()];
    expect(before <= now && now <= after).toBe(true);
  });

  it('runs at the pace of the machine', () => {
    expect([systemClock.frozen, systemClock.scale]).toEqual([false, 1]);
  });
});

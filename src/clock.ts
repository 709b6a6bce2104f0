import type { Instant } from './series/calendar.js';

/** Where every instant comes from. Durations (delays, timeouts, how long a request took) are real time instead. */
export interface Clock {
  now(): Instant;
  readonly frozen: boolean;
  /** Milliseconds of this clock in a real one: 1, unless it was told to run faster or slower. */
  readonly scale: number;
}

export const systemClock: Clock = { now: () => Date.now(), frozen: false, scale: 1 };

/** A clock that stands still. */
export function frozenClock(at: Instant): Clock {
  return { now: () => at, frozen: true, scale: 1 };
}

/** A clock that runs on from an instant at a scale, driven by another clock. */
export function runningClock(from: Instant, scale: number, driver: Clock): Clock {
  const started = driver.now();
  return { now: () => Math.floor(from + (driver.now() - started) * scale), frozen: false, scale };
}

import type { Clock } from '../../src/core/time/clock.js';
import { type Instant, parseInstant } from '../../src/core/time/calendar.js';

/** A clock that moves only when it is set. */
export interface HandClock extends Clock {
  pass(milliseconds: number): void;
}

export function handClock(at = '2024-01-31T12:00:00Z'): HandClock {
  let now = parseInstant(at) as Instant;
  return { frozen: false, scale: 1, now: () => now, pass: (milliseconds) => void (now += milliseconds) };
}

import { isTimeFaked } from './test-time.js';
import { eventLoopTurn, idleMs, monotonicNow, wallClockNow } from './real-time.js';

/** The machine's clock; fake timers do not change it. */
export const systemClock = { now: wallClockNow, frozen: false, scale: 1 } as const;

/** Real time as a mock takes it: for instants and for durations. */
export const realTime = {
  clock: systemClock,
  stopwatch: monotonicNow,
  isTimeFaked,
  turn: eventLoopTurn,
  idleMs,
} as const;

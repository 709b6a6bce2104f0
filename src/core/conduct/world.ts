import type { FaultView, Phase } from '../faults/planned-fault.js';
import type { Day, Instant } from '../time/calendar.js';
import type { Clock, RealTime } from '../time/clock.js';

/** What the rules know beside the requests: `clock` is that of the replies. */
export interface World extends Readonly<RealTime> {
  /** The machine's clock, which clients have. */
  readonly wallClock: Clock;
  readonly faults: () => readonly (FaultView & { phase: Phase })[];
  /** The last day whose snapshot is there. */
  readonly lastDay: (now: Instant) => Day;
}

/** Whether waits can be judged: whether the client's seconds are those of the replies. */
export function isTimeReal({ clock, isTimeFaked }: World): boolean {
  return !clock.frozen && clock.scale === 1 && !isTimeFaked();
}

/** A moment in both times. */
export interface Moment {
  readonly startedMs: number;
  readonly at: Instant;
}

/** Real milliseconds between two moments; those of the clock count too, because a test may advance it to wait. */
export function elapsedMs({ clock }: World, from: Moment, to: Moment): number {
  return Math.max(to.startedMs - from.startedMs, (to.at - from.at) / clock.scale);
}

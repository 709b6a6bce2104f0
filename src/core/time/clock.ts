import type { Static } from '@sinclair/typebox';
import { FIRST_DAY, formatInstant, type Instant, LAST_DAY, midnight, parseInstant } from './calendar.js';
import { type Problem, show } from '../../schema/problems.js';
import { refine } from '../../schema/checker.js';
import { InstantText } from './text.js';
import { exactly, Field, optional } from '../../schema/shapes.js';

/** Where every instant comes from. Durations (delays, timeouts, how long a request took) are real time instead. */
export interface Clock {
  now(): Instant;
  readonly frozen: boolean;
  /** Milliseconds of this clock per real one; 1 by default. */
  readonly scale: number;
}

/** Real time, passed in because `core` reads no clock. */
export interface RealTime {
  clock: Clock;
  /** Milliseconds since an arbitrary moment; only differences are meaningful. */
  stopwatch: () => number;
  /** Whether the timers of this process are fake ones now: then a client in it does not wait in real time. */
  isTimeFaked: () => boolean;
  /** Counts up with the turns of the event loop; what arrived together is read in one. */
  turn: () => number;
  /** Milliseconds that it had nothing to do. */
  idleMs: () => number;
}

/** A clock setting: `{now, frozen: true}` is frozen, `{now}` runs from there, `{scale}` runs faster or slower. */
export const ClockSetting = refine(
  exactly(
    optional({
      now: InstantText("Where to start. Default: the clock's present instant."),
      frozen: Field.flag('Whether it is frozen. Default: false.'),
      scale: Field.number('Seconds per real second. Default: 1.', { minimum: 1e-6, maximum: 1e6 }),
    }),
  ),
  frozenXorScale,
);
export type ClockSetting = Static<typeof ClockSetting>;

function frozenXorScale({ frozen, scale }: Record<string, unknown>, path: string): Problem[] {
  if (frozen !== true || scale === undefined || scale === 1) return [];
  const expected = 'no scale with "frozen": true; a clock is frozen or runs';
  return [{ path: `${path}.scale`, found: show(scale), expected }];
}

const FIRST_INSTANT = midnight(FIRST_DAY);
const LAST_INSTANT = midnight(LAST_DAY + 1) - 1;

export function frozenClock(at: Instant): Clock {
  const stood = clampInstant(at);
  return { now: () => stood, frozen: true, scale: 1 };
}

/** A clock that runs from an instant at a scale, driven by another clock. */
export function runningClock(from: Instant, scale: number, baseClock: Clock): Clock {
  const started = baseClock.now();
  return { now: () => clampInstant(Math.floor(from + (baseClock.now() - started) * scale)), frozen: false, scale };
}

/** The clock of a setting, driven by another clock. */
export function clockOf({ now, frozen, scale }: ClockSetting, present: Clock, baseClock: Clock): Clock {
  const from = parseInstant(now) ?? present.now();
  return frozen === true ? frozenClock(from) : runningClock(from, scale ?? 1, baseClock);
}

/** A clock that can be changed and reset at run time. */
export class SettableClock implements Clock {
  #current: Clock;

  /**
   * `make` returns the initial clock, which `reset` restores; running clocks are derived from `baseClock`. `onStepBack`
   * is told of each change to an earlier instant.
   */
  constructor(
    private readonly make: () => Clock,
    private readonly baseClock: Clock,
    private readonly onStepBack: (from: Instant, to: Instant) => void = () => {},
  ) {
    this.#current = make();
  }

  now(): Instant {
    return this.#current.now();
  }

  get frozen(): boolean {
    return this.#current.frozen;
  }

  get scale(): number {
    return this.#current.scale;
  }

  /** The setting from which it goes on as it is: `system` for the base clock itself. */
  get setting(): ClockSetting | 'system' {
    const now = formatInstant(this.now());
    if (this.frozen) return { now, frozen: true };
    return this.#current === this.baseClock ? 'system' : { now, scale: this.scale };
  }

  set(setting: ClockSetting): void {
    this.#change(clockOf(setting, this.#current, this.baseClock));
  }

  /** Advances the clock by milliseconds of its own time; it stays frozen or keeps running. */
  advance(milliseconds: number): void {
    const { frozen, scale } = this.#current;
    const to = this.now() + milliseconds;
    this.#change(frozen ? frozenClock(to) : runningClock(to, scale, this.baseClock));
  }

  reset(): void {
    this.#change(this.make());
  }

  #change(clock: Clock): void {
    const from = this.now();
    this.#current = clock;
    const to = this.now();
    if (to < from) this.onStepBack(from, to);
  }
}

/** A clock stays within the years that `YYYY` can represent. */
function clampInstant(instant: Instant): Instant {
  return Math.min(Math.max(instant, FIRST_INSTANT), LAST_INSTANT);
}

import type { SegmentType } from '../segments/fixture.js';
import type { Definition, Season, Segment } from '../segments/segment.js';
import { type Day, weekday } from './calendar.js';
import { power, sigmoid, wanderer, wave, weekWave } from './curves.js';
import { bell, type Random } from './random.js';

const DAYS_A_YEAR = 365.2425;
const SATURDAY = 6;

/** Generates sizes as pure functions of (seed, segment, day), at one price for any day. */
export interface Generator {
  /** How many users are in the segment at a day's midnight. */
  trueSize(day: Day): number;
  /**
   * What Braze would report for a true size: above a threshold it counts a sample of the users and scales up,
   * which is where the noise of its estimates comes from [reference, estimation notes].
   */
  estimatedSize(day: Day, trueSize: number): number;
}

export function createGenerator(segment: Segment, random: Random): Generator {
  const factor = factorOf(segment, random);
  const growth = growthOf(segment, random);
  const withFactor = ({ from, size }: Definition) => ({ from, size, factor: factor(from) });
  const [first, ...others] = segment.definitions;
  const original = withFactor(first);
  const changes = others.map(withFactor);
  const { threshold, relativeStandardDeviation } = segment.noise;

  function trueSize(day: Day): number {
    let definition = original;
    for (const later of changes) if (later.from <= day) definition = later;
    if (definition.size === 0) return 0;
    const relative = factor(day) / definition.factor;
    return toSize(definition.size * relative * growth(day - definition.from));
  }

  function estimatedSize(day: Day, size: number): number {
    if (size <= threshold) return size;
    return toSize(size * (1 + relativeStandardDeviation * bell(random, 'noise', day)));
  }

  return { trueSize, estimatedSize };
}

/**
 * How a type of segment looks by itself: a factor on its size. The largest is never twice the smallest, so
 * that a true size anchored on any day stays within half and twice that on every other [wire contract, 4].
 */
const looks: Record<SegmentType, (random: Random) => (day: Day) => number> = {
  static: () => () => 1,
  dynamic: (random) => wandering(random, 0.02, 0.01),
  location: (random) => wandering(random, 0.03, 0.01),
  behavior(random) {
    const wander = wandering(random, 0.02, 0.01);
    const burst = bursts(random);
    return (day) => wander(day) * (1 + burst(day));
  },
};

const ownWeek: Record<SegmentType, Season | undefined> = {
  static: undefined,
  dynamic: undefined,
  location: { amplitude: 0.2, peak: SATURDAY },
  behavior: undefined,
};

/** All that comes and goes: the type's own look, the seasons, the campaigns. */
function factorOf(segment: Segment, random: Random): (day: Day) => number {
  const { type, weekly = ownWeek[type], yearly, campaigns } = segment;
  const look = looks[type](random);
  return (day) => {
    let product = look(day);
    if (weekly !== undefined) product *= 1 + weekly.amplitude * weekWave(weekday(day) - weekly.peak);
    if (yearly !== undefined) product *= 1 + yearly.amplitude * wave((day - yearly.peak) / DAYS_A_YEAR);
    for (const { on, lift, halfLifeDays } of campaigns) {
      if (day >= on) product *= 1 + lift * power(0.5, (day - on) / halfLifeDays);
    }
    return product;
  };
}

/** Compounding where the fixture sets a rate; else a dynamic segment's own curve, which levels off both ways. */
function growthOf({ type, yearlyFactor }: Segment, random: Random): (daysSince: number) => number {
  if (yearlyFactor !== undefined) return (daysSince) => power(yearlyFactor, daysSince / DAYS_A_YEAR);
  if (type !== 'dynamic') return () => 1;
  const yearsOfGrowth = 2 + 3 * random.uniform('growth', 0);
  return (daysSince) => 1 + 0.35 * sigmoid(daysSince / DAYS_A_YEAR / yearsOfGrowth);
}

function wandering(random: Random, slow: number, quick: number): (day: Day) => number {
  const slowly = wanderer(random, 'slow wander', 45);
  const quickly = wanderer(random, 'quick wander', 6);
  return (day) => 1 + slow * slowly(day) + quick * quickly(day);
}

const DAYS_BETWEEN_BURSTS = 24;
const BURST_HALF_LIFE_DAYS = 3;

/** One burst in every stretch of days, on a random day of it; the higher one shows where two overlap. */
function bursts(random: Random): (day: Day) => number {
  let last = NaN;
  let before = NONE;
  let latest = NONE;
  return (day) => {
    const stretch = Math.floor(day / DAYS_BETWEEN_BURSTS);
    if (stretch !== last) {
      before = stretch === last + 1 ? latest : burstOf(random, stretch - 1);
      latest = burstOf(random, stretch);
      last = stretch;
    }
    return Math.max(heightOn(latest, day), heightOn(before, day));
  };
}

interface Burst {
  on: Day;
  height: number;
}

const NONE: Burst = { on: 0, height: 0 };

function burstOf(random: Random, stretch: number): Burst {
  return {
    on: Math.floor((stretch + random.uniform('burst', 2 * stretch)) * DAYS_BETWEEN_BURSTS),
    height: 0.2 + 0.5 * random.uniform('burst', 2 * stretch + 1),
  };
}

function heightOn({ on, height }: Burst, day: Day): number {
  return day < on ? 0 : height * power(0.5, (day - on) / BURST_HALF_LIFE_DAYS);
}

function toSize(size: number): number {
  // Rates and lifts of a fixture can outgrow what a JSON number holds exactly and, in hundreds, what any number holds.
  return size > 0 ? Math.round(Math.min(size, Number.MAX_SAFE_INTEGER)) : 0;
}

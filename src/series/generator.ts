import type { SegmentType } from '../segments/fixture.js';
import type { Season, Segment } from '../segments/segment.js';
import { type Day, weekday } from './calendar.js';
import { power, sigmoid, wander, wave, weekWave } from './curves.js';
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
  const definitions = segment.definitions.map(({ from, size }) => ({
    from,
    size,
    factor: factor(segment, random, from),
  }));

  function trueSize(day: Day): number {
    const definition = definitions.findLast(({ from }) => from <= day) ?? definitions[0];
    if (definition === undefined || definition.size === 0) return 0;
    const relative = factor(segment, random, day) / definition.factor;
    return toSize(definition.size * relative * growth(segment, random, day - definition.from));
  }

  function estimatedSize(day: Day, size: number): number {
    const { threshold, relativeStandardDeviation } = segment.noise;
    if (size <= threshold) return size;
    return toSize(size * (1 + relativeStandardDeviation * bell(random, 'noise', day)));
  }

  return { trueSize, estimatedSize };
}

/**
 * How a type of segment looks by itself: a factor on its size. The largest is never twice the smallest, so
 * that a true size anchored on any day stays within half and twice that on every other [wire contract, 4].
 */
const looks: Record<SegmentType, (random: Random, day: Day) => number> = {
  static: () => 1,
  dynamic: (random, day) => wandering(random, day, 0.02, 0.01),
  location: (random, day) => wandering(random, day, 0.03, 0.01),
  behavior: (random, day) => wandering(random, day, 0.02, 0.01) * (1 + burst(random, day)),
};

const ownWeek: Record<SegmentType, Season> = {
  static: { amplitude: 0, peak: SATURDAY },
  dynamic: { amplitude: 0, peak: SATURDAY },
  location: { amplitude: 0.2, peak: SATURDAY },
  behavior: { amplitude: 0, peak: SATURDAY },
};

/** All that comes and goes: the type's own look, the seasons, the campaigns. */
function factor(segment: Segment, random: Random, day: Day): number {
  const week = segment.weekly ?? ownWeek[segment.type];
  let product = looks[segment.type](random, day) * (1 + week.amplitude * weekWave(weekday(day) - week.peak));
  if (segment.yearly !== undefined) {
    product *= 1 + segment.yearly.amplitude * wave((day - segment.yearly.peak) / DAYS_A_YEAR);
  }
  for (const { on, lift, halfLifeDays } of segment.campaigns) {
    if (day >= on) product *= 1 + lift * power(0.5, (day - on) / halfLifeDays);
  }
  return product;
}

/** Compounding where the fixture sets a rate; else a dynamic segment's own curve, which levels off both ways. */
function growth(segment: Segment, random: Random, daysSince: number): number {
  const years = daysSince / DAYS_A_YEAR;
  if (segment.yearlyFactor !== undefined) return power(segment.yearlyFactor, years);
  if (segment.type !== 'dynamic') return 1;
  const yearsOfGrowth = 2 + 3 * random.uniform('growth', 0);
  return 1 + 0.35 * sigmoid(years / yearsOfGrowth);
}

function wandering(random: Random, day: Day, slow: number, quick: number): number {
  return 1 + slow * wander(random, 'slow wander', 45, day) + quick * wander(random, 'quick wander', 6, day);
}

const DAYS_BETWEEN_BURSTS = 24;
const BURST_HALF_LIFE_DAYS = 3;

/** One burst in every stretch of days, on a random day of it; the higher one shows where two overlap. */
function burst(random: Random, day: Day): number {
  const stretch = Math.floor(day / DAYS_BETWEEN_BURSTS);
  return Math.max(burstOf(random, stretch, day), burstOf(random, stretch - 1, day));
}

function burstOf(random: Random, stretch: number, day: Day): number {
  const on = Math.floor((stretch + random.uniform('burst', 2 * stretch)) * DAYS_BETWEEN_BURSTS);
  const height = 0.2 + 0.5 * random.uniform('burst', 2 * stretch + 1);
  return day < on ? 0 : height * power(0.5, (day - on) / BURST_HALF_LIFE_DAYS);
}

function toSize(size: number): number {
  // Rates and lifts of a fixture can outgrow what a JSON number holds exactly and, in hundreds, what any number holds.
  return size > 0 ? Math.round(Math.min(size, Number.MAX_SAFE_INTEGER)) : 0;
}

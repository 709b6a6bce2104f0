import type { SegmentType } from '../segments/fixture.js';
import type { Definition, Season, Segment } from '../segments/segment.js';
import { type Day, weekday } from '../time/calendar.js';
import { power, sigmoid, Wanderer, wave, weekWave } from './curves.js';
import { bell, type Random } from '../random.js';
import { type Point, Scale, scalingPoints } from './scale.js';

const DAYS_A_YEAR = 365.2425;
const SATURDAY = 6;

/** Generates sizes as pure functions of (seed, segment, day), at one price for any day. */
export class Generator {
  readonly #random: Random;
  readonly #factor: Factor;
  readonly #growth: Growth;
  readonly #noise: Segment['noise'];
  readonly #original: Level;
  readonly #changes: Level[];

  constructor(segment: Segment, random: Random) {
    this.#random = random;
    this.#factor = new Factor(segment, random);
    this.#growth = growthOf(segment, random);
    this.#noise = segment.noise;
    const points = scalingPoints(segment);
    const [first, ...others] = segment.definitions;
    this.#original = this.#levelOf(first, points[0]);
    this.#changes = others.map((definition, index) => this.#levelOf(definition, points[index + 1]));
  }

  /** How many users are in the segment at a day's midnight. */
  trueSize(day: Day): number {
    let level = this.#original;
    for (const later of this.#changes) if (later.from <= day) level = later;
    if (level.size === 0) return 0;
    if (level.scale !== undefined) return toSize(level.scale.sizeOn(day));
    return toSize(level.size * (this.#factor.on(day) / level.factor) * this.#growth.since(day - level.from));
  }

  #levelOf({ from, size }: Definition, points: readonly Point[] = []): Level {
    const level: Level = { from, size, factor: this.#factor.on(from), scale: undefined };
    if (points.length > 0) {
      level.scale = new Scale(points, {
        plain: (day) => this.#factor.plain(day),
        growth: (day) => this.#growth.since(day - from),
        campaigns: (day, after) => this.#factor.campaigns(day, after),
      });
    }
    return level;
  }

  /**
   * What Braze would report for a true size: above a threshold it counts a sample of the users and scales up,
   * which is where the noise of its estimates comes from [reference, estimation notes].
   */
  estimatedSize(day: Day, size: number): number {
    const { threshold, relativeStandardDeviation } = this.#noise;
    if (size <= threshold) return size;
    return toSize(size * (1 + relativeStandardDeviation * bell(this.#random, 'noise', day)));
  }
}

/** A definition with the factor on its day, and what takes its sizes to the points recorded while it held, if there are any. */
interface Level extends Definition {
  factor: number;
  scale: Scale | undefined;
}

const ownWeek: Record<SegmentType, Season | undefined> = {
  static: undefined,
  dynamic: undefined,
  location: { amplitude: 0.2, peak: SATURDAY },
  behavior: undefined,
};

/** All that comes and goes: the type's own look, the seasons, the campaigns. */
class Factor {
  readonly #look: Look;
  readonly #weekly: Season | undefined;
  readonly #yearly: Season | undefined;
  readonly #campaigns: Segment['campaigns'];

  constructor({ type, weekly = ownWeek[type], yearly, campaigns }: Segment, random: Random) {
    this.#look = new Look(type, random);
    this.#weekly = weekly;
    this.#yearly = yearly;
    this.#campaigns = campaigns;
  }

  on(day: Day): number {
    return this.plain(day) * this.campaigns(day);
  }

  /** Without the campaigns. */
  plain(day: Day): number {
    const [weekly, yearly] = [this.#weekly, this.#yearly];
    let product = this.#look.on(day);
    if (weekly !== undefined) product *= 1 + weekly.amplitude * weekWave(weekday(day) - weekly.peak);
    if (yearly !== undefined) product *= 1 + yearly.amplitude * wave((day - yearly.peak) / DAYS_A_YEAR);
    return product;
  }

  /** Of the campaigns that began after a day, or of all. */
  campaigns(day: Day, after = -Infinity): number {
    let product = 1;
    for (const { on, lift, halfLifeDays } of this.#campaigns) {
      if (day >= on && on > after) product *= 1 + lift * power(0.5, (day - on) / halfLifeDays);
    }
    return product;
  }
}

/** How far a type of segment wanders, slowly and quickly; only a static one stays where it is. */
const wanderings: Record<SegmentType, { slow: number; quick: number } | undefined> = {
  static: undefined,
  dynamic: { slow: 0.02, quick: 0.01 },
  location: { slow: 0.03, quick: 0.01 },
  behavior: { slow: 0.02, quick: 0.01 },
};

/**
 * How a type of segment looks by itself: a factor on its size. The largest is never twice the smallest, so
 * that a true size anchored on any day stays within half and twice that on every other [wire contract, 4].
 */
class Look {
  readonly #wandering: { slow: number; quick: number } | undefined;
  readonly #slowly: Wanderer;
  readonly #quickly: Wanderer;
  readonly #bursts: Bursts | undefined;

  constructor(type: SegmentType, random: Random) {
    this.#wandering = wanderings[type];
    this.#slowly = new Wanderer(random, 'slow wander', 45);
    this.#quickly = new Wanderer(random, 'quick wander', 6);
    this.#bursts = type === 'behavior' ? new Bursts(random) : undefined;
  }

  on(day: Day): number {
    if (this.#wandering === undefined) return 1;
    const { slow, quick } = this.#wandering;
    const wander = 1 + slow * this.#slowly.on(day) + quick * this.#quickly.on(day);
    return this.#bursts === undefined ? wander : wander * (1 + this.#bursts.on(day));
  }
}

/** The factor of growth, by days since the anchor. */
interface Growth {
  since(days: number): number;
}

/** Compounding where the fixture sets a rate; else a dynamic segment's own curve, which levels off both ways. */
function growthOf({ type, yearlyFactor }: Segment, random: Random): Growth {
  if (yearlyFactor !== undefined) return { since: (days) => power(yearlyFactor, days / DAYS_A_YEAR) };
  return type === 'dynamic' ? new LevellingGrowth(random) : NO_GROWTH;
}

const NO_GROWTH: Growth = { since: () => 1 };

class LevellingGrowth implements Growth {
  readonly #years: number;

  constructor(random: Random) {
    this.#years = 2 + 3 * random.uniform('growth', 0);
  }

  since(days: number): number {
    return 1 + 0.35 * sigmoid(days / DAYS_A_YEAR / this.#years);
  }
}

const DAYS_BETWEEN_BURSTS = 24;
const BURST_HALF_LIFE_DAYS = 3;

/** One burst in every stretch of days, on a random day of it; the higher one shows where two overlap. */
class Bursts {
  readonly #random: Random;
  #last = NaN;
  #before = NONE;
  #latest = NONE;

  constructor(random: Random) {
    this.#random = random;
  }

  on(day: Day): number {
    const stretch = Math.floor(day / DAYS_BETWEEN_BURSTS);
    if (stretch !== this.#last) {
      this.#before = stretch === this.#last + 1 ? this.#latest : burstOf(this.#random, stretch - 1);
      this.#latest = burstOf(this.#random, stretch);
      this.#last = stretch;
    }
    return Math.max(heightOn(this.#latest, day), heightOn(this.#before, day));
  }
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

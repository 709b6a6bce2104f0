import type { SegmentType } from '../segments/fixture.js';
import type { Definition, Season, Segment } from '../segments/segment.js';
import { type Day, weekday } from '../time/calendar.js';
import { power, SmoothNoise, wave, weekWave } from './curves.js';
import { bell, type Random } from '../random.js';
import { DAYS_A_YEAR, Growth } from './growth.js';
import { type Point, Scale, scalingPoints } from './scale.js';
import { type Parent, shareOf, Subset } from './subset.js';

const SATURDAY = 6;

/** Generates sizes as pure functions of (seed, segment, day). Any day costs the same. */
export class Generator {
  readonly #random: Random;
  readonly #multiplier: Multiplier;
  readonly #growth: Growth;
  readonly #noise: Segment['noise'];
  readonly #original: SizeLevel;
  readonly #changes: SizeLevel[];

  /** `parent` is that of a subset. */
  constructor(segment: Segment, random: Random, parent?: Parent) {
    this.#random = random;
    this.#multiplier = new Multiplier(segment, random);
    this.#growth = new Growth(segment, random);
    this.#noise = segment.noise;
    const points = scalingPoints(segment);
    const [first, ...others] = segment.definitions;
    this.#original = this.#levelOf(first, points[0]);
    this.#changes = others.map((definition, index) => this.#levelOf(definition, points[index + 1]));
    if (parent === undefined) return;
    this.#original.sizing = this.#subsetOf(parent, this.#original, parent.share);
    for (const change of this.#changes) change.sizing = this.#subsetOf(parent, change);
  }

  /** How many users are in the segment at a day's midnight. */
  trueSize(day: Day): number {
    let level = this.#original;
    for (const later of this.#changes) if (later.from <= day) level = later;
    if (level.size === 0 && !(level.sizing instanceof Subset)) return 0;
    if (level.sizing !== undefined) return toSize(level.sizing.sizeOn(day));
    return toSize(level.size * (this.#multiplier.on(day) / level.multiplier) * this.#growth.since(day - level.from));
  }

  /** A definition change that sets a size sets the share with it. */
  #subsetOf(parent: Parent, { from, size, multiplier }: SizeLevel, share = shareOf(size, parent, from)): Subset {
    return new Subset(parent, share, (day) => (this.#multiplier.on(day) / multiplier) * this.#growth.since(day - from));
  }

  #levelOf({ from, size }: Definition, points: readonly Point[] = []): SizeLevel {
    const level: SizeLevel = { from, size, multiplier: this.#multiplier.on(from), sizing: undefined };
    if (points.length > 0) {
      level.sizing = new Scale(points, {
        plain: (day) => this.#multiplier.plain(day),
        growth: (day) => this.#growth.since(day - from),
        campaigns: (day, after) => this.#multiplier.campaigns(day, after),
      });
    }
    return level;
  }

  /** Braze counts a sample of the users above a threshold, which causes the noise [reference, estimation notes]. */
  estimatedSize(day: Day, size: number): number {
    const { threshold, relativeStandardDeviation } = this.#noise;
    if (size <= threshold) return size;
    return toSize(size * (1 + relativeStandardDeviation * bell(this.#random, 'noise', day)));
  }
}

/** A definition with the multiplier on its day, and what determines its sizes if its own size does not. */
interface SizeLevel extends Definition {
  multiplier: number;
  sizing: Scale | Subset | undefined;
}

const defaultWeekly: Partial<Record<SegmentType, Season>> = { location: { amplitude: 0.2, peak: SATURDAY } };

/** Amplitudes of the slow and the quick noise of a type; a static segment has none. */
const noiseAmplitudes: Partial<Record<SegmentType, { slow: number; quick: number }>> = {
  dynamic: { slow: 0.02, quick: 0.01 },
  location: { slow: 0.03, quick: 0.01 },
  behavior: { slow: 0.02, quick: 0.01 },
};

/** Everything but growth: the shape of the type, the seasons and the campaigns. */
class Multiplier {
  readonly #amplitudes: { slow: number; quick: number } | undefined;
  readonly #slowNoise: SmoothNoise;
  readonly #quickNoise: SmoothNoise;
  readonly #bursts: Bursts | undefined;
  readonly #weekly: Season | undefined;
  readonly #yearly: Season | undefined;
  readonly #campaigns: Segment['campaigns'];

  constructor({ type, weekly = defaultWeekly[type], yearly, campaigns }: Segment, random: Random) {
    this.#amplitudes = noiseAmplitudes[type];
    this.#slowNoise = new SmoothNoise(random, 'slow wander', 45);
    this.#quickNoise = new SmoothNoise(random, 'quick wander', 6);
    this.#bursts = type === 'behavior' ? new Bursts(random) : undefined;
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
    let product = this.#shape(day);
    if (weekly !== undefined) product *= 1 + weekly.amplitude * weekWave(weekday(day) - weekly.peak);
    if (yearly !== undefined) product *= 1 + yearly.amplitude * wave((day - yearly.peak) / DAYS_A_YEAR);
    return product;
  }

  /**
   * The shape of the type's curve. The largest is less than twice the smallest, so that the true size on any day is
   * between half and twice the size on every other day [wire contract, 4].
   */
  #shape(day: Day): number {
    if (this.#amplitudes === undefined) return 1;
    const { slow, quick } = this.#amplitudes;
    const noise = 1 + slow * this.#slowNoise.on(day) + quick * this.#quickNoise.on(day);
    return this.#bursts === undefined ? noise : noise * (1 + this.#bursts.on(day));
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

const DAYS_BETWEEN_BURSTS = 24;
const BURST_HALF_LIFE_DAYS = 3;

/** One burst in every period of `DAYS_BETWEEN_BURSTS`, on a random day of it. Where two overlap, the higher one counts. */
class Bursts {
  #last = NaN;
  #previous = NO_BURST;
  #latest = NO_BURST;

  constructor(private readonly random: Random) {}

  on(day: Day): number {
    const period = Math.floor(day / DAYS_BETWEEN_BURSTS);
    if (period !== this.#last) {
      this.#previous = period === this.#last + 1 ? this.#latest : burstOf(this.random, period - 1);
      this.#latest = burstOf(this.random, period);
      this.#last = period;
    }
    return Math.max(heightOn(this.#latest, day), heightOn(this.#previous, day));
  }
}

type Burst = ReturnType<typeof burstOf>;
const NO_BURST: Burst = { on: 0, height: 0 };

function burstOf(random: Random, period: number) {
  return {
    on: Math.floor((period + random.uniform('burst', 2 * period)) * DAYS_BETWEEN_BURSTS),
    height: 0.2 + 0.5 * random.uniform('burst', 2 * period + 1),
  };
}

function heightOn({ on, height }: Burst, day: Day): number {
  return day < on ? 0 : height * power(0.5, (day - on) / BURST_HALF_LIFE_DAYS);
}

function toSize(size: number): number {
  // Extreme rates and lifts of a fixture can exceed the safe integers, and hundreds of them become Infinity.
  return size > 0 ? Math.round(Math.min(size, Number.MAX_SAFE_INTEGER)) : 0;
}

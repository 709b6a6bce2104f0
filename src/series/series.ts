import type { Segment } from '../segments/segment.js';
import { type Day, FIRST_DAY, LAST_DAY, midnight } from './calendar.js';
import { createGenerator, type Generator } from './generator.js';
import { createRandom } from './random.js';

/** The size of a segment at 00:00:00Z of a day, before and after sampling. */
export interface Snapshot {
  day: Day;
  trueSize: number;
  estimatedSize: number;
  source: 'recorded' | 'generated';
}

/** A stretch of days, both ends included; empty where `last` is before `first`. */
export interface Window {
  first: Day;
  last: Day;
}

/** The days that two windows share. */
export function intersect(one: Window, other: Window): Window {
  return { first: Math.max(one.first, other.first), last: Math.min(one.last, other.last) };
}

/** A segment's daily sizes under one seed. Any day, in any order, at one price, and always the same. */
export class Series {
  readonly #segment: Segment;
  readonly #generator: Generator;

  /** `id` tells the series of one server apart. */
  constructor(
    segment: Segment,
    seed: string,
    readonly id = 0,
  ) {
    this.#segment = segment;
    this.#generator = createGenerator(segment, createRandom(seed, segment.id));
  }

  /** The snapshots of a window, ascending; days without one are left out. Costs O(days of the window). */
  snapshots(window: Window): Snapshot[] {
    const snapshots: Snapshot[] = [];
    const { first, last } = intersect(window, { first: FIRST_DAY, last: LAST_DAY });
    for (let day = first; day <= last; day++) {
      const snapshot = this.#snapshot(day);
      if (snapshot !== undefined) snapshots.push(snapshot);
    }
    return snapshots;
  }

  #snapshot(day: Day): Snapshot | undefined {
    const { createdAt, missingDays, points, gaps } = this.#segment;
    if (missingDays.has(day) || (createdAt !== undefined && midnight(day) < createdAt)) return undefined;
    const point = points.get(day);
    if (point !== undefined) return { day, trueSize: point, estimatedSize: point, source: 'recorded' };
    if (gaps === 'omit') return undefined;
    const size = gaps === 'zero' ? 0 : this.#generator.trueSize(day);
    return { day, trueSize: size, estimatedSize: this.#generator.estimatedSize(day, size), source: 'generated' };
  }
}

/** Gives each segment its series under a seed, made when first asked for: most segments of a large fixture never are. */
export function seriesUnder(seed: string): (segment: Segment) => Series {
  const made = new WeakMap<Segment, Series>();
  let count = 0;
  return (segment) => {
    let series = made.get(segment);
    if (series === undefined) made.set(segment, (series = new Series(segment, seed, count++)));
    return series;
  };
}

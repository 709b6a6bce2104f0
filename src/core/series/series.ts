import type { Segment } from '../segments/segment.js';
import { type Day, FIRST_DAY, LAST_DAY, midnight } from '../time/calendar.js';
import { memoized } from '../memo.js';
import { Generator } from './generator.js';
import { Random } from '../random.js';
import { SizeCache } from './size-cache.js';
import { KEPT_PARENT_DAYS } from './subset.js';

/** The size of a segment at 00:00:00Z of a day, before and after sampling. */
export interface Snapshot {
  day: Day;
  trueSize: number;
  estimatedSize: number;
  source: 'recorded' | 'generated';
}

/** A range of days, both ends included; empty if `last` is before `first`. */
export interface Window {
  first: Day;
  last: Day;
}

export interface Estimates extends Window {
  /** The size on one of its days; `undefined` for a day without a snapshot. */
  on(this: void, day: Day): number | undefined;
}

export function intersect(one: Window, other: Window): Window {
  return { first: Math.max(one.first, other.first), last: Math.min(one.last, other.last) };
}

/** A segment's daily sizes under one seed. Deterministic; every day costs the same, in any order. */
export class Series {
  readonly #generator: Generator;

  /** `id` identifies the series among those that share a cache; `parent` is that of a subset. */
  constructor(
    private readonly segment: Segment,
    seed: string,
    readonly id = 0,
    private readonly cache = new SizeCache(),
    parent?: Series,
  ) {
    const { id: name, subsetOf } = segment;
    const trueSize = parent && memoized(KEPT_PARENT_DAYS, (day: Day) => parent.#trueSize(day));
    this.#generator = new Generator(segment, new Random(seed, name), subsetOf && trueSize && { ...subsetOf, trueSize });
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

  estimates(window: Window): Estimates {
    const { first, last } = intersect(window, { first: FIRST_DAY, last: LAST_DAY });
    return { first, last, on: this.#cachedEstimate };
  }

  #snapshot(day: Day): Snapshot | undefined {
    const estimatedSize = this.#estimate(day);
    if (estimatedSize === undefined) return undefined;
    const point = this.segment.points.get(day);
    if (point !== undefined) return { day, trueSize: point, estimatedSize, source: 'recorded' };
    return { day, trueSize: this.#generatedSize(day), estimatedSize, source: 'generated' };
  }

  readonly #cachedEstimate = (day: Day) => this.cache.get(this.id, day, this.#estimate);

  readonly #estimate = (day: Day): number | undefined => {
    const { createdAt, missingDays, points, gaps } = this.segment;
    if (createdAt !== undefined && midnight(day) < createdAt) return undefined;
    if (missingDays.size > 0 && missingDays.has(day)) return undefined;
    const point = points.size === 0 ? undefined : points.get(day);
    if (point !== undefined) return point;
    return gaps === 'omit' ? undefined : this.#generator.estimatedSize(day, this.#generatedSize(day));
  };

  #generatedSize(day: Day): number {
    return this.segment.gaps === 'zero' ? 0 : this.#generator.trueSize(day);
  }

  /** The size on a day, whether or not it has a snapshot. */
  #trueSize(day: Day): number {
    return this.segment.points.get(day) ?? this.#generatedSize(day);
  }
}

/** Returns the series of each segment under a seed, created on first use: most segments of a large fixture are never used. */
export function seriesUnder(seed: string): (segment: Segment) => Series {
  const created = new WeakMap<Segment, Series>();
  const cache = new SizeCache();
  let count = 0;
  return function seriesOf(segment: Segment): Series {
    let series = created.get(segment);
    if (series === undefined) {
      const parent = segment.subsetOf && seriesOf(segment.subsetOf.parent);
      created.set(segment, (series = new Series(segment, seed, count++, cache, parent)));
    }
    return series;
  };
}

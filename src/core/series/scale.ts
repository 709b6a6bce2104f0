import type { Segment } from '../segments/segment.js';
import type { Day } from '../time/calendar.js';

/** A recorded size. */
export type Point = readonly [day: Day, size: number];

/**
 * The points that the generated sizes of each definition are scaled to: those recorded while it held, ascending. A
 * definition without any keeps the size that it sets.
 */
export function scalingPoints({ definitions, points, isScaledToPoints, gaps }: Segment): Point[][] {
  const groups = definitions.map((): Point[] => []);
  if (!isScaledToPoints || gaps !== 'generate') return groups;
  let current = 0;
  for (const point of points) {
    while ((definitions[current + 1]?.from ?? Infinity) <= point[0]) current++;
    groups[current]?.push(point);
  }
  return groups;
}

/** Bounds growth, which a high rate takes to 0 or Infinity within centuries: their ratio would be NaN. */
const [SMALLEST, LARGEST] = [1e-280, 1e280];

/**
 * Takes what is generated under one definition to the sizes recorded while it held: by the ratio of the two on a day
 * with a point, interpolated between neighbouring points, and by that of the nearest point outside them [wire
 * contract, 4]. Between two points they alone say how the segment grew; outside them its own growth goes on. The
 * ratios are computed once; a day then costs a binary search.
 */
export class Scale {
  /** Ascending, never empty. */
  readonly #days: Int32Array;
  /** Of the recorded size and that generated without growth. */
  readonly #ratios: Float64Array;
  readonly #growth: (day: Day) => number;

  constructor(points: readonly Point[], withoutGrowth: (day: Day) => number, growth: (day: Day) => number) {
    this.#days = Int32Array.from(points, ([day]) => day);
    this.#ratios = Float64Array.from(points, ([day, size]) => size / withoutGrowth(day));
    this.#growth = growth;
  }

  /** The factor on what is generated for a day without growth. */
  on(day: Day): number {
    const [days, ratios] = [this.#days, this.#ratios];
    const next = firstFrom(days, day);
    if (next === 0) return this.#beyond(0, day);
    if (next === days.length) return this.#beyond(next - 1, day);
    const [from, to] = [days[next - 1] as Day, days[next] as Day];
    const [ratio, nextRatio] = [ratios[next - 1] as number, ratios[next] as number];
    return ratio + ((nextRatio - ratio) * (day - from)) / (to - from);
  }

  /** The same for a day beyond the first or the last point. */
  #beyond(index: number, day: Day): number {
    const growth = within(this.#growth(day)) / within(this.#growth(this.#days[index] as Day));
    return (this.#ratios[index] as number) * growth;
  }
}

function within(factor: number): number {
  return Math.min(Math.max(factor, SMALLEST), LARGEST);
}

/** The index of the first of ascending days that is not before a day; their number if all are. */
function firstFrom(days: Int32Array, day: Day): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] as Day) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

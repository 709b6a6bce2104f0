import type { Segment } from '../segments/segment.js';
import type { Day } from '../time/calendar.js';

export type Point = readonly [day: Day, size: number];

/**
 * The points that the generated sizes of each definition are scaled to: those recorded while it held, ascending. A
 * change without any keeps the size that it sets. The first definition sets none; without points of its own it is
 * scaled to the nearest one, which is the first of all.
 */
export function scalingPoints({ definitions, points, isScaledToPoints, gaps }: Segment): Point[][] {
  const groups = definitions.map((): Point[] => []);
  if (!isScaledToPoints || gaps !== 'generate') return groups;
  let current = 0;
  for (const point of points) {
    while ((definitions[current + 1]?.from ?? Infinity) <= point[0]) current++;
    groups[current]?.push(point);
  }
  const [first] = points;
  if (groups[0]?.length === 0 && first !== undefined) groups[0].push(first);
  return groups;
}

/** Bounds growth, which a high rate takes to 0 or Infinity within centuries: their ratio would be NaN. */
const [SMALLEST, LARGEST] = [1e-280, 1e280];

/** The generated parts of a definition. */
export interface Parts {
  /** The size of a day without growth and campaigns. */
  plain: (day: Day) => number;
  growth: (day: Day) => number;
  /** The factor on a day of the campaigns that began after a given day, or of all. */
  campaigns: (day: Day, after?: Day) => number;
}

/**
 * Scales the sizes generated under one definition to those recorded while it was in effect [wire contract, 4].
 *
 * Outside the points: by the ratio of recorded and generated size on the nearest day with a point; growth goes on.
 * Between two points: by the ratio without growth and campaigns, interpolated, because the points themselves show how
 * the segment grew. What a campaign that began between them adds or takes fades out linearly until the second point,
 * which shows what is left of it. So a size between two points never leaves their range by more than the type's own
 * movement and the campaign's factor.
 *
 * The ratios are computed once; a day then costs a binary search.
 */
export class Scale {
  /** Ascending, never empty. */
  readonly #days: Int32Array;
  /** Recorded size divided by the size generated without growth and campaigns. */
  readonly #ratios: Float64Array;

  constructor(
    points: readonly Point[],
    private readonly parts: Parts,
  ) {
    this.#days = Int32Array.from(points, ([day]) => day);
    this.#ratios = Float64Array.from(points, ([day, size]) => size / parts.plain(day));
  }

  sizeOn(day: Day): number {
    const { plain, campaigns } = this.parts;
    const [days, ratios] = [this.#days, this.#ratios];
    const next = firstFrom(days, day);
    if (next === 0) return plain(day) * this.#beyond(0, day);
    if (next === days.length) return plain(day) * this.#beyond(next - 1, day);
    const [from, to] = [days[next - 1] as Day, days[next] as Day];
    const [ratio, nextRatio] = [ratios[next - 1] as number, ratios[next] as number];
    const along = (day - from) / (to - from);
    const campaign = 1 + (campaigns(day, from) - 1) * (1 - along);
    return plain(day) * (ratio + (nextRatio - ratio) * along) * campaign;
  }

  /** The factor for a day beyond the first or the last point. */
  #beyond(index: number, day: Day): number {
    const { growth, campaigns } = this.parts;
    const point = this.#days[index] as Day;
    const since = (bounded(growth(day)) / bounded(growth(point))) * (campaigns(day) / campaigns(point));
    return (this.#ratios[index] as number) * since;
  }
}

function bounded(factor: number): number {
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

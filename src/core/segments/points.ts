import { type Static, Type } from '@sinclair/typebox';
import { type Problem, show } from '../../schema/problems.js';
import { type Day, formatDay, parseInstant, parseMidnight } from '../time/calendar.js';
import { INSTANT_PATTERN, MIDNIGHT, MidnightText } from '../time/text.js';
import { exactly } from '../../schema/shapes.js';

export const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Recorded sizes, by day or as the `data` of a reply of /segments/data_series lists them. */
export const Points = Type.Union(
  [
    Type.Record(Type.String({ pattern: INSTANT_PATTERN }), Size, {
      additionalProperties: false,
      expected: `days as keys, each ${MIDNIGHT}`,
    }),
    Type.Array(exactly({ time: MidnightText('The day.'), size: Size })),
  ],
  { expected: 'sizes by day, {"2024-01-31": 4711}, or a list, [{"time": "2024-01-31T00:00:00+00:00", "size": 4711}]' },
);

/** Points as the mock serializes them: ascending, each day as `YYYY-MM-DD`. */
export const PointsByDate = Type.Record(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), Size, {
  additionalProperties: false,
});
export type PointsByDate = Static<typeof PointsByDate>;

/** Validated points, ascending by day; in a patch a size can be null. */
export function readPoints<S>(
  points: Readonly<Record<string, S>> | readonly { time: string; size: S }[],
): [day: Day, size: S][] {
  const entries = Array.isArray(points)
    ? points.map(({ time, size }: { time: string; size: S }): [string, S] => [time, size])
    : Object.entries(points as Readonly<Record<string, S>>);
  return entries
    .map(([time, size]): [Day, S] => [parseMidnight(time) as Day, size])
    .toSorted(([one], [other]) => one - other);
}

export function writePoints<S>(points: Iterable<[day: Day, size: S]>): Record<string, S> {
  return Object.fromEntries(Array.from(points, ([day, size]) => [formatDay(day), size]));
}

/** Beyond the schema: keys must be existing midnights, and days must not repeat. */
export function pointProblems(points: unknown, path: string): Problem[] {
  const first = new Map<Day, string>();
  return timesOf(points, path).flatMap(([time, at]) => {
    const day = parseMidnight(time);
    const problem = (expected: string) => [{ path: at, found: show(time), expected }];
    if (day === undefined) return problem(parseInstant(time) === undefined ? 'a date that the calendar has' : MIDNIGHT);
    const earlier = first.get(day);
    if (earlier !== undefined) return problem(`another day: ${earlier} gives the size of this one`);
    first.set(day, at);
    return [];
  });
}

const INSTANT_SHAPE = new RegExp(INSTANT_PATTERN);

/** The times of points that the schema accepts, each with its path. */
function timesOf(points: unknown, path: string): [time: string, path: string][] {
  if (typeof points !== 'object' || points === null) return [];
  if (!Array.isArray(points)) {
    const keys = Object.keys(points).filter((key) => INSTANT_SHAPE.test(key));
    return keys.map((key) => [key, `${path}[${JSON.stringify(key)}]`]);
  }
  return points.flatMap((point: { time?: unknown } | null, index) => {
    const time = point?.time;
    return typeof time === 'string' && parseMidnight(time) !== undefined ? [[time, `${path}[${index}].time`]] : [];
  });
}

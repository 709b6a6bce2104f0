import { type Static, Type } from '@sinclair/typebox';
import { exactly, Field } from '../../schema/shapes.js';
import { Size } from '../segments/points.js';
import { dateOf, type Day, formatDay, weekday } from '../time/calendar.js';
import { DateText } from '../time/text.js';
import type { Window } from './series.js';

const meanRatios = (count: number, of: string, from: string) =>
  Field.list(Field.orNull(Type.Number(), of), from, { minItems: count, maxItems: count });

export const Fraction = Field.orNull(
  Type.Number(),
  'A fraction: 0.1 is a tenth more. null if it was 0 before, or too few days.',
);
const Change = Field.orNull(
  exactly({ absolute: Type.Integer(), relative: Fraction }),
  'null if one of the two days has no size in the range.',
);

/** How sizes move over a range of days. `null` where there are too few days to tell. */
export const Trend = exactly({
  days: Field.count('Days with a snapshot.'),
  first: Field.orNull(Size, 'The size on the first of these days.'),
  last: Field.orNull(Size, 'The size on the last of these days.'),
  change: exactly({ 7: Change, 30: Change, 90: Change }, { description: 'From so many days before `to` until `to`.' }),
  slopePerDay: Field.orNull(Type.Number(), 'By least squares.'),
  mean7: Field.orNull(Type.Number(), 'The mean of the last 7 of these days.'),
  yearOverYear: Change,
  weekday: meanRatios(7, 'Mean of size ÷ centred 7-day mean.', 'From Sunday.'),
  month: meanRatios(12, 'Mean of size ÷ centred 365-day mean.', 'From January.'),
  largestJump: Field.orNull(
    exactly({ day: DateText(), change: Type.Integer() }),
    'The largest step between neighbouring days, up or down; the earliest of equal ones.',
  ),
});
export type Trend = Static<typeof Trend>;

type SizeOn = (day: Day) => number | undefined;

/** The trend of the sizes in a window; a day outside it counts as one without a size. */
export function trendOf(window: Window, sizeOn: SizeOn): Trend {
  const { first, last } = window;
  const sizes = Array.from({ length: Math.max(0, last - first + 1) }, (_none, index) => sizeOn(first + index));
  const on: SizeOn = (day) => sizes[day - first];
  const days = sizes.flatMap((size, index) => (size === undefined ? [] : [{ day: first + index, size }]));
  return {
    days: days.length,
    first: days[0]?.size ?? null,
    last: days.at(-1)?.size ?? null,
    change: { 7: changeOver(7), 30: changeOver(30), 90: changeOver(90) },
    slopePerDay: slope(days),
    mean7: days.length < 7 ? null : mean(days.slice(-7).map(({ size }) => size)),
    yearOverYear: changeOver(365),
    weekday: effects(7, 7, weekday),
    month: effects(365, 12, (day) => dateOf(day).month - 1),
    largestJump: largestJump(days),
  };

  function changeOver(count: number): Static<typeof Change> {
    const [before, after] = [on(last - count), on(last)];
    if (before === undefined || after === undefined) return null;
    return { absolute: after - before, relative: liftBetween(before, after) };
  }

  /** The mean ratio of a size to the mean of `count` days around it, for each group of days. */
  function effects(count: number, groups: number, groupOf: (day: Day) => number): (number | null)[] {
    const means = centredMeans(sizes, count);
    const ratios = Array.from({ length: groups }, (): number[] => []);
    for (const { day, size } of days) {
      const centre = means[day - first];
      if (centre !== undefined && centre !== 0) ratios[groupOf(day)]?.push(size / centre);
    }
    return ratios.map((group) => (group.length === 0 ? null : mean(group)));
  }
}

/** By which fraction a size is above the one before it; `null` where one is missing, or the first is 0. */
export function liftBetween(before: number | undefined, after: number | undefined): number | null {
  return before === undefined || after === undefined || before === 0 ? null : after / before - 1;
}

interface SizedDay {
  day: Day;
  size: number;
}

function slope(days: readonly SizedDay[]): number | null {
  if (days.length < 2) return null;
  const meanDay = mean(days.map(({ day }) => day));
  const meanSize = mean(days.map(({ size }) => size));
  let [products, squares] = [0, 0];
  for (const { day, size } of days) {
    products += (day - meanDay) * (size - meanSize);
    squares += (day - meanDay) ** 2;
  }
  return products / squares;
}

/** The means of an odd count of days around each day; `undefined` where one of them has no size. */
function centredMeans(sizes: readonly (number | undefined)[], count: number): (number | undefined)[] {
  const radius = (count - 1) / 2;
  const means = Array.from<number | undefined>({ length: sizes.length });
  let [sum, missing] = [0, 0];
  for (const [index, size] of sizes.entries()) {
    sum += size ?? 0;
    if (size === undefined) missing++;
    const dropped = index - count;
    if (dropped >= 0) {
      sum -= sizes[dropped] ?? 0;
      if (sizes[dropped] === undefined) missing--;
    }
    if (index >= count - 1 && missing === 0) means[index - radius] = sum / count;
  }
  return means;
}

function largestJump(days: readonly SizedDay[]): Trend['largestJump'] {
  let largest: Trend['largestJump'] = null;
  for (const [index, { day, size }] of days.entries()) {
    const before = days[index - 1];
    if (before?.day !== day - 1) continue;
    const change = size - before.size;
    if (largest === null || Math.abs(change) > Math.abs(largest.change)) largest = { day: formatDay(day), change };
  }
  return largest;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

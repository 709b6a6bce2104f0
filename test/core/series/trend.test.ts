import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liftBetween, trendOf } from '../../../src/core/series/trend.js';
import { dateOf, dayFromDate, formatDay, weekday } from '../../../src/core/time/calendar.js';

type Size = number | undefined;

const FIRST = dayFromDate(2023, 1, 1) as number;
const lookUp = (sizes: readonly Size[]) => (day: number) => sizes[day - FIRST];
const trend = (sizes: readonly Size[]) => trendOf({ first: FIRST, last: FIRST + sizes.length - 1 }, lookUp(sizes));

const average = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The mean of the days around an index, by its definition. */
function centred(sizes: readonly Size[], index: number, count: number): Size {
  const radius = (count - 1) / 2;
  const around = Array.from({ length: count }, (_none, step) => sizes[index - radius + step]);
  return around.includes(undefined) ? undefined : average(around as number[]);
}

/** The effect of each of `groups` weekdays or months. */
function naiveEffects(sizes: readonly Size[], count: number, groups: number, groupOf: (day: number) => number) {
  const ratios = sizes.flatMap((size, index) => {
    const mean = centred(sizes, index, count);
    return size === undefined || !mean ? [] : [{ ratio: size / mean, group: groupOf(FIRST + index) }];
  });
  return Array.from({ length: groups }, (_none, number) => {
    const own = ratios.filter(({ group }) => group === number).map(({ ratio }) => ratio);
    return own.length === 0 ? null : average(own);
  });
}

function naiveChange(sizes: readonly Size[], count: number) {
  const [before, after] = [sizes.at(-1 - count), sizes.at(-1)];
  if (sizes.length <= count || before === undefined || after === undefined) return null;
  return { absolute: after - before, relative: before === 0 ? null : (after - before) / before };
}

/** The closed formula, instead of centred sums. */
function naiveSlope(sizes: readonly Size[]): number | null {
  const points = sizes.flatMap((size, x) => (size === undefined ? [] : [[x, size] as const]));
  const n = points.length;
  if (n < 2) return null;
  const total = (of: (x: number, y: number) => number) => points.reduce((sum, [x, y]) => sum + of(x, y), 0);
  const [x, y] = [total((one) => one), total((_x, one) => one)];
  return (n * total((one, other) => one * other) - x * y) / (n * total((one) => one * one) - x * x);
}

const sizesWithGaps = fc.array(
  fc.oneof({ weight: 30, arbitrary: fc.nat(1_000_000) }, { weight: 1, arbitrary: fc.constant(undefined) }),
  { maxLength: 120 },
);
/** Long enough for the centred mean of a year. */
const twoYears = fc
  .tuple(
    fc.array(fc.nat(1000), { minLength: 40, maxLength: 60 }),
    fc.integer({ min: 360, max: 760 }),
    fc.option(fc.nat(700)),
  )
  .map(([pattern, length, gap]) =>
    Array.from({ length }, (_none, index): Size => (index === gap ? undefined : pattern[index % pattern.length])),
  );

const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 6));

describe('trendOf', () => {
  it.each([
    ['a few weeks', sizesWithGaps, 300],
    ['two years', twoYears, 8],
  ])('agrees with the definitions over %s', (_name, arbitrary, numRuns) => {
    fc.assert(
      fc.property(arbitrary, (sizes) => {
        const existing = sizes.filter((size) => size !== undefined);
        const steps = sizes.flatMap((size, index) => {
          const before = sizes[index - 1];
          return size === undefined || before === undefined
            ? []
            : [{ day: formatDay(FIRST + index), change: size - before }];
        });
        const largest = Math.max(...steps.map(({ change }) => Math.abs(change)));
        const close = (change: ReturnType<typeof naiveChange>) =>
          change && { ...change, relative: near(change.relative) };
        expect(trend(sizes)).toEqual({
          days: existing.length,
          first: existing[0] ?? null,
          last: existing.at(-1) ?? null,
          change: {
            7: close(naiveChange(sizes, 7)),
            30: close(naiveChange(sizes, 30)),
            90: close(naiveChange(sizes, 90)),
          },
          slopePerDay: near(naiveSlope(sizes)),
          mean7: existing.length < 7 ? null : near(average(existing.slice(-7))),
          yearOverYear: close(naiveChange(sizes, 365)),
          weekday: naiveEffects(sizes, 7, 7, weekday).map(near),
          month: naiveEffects(sizes, 365, 12, (day) => dateOf(day).month - 1).map(near),
          largestJump: steps.find(({ change }) => Math.abs(change) === largest) ?? null,
        });
      }),
      { seed: 1, numRuns },
    );
  });

  it('finds a line, a Sunday peak and a jump in sizes made of them', () => {
    const line = trend(Array.from({ length: 100 }, (_none, day) => 1000 + 3 * day));
    expect(line).toMatchObject({ days: 100, first: 1000, last: 1297, slopePerDay: expect.closeTo(3, 9) as number });
    expect(line.change).toEqual({
      7: { absolute: 21, relative: expect.closeTo(21 / 1276, 12) as number },
      30: { absolute: 90, relative: expect.closeTo(90 / 1207, 12) as number },
      90: { absolute: 270, relative: expect.closeTo(270 / 1027, 12) as number },
    });
    const weekly = trend(Array.from({ length: 35 }, (_none, day) => (weekday(FIRST + day) === 0 ? 170 : 100)));
    expect(weekly.weekday.map((effect) => effect?.toFixed(3))).toEqual([
      '1.545',
      ...Array.from({ length: 6 }, () => '0.909'),
    ]);
    const jump = trend([10, 10, 4, 4, 10]);
    expect(jump.largestJump).toEqual({ day: '2023-01-03', change: -6 });
  });

  it('has null where there are too few days', () => {
    const nothing = { 7: null, 30: null, 90: null };
    const unknown = { slopePerDay: null, mean7: null, yearOverYear: null, largestJump: null, change: nothing };
    expect(trend([])).toMatchObject({ days: 0, first: null, last: null, ...unknown });
    expect(trend([5])).toMatchObject({ days: 1, first: 5, last: 5, ...unknown });
    expect(trend([5, undefined, 6])).toMatchObject({ days: 2, largestJump: null, slopePerDay: 0.5 });
    expect(trend([0, 1, 1, 1, 1, 1, 1, 1]).change[7]).toEqual({ absolute: 1, relative: null });
    expect(trend([0, 0, 0, 0, 0, 0, 0]).weekday).toEqual([null, null, null, null, null, null, null]);
  });
});

it.each([
  [100, 125, 0.25],
  [100, 50, -0.5],
  [0, 5, null],
  [undefined, 5, null],
  [5, undefined, null],
])('the lift from %s to %s is %s', (before, after, lift) => {
  expect(liftBetween(before, after)).toBe(lift);
});

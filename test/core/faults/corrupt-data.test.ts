import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DataEffect } from '../../../src/core/faults/fault.js';
import { corruptData } from '../../../src/core/faults/corrupt-data.js';
import type { SeriesRow } from '../../../src/core/profiles/series-body.js';
import { formatDay } from '../../../src/core/time/calendar.js';
import { dayAt } from '../../support/segments.js';

const EFFECTS = DataEffect.anyOf.map((effect) => effect.const);
const FIRST = dayAt('2024-01-01');
const NEVER = '2030-01-01';

function rowsOf(...sizes: number[]): SeriesRow[] {
  return sizes.map((size, index) => ({ time: `${formatDay(FIRST + index)}T00:00:00+00:00`, size }));
}

const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const rows = fc
  .array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 2, maxLength: 100 })
  .map((sizes) => rowsOf(...sizes));

function forAll(check: (rows: SeriesRow[], draw: number) => void): void {
  fc.assert(fc.property(rows, draw, check), { seed: 1, numRuns: 200 });
}

/** The places at which two lists of the same length differ. */
function differences(one: readonly SeriesRow[], other: readonly SeriesRow[]): number[] {
  expect(other).toHaveLength(one.length);
  return one.flatMap((row, index) => (JSON.stringify(row) === JSON.stringify(other[index]) ? [] : [index]));
}

const sorted = (list: readonly SeriesRow[]) => list.map((row) => JSON.stringify(row)).toSorted();

describe.each(EFFECTS)('%s', (effect) => {
  it('is deterministic and does not modify its input', () => {
    forAll((given, at) => {
      const before = structuredClone(given);
      const spoilt = corruptData(effect, given, at, NEVER);
      expect(spoilt).toEqual(corruptData(effect, given, at, NEVER));
      expect(given).toEqual(before);
      expect(spoilt).not.toEqual(given);
    });
  });

  it('returns an empty list unchanged', () => {
    const none: SeriesRow[] = [];
    expect(corruptData(effect, none, 0.5, NEVER)).toBe(none);
  });
});

test('missing_day removes one row', () => {
  forAll((given, at) => {
    const spoilt = corruptData('missing_day', given, at, NEVER);
    expect(spoilt).toHaveLength(given.length - 1);
    expect(given.filter((row) => !spoilt.includes(row))).toHaveLength(1);
    expect(spoilt).toEqual(given.filter((row) => spoilt.includes(row)));
  });
});

test('duplicate_day repeats one row in place', () => {
  forAll((given, at) => {
    const spoilt = corruptData('duplicate_day', given, at, NEVER);
    expect(spoilt).toHaveLength(given.length + 1);
    expect(spoilt.filter((row, index) => row !== spoilt[index - 1])).toEqual(given);
  });
});

test('shuffled keeps the rows in a different order', () => {
  forAll((given, at) => {
    const spoilt = corruptData('shuffled', given, at, NEVER);
    expect(sorted(spoilt)).toEqual(sorted(given));
    expect(spoilt.map(({ time }) => time)).not.toEqual(given.map(({ time }) => time));
  });
});

test.each([
  [0, [1, 3, 0, 2]],
  [0.49, [1, 3, 0, 2]],
  [0.5, [0, 2, 1, 3]],
  [0.99, [0, 2, 1, 3]],
])('the draw %d shuffles four rows into %j', (at, order) => {
  const given = rowsOf(0, 1, 2, 3);
  expect(corruptData('shuffled', given, at, NEVER).map(({ size }) => size)).toEqual(order);
});

test.each([
  [0, 0],
  [0.25, 1],
  [0.74, 2],
  [0.99, 3],
])('the draw %d picks the row at index %i of four', (at, index) => {
  const given = rowsOf(5, 6, 7, 8);
  expect(differences(given, corruptData('zero_dip', given, at, NEVER))).toEqual([index]);
});

test('zero_dip sets one size to 0', () => {
  forAll((given, at) => {
    const spoilt = corruptData('zero_dip', given, at, NEVER);
    const [index, ...more] = differences(given, spoilt);
    expect(more).toEqual([]);
    expect(spoilt[index as number]).toEqual({ ...given[index as number], size: 0 });
  });
});

test('huge_size sets one size beyond 32 bits', () => {
  forAll((given, at) => {
    const spoilt = corruptData('huge_size', given, at, NEVER);
    const [index, ...more] = differences(given, spoilt);
    expect(more).toEqual([]);
    expect(spoilt[index as number]?.time).toBe(given[index as number]?.time);
    expect(spoilt[index as number]?.size).toBeGreaterThan(2 ** 31);
    expect(Number.isSafeInteger(spoilt[index as number]?.size)).toBe(true);
  });
});

test('extra_field adds an unknown field to each row', () => {
  forAll((given, at) => {
    const spoilt = corruptData('extra_field', given, at, NEVER);
    expect(spoilt.map(({ time, size }) => ({ time, size }))).toEqual(given);
    expect(spoilt.every((row) => Object.keys(row).length === 3)).toBe(true);
  });
});

describe('revised_yesterday', () => {
  it.each([
    ['that ends today', '2024-01-03', 2],
    ['that ends yesterday', '2024-01-04', 3],
    ['that goes on beyond today', '2024-01-01', 0],
    ['that ended long ago, in its last day but one', NEVER, 2],
  ])('changes the size of yesterday in a series %s', (_which, yesterday, at) => {
    const given = rowsOf(10_000, 20_000, 30_000, 40_000);
    const spoilt = corruptData('revised_yesterday', given, 0.5, yesterday);
    expect(differences(given, spoilt)).toEqual([at]);
    expect(spoilt[at]?.time).toBe(given[at]?.time);
    expect(Number.isInteger(spoilt[at]?.size)).toBe(true);
  });

  it.each([
    [0, 10_200],
    [0.5, 10_450],
    [0.99, 10_695],
  ])('adds two to seven percent: the draw %d turns 10,000 into %i', (at, size) => {
    expect(corruptData('revised_yesterday', rowsOf(10_000), at, '2024-01-01')).toEqual(rowsOf(size));
  });

  it.each([0, 1])('changes a size of %i too', (size) => {
    expect(corruptData('revised_yesterday', rowsOf(size), 0, '2024-01-01')).toEqual(rowsOf(size + 1));
  });
});

it.each<[DataEffect, SeriesRow[]]>([
  ['shuffled', rowsOf(5)],
  ['zero_dip', rowsOf(0, 0, 0)],
])('%s leaves %j unchanged', (effect, given) => {
  expect(corruptData(effect, given, 0.5, NEVER)).toBe(given);
});

it('zero_dip picks the only size that is not 0', () => {
  expect(corruptData('zero_dip', rowsOf(0, 7, 0), 0.99, NEVER)).toEqual(rowsOf(0, 0, 0));
});

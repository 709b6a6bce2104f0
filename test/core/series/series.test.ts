import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, it, vi } from 'vitest';
import { documented } from '../../../src/core/profiles/documented.js';
import { type SegmentFixture } from '../../../src/core/segments/fixture.js';
import { toSegment } from '../../../src/core/segments/segment.js';
import {
  type Day,
  FIRST_DAY,
  formatDay,
  LAST_DAY,
  midnight,
  MS_PER_DAY,
  parseInstant,
} from '../../../src/core/time/calendar.js';
import { intersect, Series, seriesUnder, type Snapshot } from '../../../src/core/series/series.js';
import { anyDay, anySeed, anySegment, dayAt, plainSegment } from '../../support/segments.js';

vi.mock('seedrandom', async (importOriginal) => {
  const { default: original } = await importOriginal<{ default: typeof seedrandom }>();
  return { default: vi.fn<typeof original>(original) };
});

const ANCHOR = dayAt('2024-01-01');

function series(fixture: Partial<SegmentFixture>, seed = 'seed'): Series {
  return new Series(toSegment({ id: 'segment', ...fixture }), seed);
}

function window(first: string, last: string) {
  return { first: dayAt(first), last: dayAt(last) };
}

function daysOf(last: Day, length: number): Day[] {
  return Array.from({ length }, (_, index) => last - length + 1 + index);
}

function dates(snapshots: Snapshot[]): string[] {
  return snapshots.map(({ day }) => formatDay(day));
}

describe('windows', () => {
  const anyWindow = fc.record({
    length: fc.integer({ min: 1, max: 100 }),
    daysLater: fc.integer({ min: -150, max: 150 }),
  });
  const anyTime = fc.integer({ min: 0, max: MS_PER_DAY - 1 });

  it('agree on every day for any length, end, order and process', () => {
    const around = fc.integer({ min: FIRST_DAY + 250, max: LAST_DAY - 150 });
    const asked = fc.array(fc.tuple(anyWindow, anyTime), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(anySegment, anySeed, around, asked, (fixture, seed, middle, requests) => {
        const first = series(fixture, seed);
        const seen = new Map<Day, Snapshot>();
        for (const [{ length, daysLater }, time] of requests) {
          const endingAt = midnight(middle + daysLater) + time;
          const served = documented.window(endingAt, length);
          const snapshots = first.snapshots(served);
          expect(snapshots.map(({ day }) => day)).toEqual(daysOf(middle + daysLater, length));
          expect(series(fixture, seed).snapshots(served)).toEqual(snapshots);
          const known = snapshots.filter(({ day }) => seen.has(day));
          expect(known).toEqual(known.map(({ day }) => seen.get(day)));
          for (const snapshot of snapshots) seen.set(snapshot.day, snapshot);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it.each([
    [
      'a moment in the last second of a day, elsewhere the next',
      '2023-12-31T23:59:59-05:00',
      14,
      '2023-12-19',
      '2024-01-01',
    ],
    ['the last millisecond of a day', '2023-12-31T23:59:59.999Z', 7, '2023-12-25', '2023-12-31'],
    ['midnight', '2024-01-01T00:00:00Z', 7, '2023-12-26', '2024-01-01'],
    ['a bare date', '2024-01-01', 1, '2024-01-01', '2024-01-01'],
    ['a moment before 1970', '1969-12-31T23:59:59Z', 2, '1969-12-30', '1969-12-31'],
  ])('end with the last midnight at or before %s', (_what, endingAt, length, first, last) => {
    const served = documented.window(parseInstant(endingAt) as number, length);
    expect(served).toEqual(window(first, last));
  });

  it('have no day that YYYY-MM-DD cannot represent', () => {
    const everything = series({});
    const [first, last] = [FIRST_DAY, LAST_DAY];
    expect(dates(everything.snapshots({ first: first - 99, last: first + 1 }))).toEqual(['0000-01-01', '0000-01-02']);
    expect(dates(everything.snapshots({ first: last, last: last + 99 }))).toEqual(['9999-12-31']);
    expect(everything.snapshots({ first: first - 99, last: first - 1 })).toEqual([]);
    expect(everything.snapshots({ first: 5, last: 4 })).toEqual([]);
  });

  it('agree on shared days', () => {
    expect(intersect({ first: 1, last: 5 }, { first: 3, last: 9 })).toEqual({ first: 3, last: 5 });
    expect(intersect({ first: -Infinity, last: 5 }, { first: 3, last: 4 })).toEqual({ first: 3, last: 4 });
  });

  it('seed the generator once per series, for any number of days', () => {
    vi.mocked(seedrandom).mockClear();
    const one = series({ type: 'behavior' });
    for (let last = ANCHOR; last < ANCHOR + 1000; last += 10) one.snapshots({ first: last - 99, last });
    expect(vi.mocked(seedrandom)).toHaveBeenCalledTimes(1);
  });
});

describe('a snapshot', () => {
  const week = window('2023-12-25', '2023-12-31');
  const points = { '2023-12-25': 248_576, '2023-12-27': 0, '2023-12-31': 252_467 };
  const size = 1_000_000;

  it('is the recorded point if there is one, without noise', () => {
    const anyPoint = fc.record({ day: anyDay, size: fc.maxSafeNat() });
    const noise = { threshold: 0, relativeStandardDeviation: 0.25 };
    fc.assert(
      fc.property(plainSegment, anySeed, anyPoint, (fixture, seed, point) => {
        const recorded = series({ ...fixture, noise, points: { [formatDay(point.day)]: point.size } }, seed);
        expect(recorded.snapshots({ first: point.day, last: point.day })).toEqual([
          { day: point.day, trueSize: point.size, estimatedSize: point.size, source: 'recorded' },
        ]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is generated on the days around a recorded one as if it were not recorded', () => {
    const recorded = series({ size, points }).snapshots(week);
    const generated = series({ size }).snapshots(week);
    const [r, g] = ['recorded', 'generated'];
    expect(recorded.map(({ source }) => source)).toEqual([r, g, r, g, g, g, r]);
    for (const index of [1, 3, 4, 5]) expect(recorded[index]).toEqual(generated[index]);
  });

  it('is omitted on a day without a recorded point if gaps are "omit"', () => {
    expect(dates(series({ size, points, gaps: 'omit' }).snapshots(week))).toEqual(Object.keys(points));
  });

  it('is 0 on a day without a recorded point if gaps are "zero"', () => {
    const sizes = series({ size, points, gaps: 'zero' }).snapshots(week);
    expect(sizes.map(({ trueSize }) => trueSize)).toEqual([248_576, 0, 0, 0, 0, 0, 252_467]);
    expect(sizes.map(({ estimatedSize }) => estimatedSize)).toEqual([248_576, 0, 0, 0, 0, 0, 252_467]);
  });

  it.each<[string, Partial<SegmentFixture>, string[]]>([
    ['on missing days', { missingDays: ['2023-12-26', '2023-12-28'] }, ['25', '27', '29', '30', '31']],
    ['on missing days, recorded or not', { missingDays: ['2023-12-25'], points }, ['26', '27', '28', '29', '30', '31']],
    ['before the day of creation', { createdAt: '2023-12-29' }, ['29', '30', '31']],
    ['before the day of creation, recorded or not', { createdAt: '2023-12-31', points }, ['31']],
    ['at the midnight before its creation', { createdAt: '2023-12-29T00:00:01Z' }, ['30', '31']],
    ['before its creation elsewhere', { createdAt: '2023-12-29T00:00:00-05:00' }, ['30', '31']],
    ['on no day, when there is no date of creation', {}, ['25', '26', '27', '28', '29', '30', '31']],
  ])('is omitted %s', (_what, fixture, left) => {
    expect(dates(series({ size, ...fixture }).snapshots(week))).toEqual(left.map((day) => `2023-12-${day}`));
  });

  it('is 0 on every day of a segment without users, with any settings', () => {
    const anyGaps = fc.constantFrom('generate' as const, 'zero' as const);
    fc.assert(
      fc.property(anySegment, anySeed, anyGaps, anyDay, (fixture, seed, gaps, last) => {
        const { definitionChanges: _changes, ...empty } = { ...fixture, size: 0, gaps };
        const snapshots = series(empty, seed).snapshots({ first: last - 99, last });
        expect(snapshots.length).toBe(Math.min(100, last - FIRST_DAY + 1));
        expect(snapshots.filter(({ trueSize, estimatedSize }) => trueSize !== 0 || estimatedSize !== 0)).toEqual([]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is the same before a change of the definition, noise included, and different from then on', () => {
    const changed = series({ size, definitionChanges: [{ on: '2024-06-01', size: 300_000 }] });
    const before = window('2024-03-01', '2024-05-31');
    expect(changed.snapshots(before)).toEqual(series({ size }).snapshots(before));
    expect(changed.snapshots(window('2024-06-01', '2024-06-01'))[0]).toMatchObject({ trueSize: 300_000 });
  });
});

describe('seriesUnder', () => {
  it('creates one series per segment, each with a unique id', () => {
    const seriesOf = seriesUnder('seed');
    const [one, other] = [toSegment({ id: 'one' }), toSegment({ id: 'other' })];
    expect(seriesOf(one)).toBe(seriesOf(one));
    expect(seriesOf(other)).not.toBe(seriesOf(one));
    expect(seriesOf(other).id).not.toBe(seriesOf(one).id);
  });

  it('uses its seed', () => {
    const segment = toSegment({ id: 'segment', size: 1_000_000 });
    const month = window('2024-01-01', '2024-01-31');
    const sizes = (of: Series) => of.snapshots(month);
    expect(sizes(seriesUnder('seed')(segment))).toEqual(sizes(new Series(segment, 'seed')));
    expect(sizes(seriesUnder('seed')(segment))).not.toEqual(sizes(seriesUnder('another seed')(segment)));
  });
});

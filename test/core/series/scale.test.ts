import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { toSegment } from '../../../src/core/segments/segment.js';
import { type Day, FIRST_DAY, formatDay, LAST_DAY } from '../../../src/core/time/calendar.js';
import { Series, type Snapshot } from '../../../src/core/series/series.js';
import { SizeCache } from '../../../src/core/series/size-cache.js';
import { countDraws, days, generator } from '../../support/generators.js';
import { anyDay, anySeed, anySegment, dayAt, TYPES } from '../../support/segments.js';

type Sizes = Record<string, number>;

/** Shared, because each allocates 9 MB; `snapshots` does not read it. */
const memory = new SizeCache();
const series = (fixture: SegmentFixture, seed: string) => new Series(toSegment(fixture), seed, 0, memory);

function snapshotsOf(fixture: Partial<SegmentFixture>, first: Day, last: Day, seed = 'seed'): Snapshot[] {
  return series({ id: 'segment', ...fixture }, seed).snapshots({ first, last });
}

function sizesOf(fixture: Partial<SegmentFixture>, first: string, last: string): number[] {
  return snapshotsOf(fixture, dayAt(first), dayAt(last)).map(({ trueSize }) => trueSize);
}

/** Points on any days, with sizes that are not all alike. */
const anyPoints = (day: fc.Arbitrary<Day>, size = fc.integer({ min: 0, max: 5_000_000 })): fc.Arbitrary<Sizes> =>
  fc.dictionary(day.map(formatDay), size, { minKeys: 1, maxKeys: 20 });

/** Any settings but a size. */
const unsized = anySegment.map(({ size: _size, ...fixture }) => fixture);
const typed = fc.record({ id: fc.string({ minLength: 1 }), type: fc.constantFrom(...TYPES) });
const month = fc.integer({ min: dayAt('2024-01-01'), max: dayAt('2024-01-31') });
const around = fc.integer({ min: dayAt('2023-06-01'), max: dayAt('2024-06-01') });

describe('a segment with points and without a size', () => {
  it('continues its points', () => {
    const points = { '2024-01-01': 1200, '2024-01-02': 1210, '2024-01-04': 1230 };
    const [before, first, second, between, third, after] = sizesOf({ points }, '2023-12-31', '2024-01-05');
    expect([first, second, third]).toEqual([1200, 1210, 1230]);
    for (const [size, near] of [
      [before, 1195],
      [between, 1220],
      [after, 1235],
    ] as const) {
      expect(Math.abs(size! / near - 1)).toBeLessThan(0.01);
    }
  });

  it.each<[string, Partial<SegmentFixture>, number[]]>([
    ['one point', { points: { '2024-01-03': 500 } }, [500, 500, 500, 500, 500, 500]],
    ['points around a gap', { points: { '2024-01-02': 100, '2024-01-06': 500 } }, [100, 100, 200, 300, 400, 500]],
    ['points in any order', { points: { '2024-01-06': 500, '2024-01-02': 100 } }, [100, 100, 200, 300, 400, 500]],
    ['points in a list', { points: [{ time: '2024-01-02T00:00:00+00:00', size: 7 }] }, [7, 7, 7, 7, 7, 7]],
    ['a point of 0', { points: { '2024-01-02': 0, '2024-01-05': 300 } }, [0, 0, 100, 200, 300, 300]],
    ['no other points than 0', { points: { '2024-01-02': 0, '2024-01-05': 0 } }, [0, 0, 0, 0, 0, 0]],
    ['an anchor elsewhere', { points: { '2024-01-03': 500 }, anchor: '2019-05-05' }, [500, 500, 500, 500, 500, 500]],
    ['gaps that are zero', { points: { '2024-01-03': 500 }, gaps: 'zero' }, [0, 0, 500, 0, 0, 0]],
    ['gaps that are omitted', { points: { '2024-01-03': 500 }, gaps: 'omit' }, [500]],
    [
      'a campaign after them',
      { points: { '2024-01-03': 500 }, campaigns: [{ on: '2024-01-05', lift: 1, halfLifeDays: 1 }] },
      [500, 500, 500, 500, 1000, 750],
    ],
    [
      'a campaign that the point shows',
      { points: { '2024-01-05': 500 }, campaigns: [{ on: '2024-01-05', lift: 1, halfLifeDays: 1 }] },
      [250, 250, 250, 250, 500, 375],
    ],
  ])('that is static is generated around %s', (_what, fixture, sizes) => {
    expect(sizesOf({ type: 'static', ...fixture }, '2024-01-01', '2024-01-06')).toEqual(sizes);
  });

  it.each<[string, Partial<SegmentFixture>, number[]]>([
    [
      'keeps what is generated before a change to the points before it, and after it to those after it',
      {
        points: { '2024-01-02': 100, '2024-01-06': 900 },
        definitionChanges: [{ on: '2024-01-04', size: 5_000 }],
      },
      [100, 100, 100, 900, 900, 900],
    ],
    [
      'has the size of a change that no point follows',
      { points: { '2024-01-02': 100 }, definitionChanges: [{ on: '2024-01-04', size: 5_000 }] },
      [100, 100, 100, 5_000, 5_000, 5_000],
    ],
    [
      'reads a point on the day of a change as one after it',
      { points: { '2024-01-02': 100, '2024-01-04': 70 }, definitionChanges: [{ on: '2024-01-04', size: 5_000 }] },
      [100, 100, 100, 70, 70, 70],
    ],
    [
      'continues the first point before a change that no point precedes',
      { points: { '2024-01-05': 900 }, definitionChanges: [{ on: '2024-01-04', size: 5_000 }] },
      [900, 900, 900, 900, 900, 900],
    ],
    [
      'continues the first point before several changes, of which one has no point',
      {
        points: { '2024-01-06': 900 },
        definitionChanges: [
          { on: '2024-01-03', size: 20 },
          { on: '2024-01-05', size: 10 },
        ],
      },
      [900, 900, 20, 20, 900, 900],
    ],
    [
      'scales each of several definitions by its own points',
      {
        points: { '2024-01-06': 600, '2024-01-02': 100 },
        definitionChanges: [
          { on: '2024-01-05', size: 10 },
          { on: '2024-01-03', size: 20 },
        ],
      },
      [100, 100, 20, 20, 600, 600],
    ],
    [
      'has no users from a change to 0 on, but what is recorded',
      { points: { '2024-01-02': 100, '2024-01-05': 9 }, definitionChanges: [{ on: '2024-01-04', size: 0 }] },
      [100, 100, 100, 0, 9, 0],
    ],
  ])('%s', (_what, fixture, sizes) => {
    expect(sizesOf({ type: 'static', ...fixture }, '2024-01-01', '2024-01-06')).toEqual(sizes);
  });

  it('is the series without points, scaled by the ratio of recorded to generated size', () => {
    fc.assert(
      fc.property(typed, anySeed, anyPoints(month), month, (fixture, seed, points, day) => {
        const plain = generator(fixture, seed);
        const recorded = Object.keys(points)
          .map(dayAt)
          .toSorted((one, other) => one - other);
        const ratio = (on: Day) => points[formatDay(on)]! / plain.trueSize(on);
        const next = recorded.find((one) => one >= day) ?? recorded.at(-1)!;
        const last = recorded.findLast((one) => one <= day) ?? recorded[0]!;
        const along = next > last ? (day - last) / (next - last) : 0;
        const expected = plain.trueSize(day) * (ratio(last) + (ratio(next) - ratio(last)) * along);
        const size = generator({ ...fixture, points }, seed).trueSize(day);
        // Outside the points only rounding differs. Between them a dynamic segment does not follow its own growth.
        const tolerance = next > last ? 0.01 * Math.max(...Object.values(points)) : 2e-5 * expected;
        expect(Math.abs(size - expected)).toBeLessThanOrEqual(1 + tolerance);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('interpolates linearly between points with any growth, and grows outside them', () => {
    const rates = { growthPerYear: fc.double({ min: -0.99, max: 100, noNaN: true }) };
    fc.assert(
      fc.property(fc.record(rates), anyDay, (fixture, day) => {
        const points = { '2004-01-01': 1000, '2024-01-01': 3000 };
        const [from, to] = Object.keys(points).map(dayAt) as [Day, Day];
        const scaled = generator({ id: 'segment', type: 'static', ...fixture, points });
        const between = from + (Math.abs(day) % (to - from));
        expect(scaled.trueSize(between)).toBe(Math.round(1000 + (2000 * (between - from)) / (to - from)));
        const anchored = generator({ id: 'segment', type: 'static', ...fixture, size: 3000, anchor: '2024-01-01' });
        expect(scaled.trueSize(dayAt('2025-01-01'))).toBe(anchored.trueSize(dayAt('2025-01-01')));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('lets a campaign between two points affect no day before it, and fade out by the second', () => {
    const points = { '2024-02-01': 20_000, '2024-02-10': 30_000 };
    const campaigns = [{ on: '2024-02-05', lift: -0.99, halfLifeDays: 7 }];
    const sizes = sizesOf({ type: 'static', points, campaigns }, '2024-02-01', '2024-02-10');
    expect(sizes.slice(0, 4)).toEqual([20_000, 21_111, 22_222, 23_333]);
    expect(sizes.at(-1)).toBe(30_000);
    expect(sizes.slice(4, 9)).toEqual(sizes.slice(4, 9).toSorted((one, other) => one - other));
    expect(sizes[4]).toBe(11_000);
  });

  it('stays between two points, apart from the movement of its type and its campaigns', () => {
    const campaign = fc.record({
      on: fc.integer({ min: dayAt('2023-12-20'), max: dayAt('2024-02-10') }).map(formatDay),
      lift: fc.double({ min: -1, max: 10, noNaN: true }),
      halfLifeDays: fc.double({ min: 0.5, max: 60, noNaN: true }),
    });
    const size = fc.integer({ min: 100_000, max: 5_000_000 });
    const between = fc.integer({ min: dayAt('2024-01-02'), max: dayAt('2024-01-30') });
    const campaignLists = fc.array(campaign, { maxLength: 3 });
    fc.assert(
      fc.property(typed, anySeed, size, size, campaignLists, between, (fixture, seed, one, other, campaigns, day) => {
        const [first, last] = ['2024-01-01', '2024-01-31'];
        const plain = generator({ ...fixture, size: 10_000_000, anchor: first, growthPerYear: 0 }, seed);
        const movement = [first, last].map((date) => plain.trueSize(day) / plain.trueSize(dayAt(date)));
        const lifts = campaigns.filter(({ on }) => on > first && dayAt(on) <= day).map(({ lift }) => 1 + lift);
        const [drop, rise] = [Math.min, Math.max].map((bound) =>
          lifts.reduce((product, factor) => product * bound(1, factor), 1),
        ) as [number, number];
        const found = generator({ ...fixture, points: { [first]: one, [last]: other }, campaigns }, seed).trueSize(day);
        expect(found).toBeLessThanOrEqual(1.001 * Math.max(one, other) * Math.max(...movement) * rise + 1);
        expect(found).toBeGreaterThanOrEqual(0.999 * Math.min(one, other) * Math.min(...movement) * drop - 1);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('has no visible seam: estimates change no more next to a point than elsewhere', () => {
    fc.assert(
      fc.property(typed, anySeed, around, fc.integer({ min: 50_000, max: 5_000_000 }), (fixture, seed, day, size) => {
        const plain = generator(fixture, seed);
        const own = { ...fixture, points: { [formatDay(day)]: size } };
        const estimates = snapshotsOf(own, day - 1, day + 1, seed).map(({ estimatedSize }) => estimatedSize);
        const steps = [-1, 1].map(
          (way) => estimates[1 + way]! / size / (plain.trueSize(day + way) / plain.trueSize(day)),
        );
        // 0.2 % of noise never strays further than 2√3 times that.
        for (const step of steps) expect(Math.abs(step - 1)).toBeLessThan(0.0071);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('has noise above 10,000 users, except on recorded days', () => {
    const flat = (size: number) => ({ type: 'static', points: { '2024-01-03': size } }) as const;
    const noisy = (size: number) =>
      snapshotsOf(flat(size), dayAt('2024-01-01'), dayAt('2024-01-06')).map(
        ({ trueSize, estimatedSize }) => trueSize !== estimatedSize,
      );
    expect(noisy(10_000)).toEqual([false, false, false, false, false, false]);
    expect(noisy(1_000_000)).toEqual([true, true, false, true, true, true]);
  });

  it('has the same size on a day in any window and order', () => {
    const asked = fc.array(anyDay, { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(unsized, anySeed, anyPoints(anyDay, fc.maxSafeNat()), asked, (fixture, seed, points, wanted) => {
        const own = { ...fixture, points };
        const one = series(own, seed);
        for (const day of wanted) {
          const [alone] = one.snapshots({ first: day, last: day });
          const inWindow = snapshotsOf(own, day - 40, day + 40, seed).find((snapshot) => snapshot.day === day);
          expect(inWindow).toEqual(alone);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('has safe integer sizes with any settings', () => {
    const points = anyPoints(anyDay, fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER)));
    fc.assert(
      fc.property(unsized, anySeed, points, fc.array(anyDay, { minLength: 20 }), (fixture, seed, recorded, asked) => {
        const own = series({ ...fixture, points: recorded }, seed);
        const near = Object.keys(recorded).flatMap((date) => [dayAt(date) - 1, dayAt(date) + 1]);
        const sizes = [FIRST_DAY, ...near, ...asked, LAST_DAY].flatMap((day) =>
          own.snapshots({ first: day, last: day }).flatMap(({ trueSize, estimatedSize }) => [trueSize, estimatedSize]),
        );
        expect(sizes.filter((size) => !Number.isSafeInteger(size) || size < 0)).toEqual([]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('continues its points even if growth exceeds the largest number', () => {
    for (const growthPerYear of [-0.99, 100]) {
      const points = { '1000-01-01': 700, '9000-01-01': 900 };
      const sizes = sizesOf({ type: 'static', growthPerYear, points }, '8999-12-30', '9000-01-03');
      for (const size of sizes) expect(Math.abs(size / 900 - 1)).toBeLessThan(0.05);
    }
  });

  it('takes no more draws than other segments, with any number of points', () => {
    const points = Object.fromEntries(
      days(0, 1_000).map((index) => [formatDay(dayAt('1830-01-01') + 100 * index), 1 + (index & 7)]),
    );
    for (const type of TYPES) {
      for (const date of ['0000-01-01', '1800-01-02', '1970-01-02', '2095-06-07', '9999-12-31']) {
        const noise = { threshold: 0 };
        const [plain, scaled] = [
          { id: 'segment', type, noise },
          { id: 'segment', type, noise, points },
        ];
        expect([type, date, countDraws(scaled, dayAt(date))]).toEqual([type, date, countDraws(plain, dayAt(date))]);
      }
    }
  });
});

describe('a segment with points and a size', () => {
  it('is generated as if it had no points', () => {
    fc.assert(
      fc.property(anySegment, anySeed, anyPoints(around), around, (fixture, seed, points, day) => {
        const [one, other] = [generator({ ...fixture, points }, seed), generator(fixture, seed)];
        expect(one.trueSize(day)).toBe(other.trueSize(day));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('without users has only the recorded sizes', () => {
    expect(sizesOf({ size: 0, points: { '2024-01-02': 5 } }, '2024-01-01', '2024-01-03')).toEqual([0, 5, 0]);
  });
});

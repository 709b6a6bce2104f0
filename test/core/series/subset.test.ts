import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { LONGEST_CHAIN, toSegments } from '../../../src/core/segments/subsets.js';
import { type Snapshot, seriesUnder } from '../../../src/core/series/series.js';
import { memoized } from '../../../src/core/memo.js';
import { KEPT_PARENT_DAYS } from '../../../src/core/series/subset.js';
import { type Day, FIRST_DAY, LAST_DAY, parseDay } from '../../../src/core/time/calendar.js';
import { anyDay, anySeed, anySegment, dayAt, TYPES } from '../../support/segments.js';

const ANCHOR = dayAt('2024-01-01');

/** A reader of snapshots of a workspace's segments, with caches of its own. */
function reader(fixtures: readonly SegmentFixture[], seed = 'seed') {
  const segments = toSegments(fixtures);
  const seriesOf = seriesUnder(seed);
  return (id: string, first: Day, last = first): Snapshot[] => {
    const segment = segments.get(id);
    return segment === undefined ? [] : seriesOf(segment).snapshots({ first, last });
  };
}

function sizeReader(fixtures: readonly SegmentFixture[], seed?: string) {
  const read = reader(fixtures, seed);
  return (id: string, date: string | Day) =>
    read(id, typeof date === 'string' ? dayAt(date) : date)[0]?.trueSize as number;
}

/** A parent of any kind and a chain of subsets of any settings under it; ids are their places. */
const anyChain = fc
  .tuple(
    fc.array(anySegment, { minLength: 2, maxLength: 6 }),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 365 })), {
      minLength: 5,
      maxLength: 5,
    }),
  )
  .map(([segments, links]): SegmentFixture[] =>
    segments.map(({ size, ...rest }, index) => {
      if (index === 0) return { ...rest, size: size ?? 0, id: '0' };
      const [share, lagDays] = links[index - 1] as [number, number];
      return { ...rest, id: String(index), subsetOf: { segment: String(index - 1), share, lagDays } };
    }),
  );

describe('a subset', () => {
  it('is a share of its parent on an earlier day: exactly, where its type does not move', () => {
    const parent = { id: 'parent', type: 'behavior', size: 200_000 } as const;
    const subsetOf = { segment: 'parent', share: 0.25, lagDays: 3 };
    // Listed before its parent, and unaffected by a size of its own.
    const sizeOf = sizeReader([{ id: 'child', type: 'static', size: 7, subsetOf }, parent]);
    for (let day = ANCHOR - 400; day < ANCHOR + 400; day++) {
      expect(sizeOf('child', day)).toBe(Math.round(Math.min(sizeOf('parent', day - 3) / 4, sizeOf('parent', day))));
    }
  });

  it.each(TYPES)('moves as its type %s does, around the share', (type) => {
    const subsetOf = { segment: 'parent', share: 0.25 };
    const [parent, child]: SegmentFixture[] = [
      { id: 'parent', type: 'static', size: 4_000_000 },
      { id: 'child', type, subsetOf },
    ];
    const sizeOf = sizeReader([parent as SegmentFixture, child as SegmentFixture]);
    const alone = sizeReader([{ id: 'child', type, size: 1_000_000, growthPerYear: 0 }]);
    for (let day = ANCHOR; day < ANCHOR + 60; day++) expect(sizeOf('child', day)).toBe(alone('child', day));
  });

  it('grows with its parent, and by itself only if its fixture says so', () => {
    const subset = (fields: object) =>
      sizeReader([
        { id: 'parent', type: 'static', size: 1_000_000 },
        { id: 'child', type: 'static', ...fields, subsetOf: { segment: 'parent', share: 0.1 } },
      ])('child', '2025-01-01');
    expect(subset({})).toBe(100_000);
    expect(subset({ growthPerYear: 0.5 })).toBeGreaterThan(149_000);
    expect(subset({ campaigns: [{ on: '2025-01-01', lift: 1 }] })).toBe(200_000);
    expect(subset({ growthPerYear: 100, campaigns: [{ on: '2025-01-01', lift: 100 }] })).toBe(1_000_000);
  });

  it('is never more than its parent on any day, its points apart', () => {
    fc.assert(
      fc.property(anyChain, anySeed, anyDay, (chain, seed, day) => {
        const sizeOf = sizeReader(chain, seed);
        const sizes = chain.map(({ id }) => sizeOf(id, day));
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect(sizes.every((size) => Number.isSafeInteger(size) && size >= 0)).toBe(true);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('has one size a day, in any window and after any days that were read', () => {
    const window = fc.record({ from: fc.integer({ min: -150, max: 150 }), length: fc.integer({ min: 1, max: 100 }) });
    const around = fc.integer({ min: FIRST_DAY + 150, max: LAST_DAY - 250 });
    fc.assert(
      fc.property(anyChain, anySeed, around, fc.array(window, { minLength: 2 }), (chain, seed, middle, windows) => {
        const { id } = chain.at(-1) as SegmentFixture;
        const read = reader(chain, seed);
        for (const { from, length } of windows) {
          const [first, last] = [middle + from, middle + from + length - 1];
          const snapshots = read(id, first, last);
          expect(snapshots.map(({ day }) => day)).toEqual(Array.from({ length }, (_, index) => first + index));
          const { day } = snapshots[length >> 1] as Snapshot;
          expect(snapshots[length >> 1]).toEqual(reader(chain, seed)(id, day)[0]);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('takes recorded points as they are, its own and those of its parent', () => {
    const sizeOf = sizeReader([
      { id: 'parent', type: 'static', size: 1000, points: { '2024-02-01': 600, '2024-02-05': 40 } },
      {
        id: 'child',
        type: 'static',
        points: { '2024-02-03': 5000 },
        subsetOf: { segment: 'parent', share: 0.5, lagDays: 1 },
      },
    ]);
    const dates = ['2024-02-01', '2024-02-02', '2024-02-03', '2024-02-04', '2024-02-05', '2024-02-06'];
    expect(dates.map((date) => sizeOf('child', date))).toEqual([500, 300, 5000, 500, 40, 20]);
  });

  it.each<[string, Partial<SegmentFixture>, number]>([
    ['is empty', { size: 0 }, 0],
    ['has zeros between its points', { gaps: 'zero', points: { '2024-01-01': 9 } }, 0],
    ['has no snapshots between its points', { gaps: 'omit', points: { '2024-01-01': 9 }, size: 1000 }, 500],
    ['is not created yet', { createdAt: '2025-01-01', size: 1000 }, 500],
    ['misses the day', { missingDays: ['2024-03-01'], size: 1000 }, 500],
    ['has another definition', { size: 1000, definitionChanges: [{ on: '2024-02-01', size: 100 }] }, 50],
  ])('has the sizes that follow from a parent that %s', (_parent, fields, size) => {
    const sizeOf = sizeReader([
      { id: 'parent', type: 'static', ...fields },
      { id: 'child', type: 'static', subsetOf: { segment: 'parent', share: 0.5 } },
    ]);
    expect(sizeOf('child', '2024-03-01')).toBe(size);
  });

  it('has another share from a change of its definition on', () => {
    const sizesOf = (size: number, parentSize = 1000) => {
      const sizeOf = sizeReader([
        { id: 'parent', type: 'static', size: parentSize, definitionChanges: [{ on: '2024-06-01', size: 2000 }] },
        {
          id: 'child',
          type: 'static',
          subsetOf: { segment: 'parent', share: 0.5 },
          definitionChanges: [{ on: '2024-03-01', size }],
        },
      ]);
      return ['2024-02-29', '2024-03-01', '2024-05-31', '2024-06-01'].map((date) => sizeOf('child', date));
    };
    expect(sizesOf(200)).toEqual([500, 200, 200, 400]);
    expect(sizesOf(0)).toEqual([500, 0, 0, 0]);
    expect(sizesOf(3000)).toEqual([500, 1000, 1000, 2000]);
    expect(sizesOf(200, 0)).toEqual([0, 0, 0, 0]);
  });

  it('is an estimate above the threshold, with noise of its own', () => {
    const read = reader([
      { id: 'parent', type: 'static', size: 1_000_000 },
      { id: 'large', type: 'static', subsetOf: { segment: 'parent', share: 0.5 } },
      { id: 'small', type: 'static', subsetOf: { segment: 'parent', share: 0.01 } },
    ]);
    const [large, small] = [read('large', ANCHOR, ANCHOR + 99), read('small', ANCHOR, ANCHOR + 99)];
    expect(new Set(large.map(({ estimatedSize }) => estimatedSize)).size).toBeGreaterThan(90);
    expect(large.every(({ estimatedSize }) => Math.abs(estimatedSize / 500_000 - 1) < 0.01)).toBe(true);
    expect(small.map(({ estimatedSize }) => estimatedSize)).toEqual(small.map(() => 10_000));
  });
});

describe('the longest chain', () => {
  it('computes each size once, however the lags multiply the days that it needs', () => {
    const computed = new Map<string, number>();
    let sizeOf = (_day: Day) => 1;
    for (let step = 1; step < LONGEST_CHAIN; step++) {
      const parent = memoized(KEPT_PARENT_DAYS, sizeOf);
      sizeOf = (day) => {
        computed.set(`${step} ${day}`, (computed.get(`${step} ${day}`) ?? 0) + 1);
        return Math.min(parent(day - 365), parent(day));
      };
    }
    sizeOf(ANCHOR);
    expect(computed.size).toBe((LONGEST_CHAIN * (LONGEST_CHAIN - 1)) / 2);
    expect(Math.max(...computed.values())).toBe(1);
  });

  it('has sizes on the first day of the calendar', () => {
    const chain = Array.from({ length: LONGEST_CHAIN }, (_, index): SegmentFixture => {
      const subsetOf = { segment: String(index - 1), share: 1, lagDays: 365 };
      return { id: String(index), type: 'static', ...(index === 0 ? { size: 77 } : { subsetOf }) };
    });
    expect(sizeReader(chain)(String(LONGEST_CHAIN - 1), parseDay('0000-01-01') as Day)).toBe(77);
  });
});

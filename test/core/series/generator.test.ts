import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SegmentFixture } from '../../../src/core/segments/fixture.js';
import { FIRST_DAY, formatDay, LAST_DAY, weekday } from '../../../src/core/time/calendar.js';
import { ANCHOR, countDraws, errors, generator, trueSizes } from '../../support/generators.js';
import { anyDay, anyId, anySeed, anySegment, dayAt, plainSegment, TYPES } from '../../support/segments.js';
import { autocorrelation, changes, correlation, deviation, mean } from '../../support/statistics.js';

describe('a different seed or segment id', () => {
  const flatWeek = { amplitude: 0, peak: 'sunday' } as const;
  const another = fc
    .tuple(anySeed, anyId, anySeed, anyId)
    .filter(([seed, id, otherSeed, otherId]) => seed !== otherSeed || id !== otherId);
  const onlyOne = fc
    .tuple(anySeed, anyId, anySeed)
    .chain(([seed, id, other]) =>
      fc
        .boolean()
        .map((isSeed): [string, string, string, string] => [
          seed,
          id,
          isSeed ? `${seed}${other}` : seed,
          isSeed ? id : `${id}${other}`,
        ]),
    );

  it('gives noise that is uncorrelated', () => {
    fc.assert(
      fc.property(fc.oneof(another, onlyOne), ([seed, id, otherSeed, otherId]) => {
        const one = errors(generator({ id, type: 'static' }, seed), ANCHOR, 2000);
        const other = errors(generator({ id: otherId, type: 'static' }, otherSeed), ANCHOR, 2000);
        expect(Math.abs(correlation(one, other))).toBeLessThan(0.12);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it.each(['dynamic', 'location', 'behavior'] as const)(
    'gives uncorrelated day-to-day changes for a %s segment, apart from its weekly cycle',
    (type) => {
      const fixture = { type, size: 1_000_000, weekly: flatWeek };
      fc.assert(
        fc.property(fc.oneof(another, onlyOne), ([seed, id, otherSeed, otherId]) => {
          const one = changes(trueSizes(generator({ ...fixture, id }, seed), ANCHOR, 4000));
          const other = changes(trueSizes(generator({ ...fixture, id: otherId }, otherSeed), ANCHOR, 4000));
          expect(Math.abs(correlation(one, other))).toBeLessThan(0.2);
        }),
        { seed: 1, numRuns: 20 },
      );
    },
  );
});

describe('random access', () => {
  it.each(TYPES)('takes the same number of draws for any day of a %s segment', (type) => {
    const fixture = { id: 'segment', type };
    const draws = countDraws(fixture, dayAt('2005-06-07'));
    for (const date of ['0000-01-01', '1970-01-01', '1999-12-31', '2095-06-07', '9999-12-31']) {
      expect([date, countDraws(fixture, dayAt(date))]).toEqual([date, draws]);
    }
    // What the anchor needs was drawn with the generator.
    expect(countDraws(fixture, ANCHOR)).toBeLessThanOrEqual(draws);
  });

  it('takes at most a dozen draws for any day and settings', () => {
    fc.assert(
      fc.property(anySegment, anyDay, (fixture, day) => {
        expect(countDraws(fixture, day)).toBeLessThanOrEqual(12);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('gives a day the same size regardless of the days read before', () => {
    fc.assert(
      fc.property(anySegment, fc.array(anyDay, { minLength: 2, maxLength: 20 }), (fixture, asked) => {
        const one = generator(fixture);
        const forwards = asked.map((day) => one.trueSize(day));
        const backwards = asked.toReversed().map((day) => generator(fixture).trueSize(day));
        expect(backwards.toReversed()).toEqual(forwards);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('sizes', () => {
  it('match the configured size on the anchor with any settings', () => {
    fc.assert(
      fc.property(anySegment, anySeed, (fixture, seed) => {
        expect(generator(fixture, seed).trueSize(dayAt(fixture.anchor as string))).toBe(fixture.size);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('are safe integers on every day with any settings', () => {
    fc.assert(
      fc.property(anySegment, anySeed, fc.array(anyDay, { minLength: 20 }), (fixture, seed, asked) => {
        const segment = generator(fixture, seed);
        const changeDays = [...(fixture.campaigns ?? []), ...(fixture.definitionChanges ?? [])].map(({ on }) =>
          dayAt(on),
        );
        const sizes = [FIRST_DAY, ...changeDays, ...asked, LAST_DAY].flatMap((day) => {
          const trueSize = segment.trueSize(day);
          return [trueSize, segment.estimatedSize(day, trueSize)];
        });
        expect(sizes.filter((size) => !Number.isSafeInteger(size) || size < 0)).toEqual([]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('settings', () => {
  const flat = { id: 'segment', type: 'static', size: 1_000_000 } as const;
  const at = (fixture: Partial<SegmentFixture>, date: string) =>
    generator({ ...flat, ...fixture }).trueSize(dayAt(date));

  it.each<[string, Partial<SegmentFixture>, string, number]>([
    ['growth compounds', { growthPerYear: 0.2 }, '2026-01-01', 1_440_000],
    ['growth reaches back', { growthPerYear: 0.25 }, '2023-01-01', 800_000],
    ['churn compounds', { churnPerYear: 0.1 }, '2026-01-01', 810_000],
    ['churn goes against growth', { growthPerYear: 0.5, churnPerYear: 0.5 }, '2025-01-01', 750_000],
    ['a campaign lifts its day', { campaigns: [{ on: '2024-03-01', lift: 0.4 }] }, '2024-03-01', 1_400_000],
    ['a campaign lifts no day before', { campaigns: [{ on: '2024-03-01', lift: 0.4 }] }, '2024-02-29', 1_000_000],
    [
      'half of a lift is gone after its half-life',
      { campaigns: [{ on: '2024-03-01', lift: 0.4, halfLifeDays: 10 }] },
      '2024-03-11',
      1_200_000,
    ],
    ['a lift may be a loss', { campaigns: [{ on: '2024-03-01', lift: -0.25 }] }, '2024-03-01', 750_000],
  ])('%s', (_what, fixture, date, size) => {
    expect(Math.abs(at(fixture, date) / size - 1)).toBeLessThan(0.002);
  });

  it('a growth of 0 keeps a dynamic segment level', () => {
    const segment = generator({ ...flat, type: 'dynamic', growthPerYear: 0 });
    const years = ['1990-01-01', '2024-01-01', '2060-01-01'].map((date) => mean(trueSizes(segment, dayAt(date), 365)));
    for (const change of changes(years)) expect(Math.abs(change)).toBeLessThan(0.02);
  });

  it('a weekly season peaks on its weekday by its amplitude', () => {
    const sizes = trueSizes(generator({ ...flat, weekly: { amplitude: 0.3, peak: 'tuesday' } }), ANCHOR, 7);
    expect(weekday(ANCHOR + sizes.indexOf(Math.max(...sizes)))).toBe(2);
    expect((Math.max(...sizes) - Math.min(...sizes)) / mean(sizes)).toBeCloseTo(0.3 * 1.9, 2);
  });

  it('a yearly season peaks on its date and is lowest half a year later', () => {
    const segment = generator({ ...flat, yearly: { amplitude: 0.3, peak: '12-20' } });
    for (const year of [1999, 2023, 2050]) {
      const first = dayAt(`${year}-07-01`);
      const sizes = trueSizes(segment, first, 365);
      const peak = first + sizes.indexOf(Math.max(...sizes));
      expect(Math.abs(peak - dayAt(`${year}-12-20`))).toBeLessThanOrEqual(2);
      expect(Math.max(...sizes) / Math.min(...sizes)).toBeCloseTo(1.3 / 0.7, 2);
    }
  });
});

describe("a change of the segment's definition", () => {
  it('changes sizes from its day on and none before it', () => {
    const afterAnchor = fc.integer({ min: 1, max: 5000 });
    const asked = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 20 });
    fc.assert(
      fc.property(plainSegment, anySeed, afterAnchor, asked, (fixture, seed, after, distances) => {
        const size = Math.min(fixture.size as number, 1e9);
        const changedTo = 5 * size + 100;
        const given = { ...fixture, size, anchor: '2024-01-01' };
        const on = ANCHOR + after;
        const change = { on: formatDay(on), size: changedTo };
        const one = generator(given, seed);
        const other = generator({ ...given, definitionChanges: [change] }, seed);
        for (const distance of distances) {
          const [before, from] = [on - distance, on + distance - 1];
          expect(other.trueSize(before)).toBe(one.trueSize(before));
          expect(other.trueSize(from)).toBeGreaterThan(one.trueSize(from));
          expect(other.trueSize(from)).toBeGreaterThanOrEqual(changedTo / 2);
          expect(other.trueSize(from)).toBeLessThanOrEqual(changedTo * 2);
        }
        expect(other.trueSize(on)).toBe(changedTo);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe('estimation noise', () => {
  const DEVIATION = 0.002;

  it('has mean 0 and a relative standard deviation of 0.2 %, is bounded, and is independent each day', () => {
    const anyTypeAndSize = fc.record({ type: fc.constantFrom(...TYPES), size: fc.integer({ min: 100_000, max: 1e9 }) });
    fc.assert(
      fc.property(anyId, anySeed, anyTypeAndSize, anyDay, (id, seed, fixture, first) => {
        const sample = errors(generator({ id, ...fixture }, seed), first, 10_000);
        expect(Math.abs(mean(sample))).toBeLessThan(0.04 * DEVIATION);
        expect(Math.abs(deviation(sample) / DEVIATION - 1)).toBeLessThan(0.03);
        expect(Math.max(...sample.map(Math.abs))).toBeLessThan(4 * DEVIATION);
        for (const lag of [1, 7]) expect(Math.abs(autocorrelation(sample, lag))).toBeLessThan(0.05);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it.each<[string, number, SegmentFixture['noise']]>([
    ['just above the threshold', 10_001, undefined],
    ['above a threshold of its own', 2_000, { threshold: 500 }],
    ['above a threshold of 0', 2_000, { threshold: 0 }],
  ])('applies to a size %s', (_what, size, noise) => {
    expect(noisyDays(size, noise)).toBeGreaterThan(300);
  });

  it.each<[string, number, SegmentFixture['noise']]>([
    ['at the threshold', 10_000, undefined],
    ['below the threshold', 9_999, undefined],
    ['of a single user', 1, undefined],
    ['at a threshold of its own', 2_000_000, { threshold: 2_000_000 }],
    ['whose deviation is set to 0', 1_000_000, { relativeStandardDeviation: 0 }],
  ])('does not apply to a size %s', (_what, size, noise) => {
    expect(noisyDays(size, noise)).toBe(0);
  });

  it('has the configured deviation', () => {
    const noise = { relativeStandardDeviation: 0.05 };
    const sample = errors(generator({ id: 'segment', type: 'static', size: 1e6, noise }), ANCHOR, 10_000);
    expect(Math.abs(deviation(sample) / 0.05 - 1)).toBeLessThan(0.03);
  });

  it('does not change the true size', () => {
    const noise = { relativeStandardDeviation: 0.25, threshold: 0 };
    fc.assert(
      fc.property(plainSegment, anySeed, anyDay, (fixture, seed, day) => {
        expect(generator({ ...fixture, noise }, seed).trueSize(day)).toBe(generator(fixture, seed).trueSize(day));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe('a segment without users', () => {
  it('is 0 on every day, with any noise and settings', () => {
    fc.assert(
      fc.property(anySegment, anySeed, fc.array(anyDay, { minLength: 10 }), (fixture, seed, asked) => {
        const { definitionChanges: _changes, ...empty } = { ...fixture, size: 0 };
        const segment = generator(empty, seed);
        for (const day of asked) expect([segment.trueSize(day), segment.estimatedSize(day, 0)]).toEqual([0, 0]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

function noisyDays(size: number, noise: SegmentFixture['noise']): number {
  const segment = generator({ id: 'segment', type: 'static', size, ...(noise && { noise }) });
  return errors(segment, ANCHOR, 365).filter((error) => error !== 0).length;
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SegmentType } from '../../../src/core/segments/fixture.js';
import { type Day, LAST_DAY, weekday } from '../../../src/core/time/calendar.js';
import type { Generator } from '../../../src/core/series/generator.js';
import { ANCHOR, days, generator, trueSizes } from '../../support/generators.js';
import { anyDay, anyId, anySeed, dayAt, plainSegment } from '../../support/segments.js';
import { autocorrelation, changes, mean, quantile } from '../../support/statistics.js';

describe('segment types', () => {
  const anyRun = fc.record({ seed: anySeed, id: anyId, first: anyDay });
  const threeYears = 3 * 365;

  function ofType(type: SegmentType, check: (generator: Generator, first: Day) => void): void {
    const property = fc.property(anyRun, ({ seed, id, first }) =>
      check(generator({ id, type, size: 1_000_000 }, seed), first),
    );
    fc.assert(property, { seed: 1, numRuns: 40 });
  }

  it('static is flat', () => {
    ofType('static', (segment, first) => {
      expect(new Set(trueSizes(segment, first, threeYears))).toEqual(new Set([1_000_000]));
    });
  });

  it('dynamic drifts slowly along a growth curve', () => {
    ofType('dynamic', (segment) => {
      const years = [-3, -2, -1, 0, 1, 2].map((year) => mean(trueSizes(segment, ANCHOR + year * 365, 365)));
      for (const change of changes(years)) expect(change).toBeGreaterThan(0.01);
      const daily = changes(trueSizes(segment, ANCHOR - 1000, 2000));
      expect(Math.max(...daily.map(Math.abs))).toBeLessThan(0.03);
    });
  });

  it('dynamic levels off far from the anchor', () => {
    ofType('dynamic', (segment) => {
      const [past, recent, future, farFuture] = ['1000-01-01', '1900-01-01', '2150-01-01', '9000-01-01'].map((date) =>
        mean(trueSizes(segment, dayAt(date), 365)),
      ) as [number, number, number, number];
      expect(recent / past).toBeCloseTo(1, 1);
      expect(farFuture / future).toBeCloseTo(1, 1);
    });
  });

  it('location has a strong weekly cycle', () => {
    ofType('location', (segment, first) => {
      const sizes = trueSizes(segment, first, 364);
      expect(autocorrelation(sizes, 7)).toBeGreaterThan(0.9);
      expect(autocorrelation(sizes, 3)).toBeLessThan(-0.5);
      expect(weekdaySpread(sizes, first)).toBeGreaterThan(0.3);
    });
  });

  it.each(['static', 'dynamic', 'behavior'] as const)('%s has no strong weekly cycle', (type) => {
    ofType(type, (segment, first) => {
      expect(weekdaySpread(trueSizes(segment, first, threeYears), first)).toBeLessThan(0.06);
    });
  });

  it('behavior has decaying bursts', () => {
    ofType('behavior', (segment, first) => {
      const sizes = trueSizes(segment, first, threeYears);
      const quiet = quantile(sizes, 0.1);
      const bursts = burstsOf(sizes).filter((on) => on + 3 < sizes.length);
      expect(bursts.length).toBeGreaterThan(threeYears / 24 / 2);
      expect(bursts.length).toBeLessThanOrEqual(threeYears / 24 + 2);
      const excess = (day: number) => (sizes[day] as number) - quiet;
      // A few bursts are followed at once by another.
      expect(mean(bursts.map((on) => Number(excess(on + 1) < excess(on))))).toBeGreaterThan(0.85);
      const leftAfterHalfLife = bursts.map((on) => excess(on + 3) / excess(on));
      expect(Math.abs(quantile(leftAfterHalfLife, 0.5) - 0.5)).toBeLessThan(0.15);
    });
  });

  it.each(['static', 'dynamic'] as const)('%s has no bursts', (type) => {
    ofType(type, (segment, first) => {
      expect(burstsOf(trueSizes(segment, first, threeYears))).toEqual([]);
    });
  });

  it('stay between half and twice their size on every day with default settings', () => {
    const run = fc.array(anyDay, { minLength: 50, maxLength: 50 });
    fc.assert(
      fc.property(plainSegment, anySeed, run, anyDay, (fixture, seed, scattered, first) => {
        const segment = generator(fixture, seed);
        const size = fixture.size as number;
        const asked = [...scattered, ...days(Math.min(first, LAST_DAY - 100), 100)];
        const relative = asked.map((day) => segment.trueSize(day) / Math.max(size, 1));
        expect(Math.min(...relative)).toBeGreaterThanOrEqual(size === 0 ? 0 : 0.5);
        expect(Math.max(...relative)).toBeLessThanOrEqual(2);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

function weekdaySpread(sizes: number[], first: Day): number {
  const means = days(0, 7).map((at) => mean(sizes.filter((_, index) => weekday(first + index) === at)));
  return (Math.max(...means) - Math.min(...means)) / mean(sizes);
}

/** The days on which a series of sizes leaps up. */
function burstsOf(sizes: number[]): number[] {
  return changes(sizes).flatMap((change, index) => (change > 0.1 ? [index + 1] : []));
}

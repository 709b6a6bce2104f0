import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bell, Random } from '../../src/core/random.js';
import { anyId, anySeed } from '../support/segments.js';
import { autocorrelation, correlation, deviation, mean } from '../support/statistics.js';

const STREAMS = ['noise', 'growth', 'slow wander', 'quick wander', 'burst'] as const;
const anyStream = fc.constantFrom(...STREAMS);
const anyIndex = fc.integer({ min: -2_000_000, max: 7_000_000 });

function draws(random: Random, stream: (typeof STREAMS)[number] = 'noise', from = 19_000): number[] {
  return Array.from({ length: 2000 }, (_, index) => random.uniform(stream, from + index));
}

describe('a random source', () => {
  it('repeats a draw regardless of earlier draws', () => {
    fc.assert(
      fc.property(anySeed, anyId, anyStream, fc.array(anyIndex, { minLength: 1 }), (seed, id, stream, indices) => {
        const random = new Random(seed, id);
        const forwards = indices.map((index) => random.bits(stream, index));
        const backwards = indices.toReversed().map((index) => new Random(seed, id).bits(stream, index));
        expect(backwards.toReversed()).toEqual(forwards);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('draws 32 bits, and the same bits as a fraction of 1', () => {
    const random = new Random('seed', 'segment');
    fc.assert(
      fc.property(anyStream, anyIndex, (stream, index) => {
        const bits = random.bits(stream, index);
        expect(Number.isInteger(bits) && bits >= 0 && bits < 2 ** 32).toBe(true);
        expect(random.uniform(stream, index)).toBe(bits / 2 ** 32);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it.each(STREAMS)('spreads %s evenly over [0, 1)', (stream) => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const draw of draws(new Random('seed', 'segment'), stream)) tenths[Math.floor(draw * 10)]! += 1;
    for (const tenth of tenths) expect(Math.abs(tenth - 200)).toBeLessThan(60);
  });

  it('draws uncorrelated days', () => {
    const sample = draws(new Random('seed', 'segment'));
    for (const lag of [1, 2, 7, 30, 365]) expect(Math.abs(autocorrelation(sample, lag))).toBeLessThan(0.1);
  });

  it('flips half of the bits when one bit of the index changes', () => {
    const random = new Random('seed', 'segment');
    const flips = Array.from({ length: 24 * 200 }, (_, n) => {
      const index = Math.floor(n / 24);
      return ones(random.bits('noise', index) ^ random.bits('noise', index ^ (1 << (n % 24))));
    });
    expect(mean(flips)).toBeCloseTo(16, 0);
    expect(Math.min(...flips)).toBeGreaterThan(2);
  });

  it.each([
    ['another seed', 'a', 'segment', 'b', 'segment'],
    ['a seed that differs by its end', 'seed1', 'segment', 'seed2', 'segment'],
    ['another id', 'seed', 'segment_1', 'seed', 'segment_2'],
    ['seed and id swapped', 'a', 'b', 'b', 'a'],
    ['seed and id divided elsewhere', 'ab', 'c', 'a', 'bc'],
    ['seed and id divided by what joins them', 'a","b', 'c', 'a', 'b","c'],
  ])('draws differently for %s', (_what, seed, id, otherSeed, otherId) => {
    const [one, other] = [new Random(seed, id), new Random(otherSeed, otherId)].map((random) => draws(random));
    expect(Math.abs(correlation(one!, other!))).toBeLessThan(0.1);
  });

  it('draws differently for each purpose', () => {
    const random = new Random('seed', 'segment');
    for (const [index, one] of STREAMS.entries()) {
      for (const other of STREAMS.slice(index + 1)) {
        expect(Math.abs(correlation(draws(random, one), draws(random, other)))).toBeLessThan(0.1);
      }
    }
  });
});

describe('bell', () => {
  const random = new Random('seed', 'segment');
  const sample = Array.from({ length: 40_000 }, (_, index) => bell(random, 'noise', index));

  it('has mean 0 and standard deviation 1', () => {
    expect(Math.abs(mean(sample))).toBeLessThan(0.02);
    expect(Math.abs(deviation(sample) - 1)).toBeLessThan(0.02);
  });

  it('has most draws near the middle and few far out', () => {
    expect(shareWithin(1, sample)).toBeCloseTo(0.68, 1);
    expect(shareWithin(2, sample)).toBeGreaterThan(0.94);
    expect(shareWithin(2, sample)).toBeLessThan(0.98);
  });

  it.each([
    ['least', 0, -1],
    ['most', 0xffffffff, 1],
  ])('is bounded by ±2√3 at the %s possible draw', (_what, bits, sign) => {
    const stuck = Object.assign(new Random('seed', 'stuck'), { bits: () => bits });
    const extreme = bell(stuck, 'noise', 0) * sign;
    expect(extreme).toBeLessThanOrEqual(2 * Math.sqrt(3));
    expect(extreme).toBeCloseTo(2 * Math.sqrt(3), 3);
  });
});

function ones(bits: number): number {
  return (bits >>> 0).toString(2).replaceAll('0', '').length;
}

function shareWithin(bound: number, values: readonly number[]): number {
  return values.filter((value) => Math.abs(value) < bound).length / values.length;
}

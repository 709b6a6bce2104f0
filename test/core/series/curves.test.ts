import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { power, sigmoid, SmoothNoise, wave, weekWave } from '../../../src/core/series/curves.js';
import { Random } from '../../../src/core/random.js';

describe('power', () => {
  it.each([
    [2, 0, 1],
    [2, 1, 2],
    [2, 10, 1024],
    [2, -3, 0.125],
    [0.5, 2, 0.25],
    [0.5, 2.5, 0.1875],
    [3, 0.5, 2],
    [3, -0.5, 2 / 3],
    [1, 12345.678, 1],
    [101, 8000, Infinity],
    [101, -8000, 0],
    [0.01, 8000, 0],
  ])('%d to the power of %d is %d', (base, exponent, result) => {
    expect(power(base, exponent)).toBe(result);
  });

  it('matches Math.pow at integer exponents, up to the last digits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.integer({ min: -200, max: 200 }),
        (base, exponent) => {
          expect(power(base, exponent) / base ** exponent).toBeCloseTo(1, 10);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is continuous in the exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (exponent) => {
        const ratio = power(1.5, exponent + 0.001) / power(1.5, exponent);
        expect(ratio).toBeGreaterThan(1);
        expect(ratio).toBeLessThan(1.001);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('sigmoid', () => {
  it.each([
    [0, 0],
    [1, Math.SQRT1_2],
    [-1, -Math.SQRT1_2],
    [1e9, 1],
    [-1e9, -1],
  ])('at %d is %d', (x, y) => {
    expect(sigmoid(x)).toBeCloseTo(y, 12);
  });

  it('is steepest, with slope 1, at 0', () => {
    expect((sigmoid(0.001) - sigmoid(-0.001)) / 0.002).toBeCloseTo(1, 5);
    expect(sigmoid(2) - sigmoid(1)).toBeLessThan(sigmoid(1) - sigmoid(0));
  });
});

describe('wave', () => {
  it.each([
    [0, 1],
    [0.25, 0],
    [0.5, -1],
    [0.75, 0],
    [1, 1],
    [-0.5, -1],
    [1234.5, -1],
  ])('at phase %d is %d', (phase, height) => {
    expect(wave(phase)).toBe(height);
  });

  it('approximates a cosine within 0.06', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (phase) => {
        expect(Math.abs(wave(phase) - Math.cos(2 * Math.PI * phase))).toBeLessThan(0.06);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('weekWave', () => {
  it.each([-8, -7, -3, -1, 0, 1, 2, 3, 6, 7, 700_004])('is a cosine of period 7, %d days from its peak', (days) => {
    expect(weekWave(days)).toBeCloseTo(Math.cos((2 * Math.PI * days) / 7), 5);
  });

  it('sums to 0 over a week', () => {
    expect([0, 1, 2, 3, 4, 5, 6].reduce((sum, days) => sum + weekWave(days), 0)).toBeCloseTo(0, 5);
  });
});

describe('smooth noise', () => {
  const random = new Random('seed', 'segment');
  const anyDay = fc.integer({ min: -800_000, max: 3_000_000 });

  it('stays between −1 and 1, without jumps', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 2, max: 60 }), (day, stride) => {
        const [today, tomorrow] = [0, 1].map((ahead) =>
          new SmoothNoise(random, 'quick wander', stride).on(day + ahead),
        );
        expect(Math.abs(today as number)).toBeLessThanOrEqual(1);
        // The easing is at most half again as steep as a straight line from −1 to 1 in `stride` days.
        expect(Math.abs((tomorrow as number) - (today as number))).toBeLessThanOrEqual(3 / stride);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('passes through an independent value every `stride` days', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50_000, max: 50_000 }), (step) => {
        const height = 2 * random.uniform('slow wander', step) - 1;
        expect(new SmoothNoise(random, 'slow wander', 45).on(45 * step)).toBeCloseTo(height, 12);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('does not depend on the days read before', () => {
    const days = fc.array(fc.oneof(anyDay, fc.integer({ min: -100, max: 100 })), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(days, fc.integer({ min: 2, max: 60 }), (asked, stride) => {
        const one = new SmoothNoise(random, 'slow wander', stride);
        expect(asked.map((day) => one.on(day))).toEqual(
          asked.map((day) => new SmoothNoise(random, 'slow wander', stride).on(day)),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

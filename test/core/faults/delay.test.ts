import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { delayMs } from '../../../src/core/faults/delay.js';
import type { Delay } from '../../../src/core/faults/fault.js';
import { bell, Random } from '../../../src/core/random.js';
import { mean, quantile } from '../../support/statistics.js';

const MIDDLE = { uniform: 0.5, bell: 0 };
const LONGEST = 600_000;

it.each<[Delay, { uniform: number; bell: number }, size: number, ms: number]>([
  [{ kind: 'fixed', ms: 250 }, MIDDLE, 0, 250],
  [{ kind: 'fixed', ms: 0.5 }, MIDDLE, 5_000_000, 0.5],
  [{ kind: 'uniform', minMs: 100, maxMs: 300 }, { uniform: 0, bell: 0 }, 0, 100],
  [{ kind: 'uniform', minMs: 100, maxMs: 300 }, { uniform: 0.25, bell: 2 }, 0, 150],
  [{ kind: 'lognormal', medianMs: 90, sigma: 0.5 }, { uniform: 0.9, bell: 0 }, 0, 90],
  [{ kind: 'lognormal', medianMs: 90, sigma: 0.5 }, { uniform: 0, bell: 2 }, 0, 90 * Math.E],
  [{ kind: 'lognormal', medianMs: 600_000, sigma: 5 }, { uniform: 0, bell: 3 }, 0, LONGEST],
  [{ kind: 'size', msPerMillion: 400 }, MIDDLE, 250_000, 100],
  [{ kind: 'size', msPerMillion: 400 }, MIDDLE, 0, 0],
  [{ kind: 'size', msPerMillion: 600_000 }, MIDDLE, Number.MAX_SAFE_INTEGER, LONGEST],
])('the delay %j, with the draws %j and %i users, is %d ms', (delay, draws, size, ms) => {
  expect(delayMs(delay, draws, size)).toBeCloseTo(ms, 9);
});

test('a uniform delay stays within its bounds', () => {
  const bounds = fc.tuple(
    fc.double({ min: 0, max: LONGEST, noNaN: true }),
    fc.double({ min: 0, max: LONGEST, noNaN: true }),
  );
  fc.assert(
    fc.property(bounds, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ([one, other], uniform) => {
      const [minMs, maxMs] = [Math.min(one, other), Math.max(one, other)];
      const ms = delayMs({ kind: 'uniform', minMs, maxMs }, { uniform, bell: 0 }, 0);
      expect(ms).toBeGreaterThanOrEqual(minMs);
      expect(ms).toBeLessThanOrEqual(maxMs);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('lognormal delays have their median in the middle and a long tail above it', () => {
  const random = new Random('seed', 'delays');
  const delays = Array.from({ length: 2_000 }, (_, index) =>
    delayMs({ kind: 'lognormal', medianMs: 100, sigma: 0.5 }, { uniform: 0, bell: bell(random, 'effect', index) }, 0),
  );
  expect(quantile(delays, 0.5)).toBeCloseTo(100, -1);
  expect(mean(delays) / 100).toBeCloseTo(Math.exp(0.125), 1);
});

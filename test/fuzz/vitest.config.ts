import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';
import plain from '../../vitest.config.js';

// The properties of `npm test` with many more requests and a random seed.
const { FUZZ_SEED = String(randomInt(2 ** 31)), FUZZ_RUNS = '220000' } = process.env;
process.stdout.write(`again the same: FUZZ_SEED=${FUZZ_SEED} FUZZ_RUNS=${FUZZ_RUNS} npm run fuzz\n`);

export default defineConfig({
  ...plain,
  test: {
    ...plain.test,
    include: ['test/fuzz/**/*.test.ts'],
    env: { FUZZ_SEED, FUZZ_RUNS },
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});

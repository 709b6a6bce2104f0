import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests of rooms without I/O. */
const PURE = ['core', 'schema', 'operations'];
const pureFiles = PURE.map((room) => `test/${room}/**/*.test.ts`);
/** Those of them that mock a module: to share modules with them would give other tests the mock. */
const MOCKING = ['test/core/series/series.test.ts'];

export default defineConfig({
  // The README's examples import the package by its name.
  resolve: {
    alias: {
      'braze-segments-mock/vitest': fileURLToPath(new URL('src/library/vitest.ts', import.meta.url)),
      'braze-segments-mock': fileURLToPath(new URL('src/library/index.ts', import.meta.url)),
    },
  },
  test: {
    // A file that is missing or stale fails; only `npm run generate` writes it.
    update: 'none',
    // What hangs should fail, but no test should fail because other work keeps the processor busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 170_000 } },
    // Vitest would leave one core to itself; of two that is half.
    maxWorkers: '100%',
    coverage: { include: ['src/**'] },
    projects: [
      // Files share a worker's modules, which loads and compiles src once a worker: 29 s of CPU instead of 47 s.
      { extends: true, test: { name: 'pure', include: pureFiles, exclude: MOCKING, isolate: false } },
      { extends: true, test: { name: 'mocking', include: MOCKING } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          // `npm run image` runs test/image: it builds an image.
          exclude: [...pureFiles, 'test/image/**'],
          // Compiles src, so that the command is tested as it is shipped.
          globalSetup: 'test/support/build.ts',
        },
      },
    ],
  },
});

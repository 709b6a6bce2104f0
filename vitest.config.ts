import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests of some top-level folders. */
const testsOf = (...rooms: string[]) => rooms.map((room) => `test/${room}/**/*.test.ts`);
const PURE_ROOMS = ['core', 'schema', 'operations'];
const SERVING_ROOMS = [
  ...['server', 'contract', 'start', 'fixtures', 'openapi'],
  ...['library', 'cli', 'project', 'examples', 'bench', 'fuzz'],
];
const [PURE, SERVING] = [testsOf(...PURE_ROOMS), testsOf(...SERVING_ROOMS)];
/** Tests that mock a module: in a shared worker, other tests would get the mocked module too. */
const MOCKING_PURE = ['test/core/series/series.test.ts'];
const MOCKING = [
  'test/cli/healthcheck-timeout.test.ts',
  'test/server/control/profile.test.ts',
  'test/server/endpoints/held-replies.test.ts',
  'test/server/transport/break-connection.test.ts',
  'test/server/transport/connections.test.ts',
];

/** Compiles src, so that the command is tested as it is shipped. */
const globalSetup = 'test/support/build.ts';

export default defineConfig({
  // The README's examples import the package by its name.
  resolve: {
    alias: {
      'braze-segments-mock/vitest': fileURLToPath(new URL('src/library/vitest.ts', import.meta.url)),
      'braze-segments-mock/jest': fileURLToPath(new URL('src/library/jest.ts', import.meta.url)),
      'braze-segments-mock': fileURLToPath(new URL('src/library/index.ts', import.meta.url)),
    },
  },
  test: {
    // A file that is missing or stale fails; only `npm run generate` writes it.
    update: 'none',
    // A hanging test should fail, but no test should fail because the machine is busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 170_000 } },
    // More than processors: tests also wait, for a browser or another process.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    // Compiled modules are kept, so that only changed ones are compiled again.
    experimental: { fsModuleCache: true },
    coverage: { include: ['src/**/*.{ts,tsx}'] },
    // Files without isolation share a worker's modules, so src is loaded and compiled once per worker, not once per file.
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, exclude: MOCKING_PURE, isolate: false } },
      { extends: true, test: { name: 'pure, mocking', include: MOCKING_PURE } },
      { extends: true, test: { name: 'serving', include: SERVING, exclude: MOCKING, isolate: false, globalSetup } },
      {
        extends: true,
        test: {
          name: 'ui',
          include: testsOf('ui'),
          isolate: false,
          globalSetup: [globalSetup, 'test/ui/support/shared-browser.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: [...MOCKING, ...testsOf(`!(${[...PURE_ROOMS, ...SERVING_ROOMS, 'ui'].join('|')})`)],
          // `npm run image` runs test/image: it builds an image.
          exclude: ['test/image/**'],
          globalSetup,
        },
      },
    ],
  },
});

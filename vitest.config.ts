import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The README's examples import the package by its name.
  resolve: {
    alias: {
      'braze-segments-mock/vitest': fileURLToPath(new URL('src/library/vitest.ts', import.meta.url)),
      'braze-segments-mock': fileURLToPath(new URL('src/library/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // `npm run image` runs these: they build an image.
    exclude: ['test/image/**'],
    // Compiles src, so that the command is tested as it is shipped.
    globalSetup: 'test/support/build.ts',
    // A file that is missing or stale fails; only `npm run generate` writes it.
    update: 'none',
    // What hangs should fail, but no test should fail because other work keeps the processor busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 170_000 } },
    // Vitest would leave one core to itself; of two that is half.
    maxWorkers: '100%',
    coverage: { include: ['src/**'] },
  },
});

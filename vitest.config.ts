import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Compiles src, so that the command is tested as it is shipped.
    globalSetup: 'test/support/build.ts',
    // A file that is missing or stale fails; only `npm run generate` writes it.
    update: 'none',
    testTimeout: 20_000,
    coverage: { include: ['src/**'] },
  },
});

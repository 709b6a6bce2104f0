import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Compiles src, so that the command is tested as it is shipped.
    globalSetup: 'test/support/build.ts',
    testTimeout: 20_000,
    coverage: { include: ['src/**'] },
  },
});

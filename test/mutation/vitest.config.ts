import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const { projects: _projects, ...test } = base.test ?? {};

/** The tests of the core and of the order of refusals; none of them runs the built command. */
export default defineConfig({
  ...base,
  test: {
    ...test,
    include: [
      'test/core/*.test.ts',
      'test/core/{endpoints,rate-limit,refusals,series}/*.test.ts',
      'test/server/endpoints/*.test.ts',
      'test/server/transport/malformed.test.ts',
    ],
    setupFiles: 'test/mutation/first-failure.ts',
  },
});

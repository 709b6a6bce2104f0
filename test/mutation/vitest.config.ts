import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** The tests of the core and of the order of refusals; none of them runs the built command. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'test/{series,rate-limit,refusals}/*.test.ts',
      'test/http/{admission,broken,data-series,details,list,order-of-refusals,parameters,query,refusals,warnings}.test.ts',
    ],
    globalSetup: [],
    setupFiles: 'test/mutation/first-failure.ts',
  },
});

import { after, afterEach, before, beforeEach } from 'node:test';
import type { MockOptions } from './index.js';
import { type UsedMock, useMockWith } from './use-mock.js';

export type { UsedMock } from './use-mock.js';

/** Starts one mock for a test file or a suite and gives each test a new workspace. Call it at the top of the file or suite. */
export function useMock(options: MockOptions = {}): UsedMock {
  return useMockWith(
    {
      beforeAll: before,
      aroundEach(begin) {
        // By the test's context: tests of a suite with `concurrency` run at one time.
        const ends = new WeakMap<object, () => void>();
        beforeEach((test) => void ends.set(test, begin(false)));
        afterEach((test) => ends.get(test)?.());
      },
      afterAll: after,
    },
    options,
  );
}

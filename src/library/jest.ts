import type { MockOptions } from './index.js';
import { type UsedMock, useMockWith } from './use-mock.js';

export type { UsedMock } from './use-mock.js';

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'] as const;

/** Jest's functions, as its globals and `@jest/globals` have them. */
export type JestGlobals = Record<(typeof HOOKS)[number], (work: () => unknown) => void> & { expect?: unknown };

/**
 * Starts one mock for a test file and gives each test a new workspace. Call it at the top of the file.
 * @param jest Jest's functions, where it runs with `injectGlobals: false`: `import * as jest from '@jest/globals'`.
 */
export function useMock(options: MockOptions = {}, jest: JestGlobals = globalJest()): UsedMock {
  const { beforeAll, beforeEach, afterEach, afterAll } = jest;
  return useMockWith(
    {
      beforeAll,
      aroundEach(begin) {
        let end: (() => void) | undefined;
        // Without parameters: Jest would wait for the callback that it passes to a hook with one.
        beforeEach(() => void (end = begin(false)));
        afterEach(() => end?.());
      },
      afterAll,
      isConcurrent: () => isConcurrent(jest.expect),
    },
    options,
  );
}

function globalJest(): JestGlobals {
  const found = globalThis as Partial<Record<keyof JestGlobals, unknown>>;
  const missing = HOOKS.filter((name) => typeof found[name] !== 'function');
  if (missing.length === 0) return found as JestGlobals;
  throw new Error(
    `useMock found no global ${missing.join(', ')}. Call it in a test file of Jest; with injectGlobals: false, ` +
      "pass them: import * as jest from '@jest/globals'; useMock({}, jest)",
  );
}

interface JestState {
  /** The test that runs, by the asynchronous context. Jest 29 does not have it. */
  currentTestIdentity?: () => { concurrent?: boolean } | undefined;
  /** In Jest 29 only of concurrent tests, in Jest 30 of every test. */
  currentConcurrentTestName?: () => string | undefined;
}

/** Jest runs the bodies of `test.concurrent` before their `beforeEach` [checked with Jest 30.5; by its source for 29]. */
function isConcurrent(expect: unknown): boolean {
  const state = (expect as { getState?: () => JestState } | undefined)?.getState?.();
  if (state?.currentTestIdentity !== undefined) return state.currentTestIdentity()?.concurrent === true;
  return state?.currentConcurrentTestName?.() !== undefined;
}

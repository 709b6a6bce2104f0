import { afterAll, beforeAll, beforeEach, expect, test as base, type TestAPI } from 'vitest';
import { type MockOptions, type RunningMock, startMock, type WorkspaceFace } from './index.js';
import { type BehaveOptions, toBehave } from './to-behave.js';
import { type UsedMock, useMockWith } from './use-mock.js';

export type { BehaveOptions } from './to-behave.js';
export type { UsedMock } from './use-mock.js';

declare module 'vitest' {
  // eslint-disable-next-line typescript/no-explicit-any -- merged with Vitest's own, which has this parameter
  interface Assertion<T = any> {
    /** No error and no warning about the clients of a workspace; `allow` names the rules that may find something. */
    toBehave(options?: BehaveOptions): T;
  }
}

expect.extend({ toBehave });

/** What `test` adds to the context of a test. */
export interface MockContext {
  /** The mock shared by the tests of a file. */
  mock: RunningMock;
  /** The workspace of the test; every test gets a new one. */
  workspace: WorkspaceFace;
}

/** A `test` with a workspace in its context, also for concurrent tests. Extend it further with `.extend()`. */
export function mockTest(options: MockOptions = {}): TestAPI<MockContext> {
  return base.extend<MockContext>({
    mock: [
      // eslint-disable-next-line no-empty-pattern -- Vitest reads the names of the fixtures in the pattern
      async ({}, use) => {
        const mock = await startMock(options);
        await use(mock);
        await mock.stop();
      },
      { scope: 'file' },
    ],
    workspace: async ({ mock }, use) => {
      const workspace = mock.createWorkspace();
      await use(workspace);
      if (workspace.exists) workspace.delete();
    },
  });
}

/** `mockTest` with the default options. The mock starts with the first test that takes it from its context. */
export const test: TestAPI<MockContext> = mockTest();

/** Starts one mock for a test file and gives each test a new workspace. Call it at the top of the file. */
export function useMock(options: MockOptions = {}): UsedMock {
  return useMockWith(
    {
      beforeAll,
      aroundEach: (begin) => beforeEach(({ task }) => begin(task.concurrent === true)),
      afterAll,
      advice:
        'Take it from the context instead: ' +
        "const test = mockTest(); test.concurrent('…', async ({ workspace, mock }) => …)",
    },
    options,
  );
}

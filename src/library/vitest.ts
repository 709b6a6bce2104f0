import { afterAll, beforeAll, beforeEach, test, type TestAPI } from 'vitest';
import { type MockOptions, type RunningMock, startMock, type WorkspaceFace } from './index.js';

/** A mock shared by the tests of a file, and the workspace of the current test. */
export interface UsedMock {
  /** The base URL for the client, without a trailing slash. */
  readonly url: string;
  /** An API key of the current test's workspace. */
  readonly apiKey: string;
  /** The workspace of the current test; every test gets a new one. */
  readonly workspace: WorkspaceFace;
  /** The shared server; concurrent tests each create a workspace with its `createWorkspace()`. */
  readonly mock: RunningMock;
}

/** What `mockTest` adds to the context of a test. */
export interface MockContext {
  /** The mock shared by the tests of a file. */
  mock: RunningMock;
  /** The workspace of the test; every test gets a new one. */
  workspace: WorkspaceFace;
}

/** A `test` with a workspace in its context, also for concurrent tests. Extend it further with `.extend()`. */
export function mockTest(options: MockOptions = {}): TestAPI<MockContext> {
  return test.extend<MockContext>({
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

/** Starts one mock for a test file and gives each test a new workspace. Call it at the top of the file. */
export function useMock(options: MockOptions = {}): UsedMock {
  let mock: RunningMock | undefined;
  const tests = new Set<{ workspace: WorkspaceFace; isConcurrent: boolean }>();

  beforeAll(async () => {
    mock = await startMock(options);
  });
  beforeEach(({ task }) => {
    const started = { workspace: running().createWorkspace(), isConcurrent: task.concurrent === true };
    tests.add(started);
    return () => {
      tests.delete(started);
      if (started.workspace.exists) started.workspace.delete();
    };
  });
  afterAll(() => mock?.stop());

  function running(): RunningMock {
    if (mock === undefined) throw new Error('The mock runs from beforeAll to afterAll; use it inside a test or a hook');
    return mock;
  }
  function current(): WorkspaceFace {
    const [first, ...others] = tests;
    if (first === undefined) throw new Error('A workspace is there from beforeEach on; use it inside a test');
    if (first.isConcurrent || others.length > 0) throw new Error(CONCURRENT);
    return first.workspace;
  }
  return {
    get url() {
      return running().url;
    },
    get apiKey() {
      return current().apiKey;
    },
    get workspace() {
      return current();
    },
    get mock() {
      return running();
    },
  };
}

const CONCURRENT =
  'useMock cannot tell which of the concurrent tests is asking for its workspace. Take it from the context instead: ' +
  "const test = mockTest(); test.concurrent('…', async ({ workspace, mock }) => …)";

/** `useMock` for any test runner: one mock for a file, and a new workspace for each test. */
import { type InProcessMock, type MockOptions, type RunningMock, startMock, type WorkspaceFace } from './index.js';

/** A mock shared by the tests of a file, and the workspace of the current test. */
export interface UsedMock {
  /** The base URL for the client, without a trailing slash. */
  readonly url: string;
  /** Answers without a socket: hand it to a client instead of `url`. */
  readonly fetch: InProcessMock['fetch'];
  /** An API key of the current test's workspace. */
  readonly apiKey: string;
  /** The workspace of the current test; every test gets a new one. */
  readonly workspace: WorkspaceFace;
  /** The shared server; concurrent tests each create a workspace with its `createWorkspace()`. */
  readonly mock: RunningMock;
}

/** The hooks of a test runner. */
export interface Runner {
  beforeAll(start: () => Promise<void>): void;
  /** Calls `begin` before each test, and what it returned after that test. */
  aroundEach(begin: (isConcurrent: boolean) => () => void): void;
  afterAll(stop: () => Promise<void>): void;
  /** Whether a concurrent test is asking, if the runner can tell. */
  isConcurrent?(): boolean;
  /** Where concurrent tests get their workspaces, if there is a better place. */
  advice?: string;
}

export function useMockWith(runner: Runner, options: MockOptions): UsedMock {
  const { advice = 'Let each create its own: const workspace = mock.mock.createWorkspace()' } = runner;
  let mock: RunningMock | undefined;
  const tests = new Set<{ workspace: WorkspaceFace; isConcurrent: boolean }>();

  runner.beforeAll(async () => {
    mock = await startMock(options);
  });
  runner.aroundEach((isConcurrent) => {
    const started = { workspace: running().createWorkspace(), isConcurrent };
    tests.add(started);
    return () => {
      tests.delete(started);
      if (started.workspace.exists) started.workspace.delete();
    };
  });
  runner.afterAll(async () => mock?.stop());

  function running(): RunningMock {
    if (mock === undefined) throw new Error('The mock runs from beforeAll to afterAll; use it inside a test or a hook');
    return mock;
  }
  function current(): WorkspaceFace {
    const [first, ...others] = tests;
    const isConcurrent = runner.isConcurrent?.() === true || first?.isConcurrent === true || others.length > 0;
    if (isConcurrent)
      throw new Error(`useMock cannot tell which of the concurrent tests is asking for its workspace. ${advice}`);
    if (first === undefined) throw new Error('A workspace is there from beforeEach on; use it inside a test');
    return first.workspace;
  }
  return {
    get url() {
      return running().url;
    },
    get fetch() {
      return running().fetch;
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

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type MockOptions, type RunningMock, startMock, type WorkspaceFace } from './index.js';

/** A mock that the tests of a file share, and the workspace of the test that runs. */
export interface UsedMock {
  /** Where to point the client, without a trailing slash. */
  readonly url: string;
  /** Opens the workspace of the test that runs. */
  readonly apiKey: string;
  /** The workspace of the current test; every test gets a new one. */
  readonly workspace: WorkspaceFace;
  /** The server behind it; tests that run concurrently make a workspace each with its `createWorkspace()`. */
  readonly mock: RunningMock;
}

/** Starts one mock for a test file and gives each test a workspace of its own. Call it at the top of the file. */
export function useMock(options: MockOptions = {}): UsedMock {
  let mock: RunningMock | undefined;
  let workspace: WorkspaceFace | undefined;

  beforeAll(async () => {
    mock = await startMock(options);
  });
  beforeEach(() => {
    const made = running().createWorkspace();
    workspace = made;
    return () => {
      if (made.exists) made.delete();
    };
  });
  afterAll(() => mock?.stop());

  function running(): RunningMock {
    if (mock === undefined) throw new Error('The mock runs from beforeAll to afterAll; use it inside a test or a hook');
    return mock;
  }
  function current(): WorkspaceFace {
    if (workspace === undefined) throw new Error('A workspace is there from beforeEach on; use it inside a test');
    return workspace;
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

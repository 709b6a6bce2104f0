import { afterAll, beforeAll, beforeEach } from 'vitest';
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

/** Starts one mock for a test file and gives each test a new workspace. Call it at the top of the file. */
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

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JestGlobals, useMock } from '../../src/library/jest.js';

// Jest's hooks, played by Vitest's. `npm run try` runs the example with Jest itself.
let state: object = {};
/** Jest gives a hook with a parameter a callback, and waits for that. */
function play(work: () => unknown): void {
  expect(work).toHaveLength(0);
  work();
}
const jest: JestGlobals = {
  beforeAll,
  beforeEach: (work) => beforeEach(() => play(work)),
  afterEach: (work) => afterEach(() => play(work)),
  afterAll,
  expect: { getState: () => state },
};
const mock = useMock({ clock: '2024-01-31T12:00:00Z' }, jest);
const seen: (typeof mock.workspace)[] = [];

it.each([1, 2])('gives each test a workspace: %i', async () => {
  const { workspace, apiKey, url } = mock;
  seen.push(workspace);
  const reply = await fetch(`${url}/segments/list`, { headers: { authorization: `Bearer ${apiKey}` } });
  expect([reply.status, workspace.requests.count()]).toEqual([200, 1]);
  expect((await mock.fetch(`${url}/segments/list`)).status).toBe(401);
});

it('deletes the workspaces of finished tests', () => {
  expect(new Set(seen.map(({ name }) => name)).size).toBe(2);
  expect(seen.map(({ exists }) => exists)).toEqual([false, false]);
  mock.workspace.delete();
});

it.each<[string, object, object]>([
  ['Jest 29', { currentConcurrentTestName: () => 'a' }, { currentConcurrentTestName: () => undefined }],
  [
    'Jest 30',
    { currentConcurrentTestName: () => 'a', currentTestIdentity: () => ({ concurrent: true }) },
    { currentConcurrentTestName: () => 'a', currentTestIdentity: () => ({ concurrent: false }) },
  ],
])('refuses concurrent tests of %s, and only these', (_version, concurrent, alone) => {
  state = concurrent;
  expect(() => mock.apiKey).toThrow(/which of the concurrent tests .* mock\.mock\.createWorkspace\(\)/);
  state = alone;
  expect(mock.apiKey).toBe(mock.workspace.apiKey);
});

describe('without an argument', () => {
  it('uses the globals of Jest, or says what to do', () => {
    expect(() => useMock()).toThrow(/no global beforeAll, beforeEach, afterEach, afterAll\. .* injectGlobals: false/);
    const hooks = Object.fromEntries(
      ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'].map((name) => [name, vi.fn<() => void>()]),
    );
    for (const [name, hook] of Object.entries(hooks)) vi.stubGlobal(name, hook);
    const early = useMock();
    vi.unstubAllGlobals();
    for (const hook of Object.values(hooks)) expect(hook).toHaveBeenCalledTimes(1);
    expect(() => early.url).toThrow('The mock runs from beforeAll to afterAll; use it inside a test or a hook');
  });
});

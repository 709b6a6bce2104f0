import { describe, it } from 'vitest';
import { mockTest, test as defaultTest, useMock } from '../../src/library/vitest.js';

const test = mockTest({ clock: '2024-01-31T12:00:00Z' });
const waiting: (() => void)[] = [];

/** Resolves when so many tests have called it, so that they run at one time. */
function meet(count: number): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === count) for (const go of waiting.splice(0)) go();
  });
}

describe.concurrent('concurrent tests of mockTest', () => {
  const names = new Set<string>();
  const urls = new Set<string>();

  test.for([500, 502, 503])('have their own workspaces: %i', async (status, { mock, workspace, expect }) => {
    names.add(workspace.name);
    urls.add(mock.url);
    workspace.faults.add({ effect: { status } });
    await meet(3);
    const reply = await fetch(`${mock.url}/segments/list`, {
      headers: { authorization: `Bearer ${workspace.apiKey}` },
    });
    expect([reply.status, workspace.requests.list().length]).toEqual([status, 1]);
    expect([names.size, urls.size, workspace.clock.get().frozen]).toEqual([3, 1, true]);
  });
});

let last: { exists: boolean } | undefined;
test('a workspace exists during its test', ({ workspace, expect }) => {
  last = workspace;
  expect(workspace.exists).toBe(true);
});
test('a workspace is deleted after its test, and the test can delete it', ({ workspace, expect }) => {
  expect(last?.exists).toBe(false);
  workspace.delete();
});
test.extend<{ apiKey: string }>({ apiKey: ({ workspace }, use) => use(workspace.apiKey) })(
  'the test can be extended',
  ({ apiKey, workspace, expect }) => {
    expect(apiKey).toBe(workspace.apiKey);
  },
);

describe.concurrent('test, with the default options', () => {
  const names = new Set<string>();

  defaultTest.for([1, 2])(
    'has a workspace and the mock in its context: %i',
    async (_index, { mock, workspace, expect }) => {
      names.add(workspace.name);
      await meet(2);
      expect([names.size, mock.workspace.clock.get().frozen]).toEqual([2, false]);
    },
  );
});

describe('useMock', () => {
  const used = useMock();
  const SENTENCE = /^useMock cannot tell which of the concurrent tests .* mockTest\(\)/;

  describe.concurrent('in describe.concurrent', () => {
    it('throws', ({ expect }) => {
      expect(() => used.workspace).toThrow(SENTENCE);
    });
    it('still provides the server', ({ expect }) => {
      expect(used.mock.createWorkspace().apiKey).not.toBe(used.mock.apiKey);
    });
  });

  it.concurrent('in it.concurrent throws', ({ expect }) => {
    expect(() => used.apiKey).toThrow(SENTENCE);
  });

  it('works in a test that runs alone', ({ expect }) => {
    expect(used.workspace.apiKey).toBe(used.apiKey);
  });

  describe.concurrent('concurrent suites', () => {
    describe.each([1, 2])('suite %i', () => {
      it.sequential('throws', async ({ expect }) => {
        await meet(2);
        expect(() => used.workspace).toThrow(SENTENCE);
        await meet(2);
      });
    });
  });
});

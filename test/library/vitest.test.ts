import { describe, expect, it } from 'vitest';
import { useMock } from '../../src/library/vitest.js';

const mock = useMock({ clock: '2024-01-31T12:00:00Z', seed: 'ours' });

/** What a client under test would do. */
async function sizeToday(segmentId = 'segment_1234'): Promise<number> {
  const response = await fetch(`${mock.url}/segments/data_series?segment_id=${segmentId}&length=1`, {
    headers: { authorization: `Bearer ${mock.apiKey}` },
  });
  if (!response.ok) return -response.status;
  const { data } = (await response.json()) as { data: { size: number }[] };
  return data[0]?.size ?? 0;
}

const seen = { urls: new Set<string>(), apiKeys: new Set<string>(), names: new Set<string>() };

describe.each([1, 2, 3])('test %i', () => {
  it('starts with a fresh workspace, and changes it', async () => {
    expect(mock.workspace.requests.list()).toEqual([]);
    expect(mock.workspace.clock.get()).toEqual({ now: '2024-01-31T12:00:00.000Z', frozen: true, scale: 1 });
    expect(await sizeToday()).toBeGreaterThan(0);
    expect(mock.workspace.rateLimit.get()).toMatchObject({ remaining: 249_999 });
    mock.workspace.faults.add({ effect: { status: 503 } });
    mock.workspace.segments.delete('segment_1234');
    mock.workspace.rateLimit.set({ remaining: 1 });
    mock.workspace.clock.set({ now: '2020-01-01', frozen: true });
    expect(await sizeToday()).toBe(-503);
    expect(await sizeToday()).toBe(-429);
    seen.urls.add(mock.url);
    seen.apiKeys.add(mock.apiKey);
    seen.names.add(mock.workspace.name);
  });
});

it('the tests of a file share one server, but no workspace', () => {
  expect(seen.urls).toEqual(new Set([mock.url]));
  expect([seen.apiKeys.size, seen.names.size]).toEqual([3, 3]);
});

it('removes the workspaces of finished tests', async () => {
  const [apiKey] = seen.apiKeys;
  const response = await fetch(`${mock.url}/segments/data_series?segment_id=segment_1234&length=1`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(response.status).toBe(401);
  expect(mock.mock.strayRequests().map(({ outcome }) => outcome)).toEqual(['api_key_invalid']);
});

it('a test can create more workspaces', async () => {
  const other = mock.mock.createWorkspace({ segments: [{ id: 'ours', type: 'static', size: 7 }] });
  expect(other.segments.list().map(({ id }) => id)).toEqual(['ours']);
  expect(await sizeToday('ours')).toBe(-404);
});

describe('outside of tests and hooks', () => {
  const early = (read: () => unknown) => {
    try {
      return read();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const read = [early(() => mock.url), early(() => mock.apiKey), early(() => mock.workspace), early(() => mock.mock)];

  it('the mock throws, because it does not run yet', () => {
    expect(read).toEqual([
      'The mock runs from beforeAll to afterAll; use it inside a test or a hook',
      'A workspace is there from beforeEach on; use it inside a test',
      'A workspace is there from beforeEach on; use it inside a test',
      'The mock runs from beforeAll to afterAll; use it inside a test or a hook',
    ]);
  });
});

it('a test can delete its workspace or reset the whole mock', () => {
  mock.workspace.delete();
  expect(mock.workspace.exists).toBe(false);
  mock.mock.reset();
});

describe('a mock in a describe block', () => {
  const other = useMock({ fixtures: { workspaces: [{ name: 'empty' }] } });

  it('has a separate server', () => {
    expect(other.url).not.toBe(mock.url);
    expect(other.workspace.segments.list()).toEqual([]);
    seen.urls.add(other.url);
  });
});

it('a mock stops after its tests and not before', async () => {
  const answers = [...seen.urls].map(async (url) => (await fetch(`${url}/__mock/health`)).status);
  expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

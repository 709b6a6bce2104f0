import { describe, expect, it, onTestFinished } from 'vitest';
import { createMock, startMock } from '../../src/library/index.js';
import { mockTest, useMock } from '../../src/library/vitest.js';

const SERIES = '/segments/data_series?segment_id=segment_1234&length=1';
const KEY = { authorization: 'Bearer YOUR-REST-API-KEY' };

describe('the option basePath', () => {
  it('puts the endpoints of mock.fetch under it, on any host', async () => {
    const mock = createMock({ basePath: '/api/v1' });
    const statusOf = async (path: string, init: RequestInit = {}) =>
      (await mock.fetch(`https://rest.iad-01.braze.com${path}`, { headers: KEY, ...init })).status;
    expect(await statusOf(`/api/v1${SERIES}`)).toBe(200);
    expect(await statusOf(`/%61pi//v1${SERIES}`, { method: 'HEAD' })).toBe(200);
    expect(await statusOf(`/api/v1${SERIES}`, { method: 'POST' })).toBe(405);
    expect(await statusOf(SERIES)).toBe(404);
    expect(mock.workspace.requests.list({ limit: 1 })[0]).toMatchObject({
      path: '/segments/data_series',
      warnings: ['the base path /api/v1 is missing; did you mean /api/v1/segments/data_series?'],
    });
  });

  it('is in url and httpsUrl, and not in origin', async () => {
    const mock = await startMock({ basePath: '/v1', tls: 'auto' });
    onTestFinished(() => mock.stop());
    expect(mock.url).toBe(`${mock.origin}/v1`);
    expect(mock.httpsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect((await fetch(mock.url + SERIES, { headers: KEY })).status).toBe(200);
    expect((await fetch(`${mock.origin}/__mock/health`)).status).toBe(200);
    const { url } = mock.workspace.segments.reply('segment_1234', { length: 1 });
    expect(url).toBe(`/v1${SERIES}`);
  });

  it.each(['', '/', 'v1', '/v1/', '/v1?a=b', '/a/../b', '/__mock', 1])('%j is refused', (basePath) => {
    const problem = new RegExp(
      `^\\$\\.basePath: found ${JSON.stringify(basePath).replace('?', '\\?')}, expected a path such as /v1`,
    );
    expect(() => createMock({ basePath: basePath as string })).toThrow(problem);
  });
});

const mock = useMock({ basePath: '/v1' });

it('of useMock is in its url', async () => {
  expect(mock.url).toBe(`${mock.mock.origin}/v1`);
  const headers = { authorization: `Bearer ${mock.apiKey}` };
  const replies = [await fetch(mock.url + SERIES, { headers }), await mock.fetch(`https://x/v1${SERIES}`, { headers })];
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
});

const test = mockTest({ basePath: '/v1' });

test('of mockTest is in the url of its mock', async ({ mock: own, workspace, expect: expected }) => {
  const headers = { authorization: `Bearer ${workspace.apiKey}` };
  expected((await fetch(`${own.origin}/v1${SERIES}`, { headers })).status).toBe(200);
});

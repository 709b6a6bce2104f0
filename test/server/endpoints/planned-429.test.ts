import { expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../../support/server.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';

const NOW = '2024-01-31T12:20:00Z';
const NEXT_HOUR = Date.parse('2024-01-31T13:00:00Z') / 1000;
const PATH = '/segments/data_series?length=1&segment_id=';

const serverWith = (different: Partial<WorkspaceFixture> = {}) =>
  startTestServer({
    clock: NOW,
    workspaces: [
      {
        name: 'default',
        profile: 'observed',
        apiKeys: [{ key: 'KEY' }],
        segments: [{ id: 'plain' }, { id: 'limited', fault: { status: 429 } }],
        faults: [{ trigger: { segmentId: 'struck' }, effect: { status: 429 } }],
        ...different,
      },
    ],
  });

const FACES: [string, (server: TestServer) => ReturnType<TestServer['get']>][] = [
  ['the fault of a segment', ({ get }) => get(`${PATH}limited`, bearer('KEY'))],
  ['a planned fault', ({ get }) => get(`${PATH}struck`, bearer('KEY'))],
  ['Prefer', ({ get }) => get(`${PATH}plain`, { ...bearer('KEY'), prefer: 'code=429' })],
];

it.each(FACES)(
  'observed: a 429 by %s tells in message and headers alike to wait until the next hour',
  async (_, ask) => {
    const server = await serverWith();
    const { status, headers, body } = await ask(server);
    expect([status, body]).toEqual([429, { message: 'Too many requests; try again in 2400 s' }]);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '250000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NEXT_HOUR),
    });
    // It took the one request that it is, and no more.
    const { headers: next } = await server.get(`${PATH}plain`, bearer('KEY'));
    expect(next['x-ratelimit-remaining']).toBe('249998');
  },
);

it.each(FACES)('observed: a 429 by %s without a limit has no rate-limit headers', async (_, ask) => {
  const { status, headers } = await ask(await serverWith({ rateLimit: 'off' }));
  expect([status, Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))]).toEqual([429, []]);
});

it.each(FACES)('documented: a 429 by %s can be retried after a second, as its quota says', async (_, ask) => {
  const { headers, text } = await ask(await serverWith({ profile: 'documented' }));
  expect(text).toContain('try again in 1 s');
  expect(headers).toMatchObject({ 'retry-after': '1', 'x-ratelimit-remaining': '249999' });
});

it('the 429 of the built-in segment_rate_limited says the same', async () => {
  const server = await startTestServer({ clock: NOW, profile: 'observed' });
  const { headers, text } = await server.get(`${PATH}segment_rate_limited`);
  expect([headers['x-ratelimit-remaining'], headers['x-ratelimit-reset']]).toEqual(['0', String(NEXT_HOUR)]);
  expect(text).toContain('try again in 2400 s');
});

it('a fault can set another reset for clients that wait for it', async () => {
  const reset = String(Date.parse(NOW) / 1000 + 2);
  const headers = { 'x-ratelimit-reset': reset, 'retry-after': '2' };
  const server = await serverWith({ faults: [{ effect: { status: 429, headers } }] });
  expect((await server.get(`${PATH}plain`, bearer('KEY'))).headers).toMatchObject({
    'x-ratelimit-remaining': '0',
    ...headers,
  });
});

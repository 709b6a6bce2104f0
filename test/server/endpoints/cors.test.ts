import { describe, expect, it, onTestFinished } from 'vitest';
import { startMock } from '../../../src/library/index.js';
import { replyTo } from '../../support/wire.js';

const ORIGIN = 'http://localhost:3000';
const SERIES = '/segments/data_series?segment_id=segment_1234&length=1';
const AUTHORIZED = { origin: ORIGIN, authorization: 'Bearer YOUR-REST-API-KEY' };

async function started(cors = true) {
  const mock = await startMock({ cors });
  onTestFinished(() => mock.stop());
  return mock;
}

/** The CORS headers of a reply. */
function corsOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

const SENT = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, allow, etag, preference-applied, x-request-id, x-runtime, *',
};

const preflight = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,prefer',
      ...headers,
    },
  });

describe('with cors', () => {
  it.each<[what: string, path: string, init: RequestInit, status: number]>([
    ['a success', SERIES, { headers: AUTHORIZED }, 200],
    ['a HEAD', SERIES, { headers: AUTHORIZED, method: 'HEAD' }, 200],
    ['a missing key', '/segments/list', { headers: { origin: ORIGIN } }, 401],
    ['bad parameters', '/segments/data_series', { headers: AUTHORIZED }, 400],
    ['an unknown segment', '/segments/data_series?segment_id=x&length=1', { headers: AUTHORIZED }, 404],
    ['an unknown path', '/nowhere', { headers: AUTHORIZED }, 404],
    ['a path that is not decodable', '/segments/%FF', { headers: AUTHORIZED }, 400],
    ['another method', '/segments/list', { headers: AUTHORIZED, method: 'POST' }, 405],
    ['an OPTIONS that is not a preflight', '/segments/list', { method: 'OPTIONS' }, 405],
    ['a preferred 429', '/segments/list', { headers: { ...AUTHORIZED, prefer: 'code=429' } }, 429],
    ['a preferred 500', '/segments/list', { headers: { ...AUTHORIZED, prefer: 'code=500' } }, 500],
  ])('%s has its headers', async (_what, path, init, status) => {
    const { url } = await started();
    const reply = await fetch(url + path, init);
    expect([reply.status, corsOf(reply)]).toEqual([status, SENT]);
  });

  it.each([
    { effect: { status: 503, headers: { 'x-own': '1' } } },
    { effect: { dribble: { chunks: 2, durationMs: 1 } } },
    { effect: { delay: { kind: 'fixed' as const, ms: 1 } } },
  ])('the reply of the fault %j has its headers', async (plan) => {
    const mock = await started();
    mock.workspace.faults.add(plan);
    expect(corsOf(await fetch(mock.url + SERIES, { headers: AUTHORIZED }))).toEqual(SENT);
  });

  it('a truncated reply and headers that are too large have its headers', async () => {
    const mock = await started();
    mock.workspace.faults.add({ effect: { truncate: 0.5 } });
    expect(corsOf(await fetch(mock.url + SERIES, { headers: AUTHORIZED }))).toEqual(SENT);
    const large = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a.test\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`;
    expect(await replyTo(mock.url, large('/segments/list'))).toMatchObject({ status: 431, headers: SENT });
    const { status, headers } = await replyTo(mock.url, large('/__mock/health'));
    expect([status, headers['access-control-allow-origin']]).toEqual([431, undefined]);
  });

  it('answers a preflight of each endpoint, without a key, and does not record it', async () => {
    const mock = await started();
    for (const path of [SERIES, '/segments/list', '//segments/list/', '/segments/details', '/campaigns/list']) {
      const reply = await preflight(mock.url + path);
      expect([reply.status, await reply.text()]).toEqual([204, '']);
      expect(corsOf(reply)).toEqual({
        ...SENT,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'authorization,prefer',
      });
    }
    expect([mock.strayRequests(), mock.workspace.requests.list()]).toEqual([[], []]);
    expect(mock.workspace.rateLimit.get()).toMatchObject({ remaining: 250_000 });
  });

  it('a preflight of an unknown path is a 404, which a script may read', async () => {
    const { url } = await started();
    const reply = await preflight(`${url}/nowhere`);
    expect([reply.status, corsOf(reply)]).toEqual([404, SENT]);
  });

  it.each(['/__mock/health', '/__mock/workspaces', '/__mock/nowhere', '/__mock/docs', '/openapi.json'])(
    '%s has none, nor does its preflight',
    async (path) => {
      const { url } = await started();
      for (const reply of [await fetch(url + path, { headers: { origin: ORIGIN } }), await preflight(url + path)])
        expect(corsOf(reply)).toEqual({});
    },
  );
});

describe('without cors', () => {
  it('there are no headers, and a preflight is a 405', async () => {
    const { url } = await started(false);
    expect(corsOf(await fetch(url + SERIES, { headers: AUTHORIZED }))).toEqual({});
    const reply = await preflight(url + SERIES);
    expect([reply.status, corsOf(reply)]).toEqual([405, {}]);
    const { url: byDefault } = await startMock().then((mock) => (onTestFinished(() => mock.stop()), mock));
    expect((await preflight(byDefault + SERIES)).status).toBe(405);
  });
});

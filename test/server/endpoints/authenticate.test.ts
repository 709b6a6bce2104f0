import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/system/clock.js';
import { parseInstant } from '../../../src/core/time/calendar.js';
import { type Settings } from '../../../src/start/settings.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { type InstanceName, INSTANCES } from '../../../src/core/workspaces/instances.js';
import { bearer, get, type TestReply } from '../../support/server.js';
import { bytesOf, CLOSE, expectRefusal, repliesTo, replyTo, serve, type WireReply } from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';

const NOON = parseInstant('2024-01-31T12:00:00Z') as number;
const PATH = '/segments/data_series?segment_id=a&length=1';

const STAGING: WorkspaceFixture = {
  name: 'staging',
  instance: 'US-01',
  rateLimit: { capacity: 10, refillPerHour: 3600 },
  apiKeys: [
    { key: 'KEY' },
    { key: 'OTHER-KEY' },
    { key: 'NO-SERIES', permissions: ['segments.list', 'segments.details'] },
  ],
  segments: [{ id: 'a' }, { id: 'untracked', analyticsTrackingEnabled: false }],
  faults: [{ trigger: { segmentId: 'faulty' }, effect: { status: 503 } }],
};
const PRODUCTION: WorkspaceFixture = { ...STAGING, name: 'production', apiKeys: [{ key: 'PRODUCTION' }] };

/** Serves workspaces on a clock that stands until the test moves it. */
async function start(workspaces: WorkspaceFixture[] = [STAGING], settings: Partial<Settings> = {}) {
  const clock = { instant: NOON, frozen: true, scale: 1, now: () => clock.instant };
  const url = await serve(mockOf({ ...settings }, workspaces, clock));
  return { url, clock, call: (key: string, path = PATH) => get(url + path, bearer(key)) };
}

function call(url: string, ...headers: string[]): Promise<WireReply> {
  return replyTo(url, { target: PATH, headers: [...headers, CLOSE] });
}

const { rateLimit: _limit, ...WITHOUT_LIMIT } = STAGING;

describe('the Authorization header', () => {
  it.each(['Bearer KEY', 'bearer KEY', 'BEARER KEY', 'Bearer   KEY', '  Bearer KEY  '])(
    '%j is accepted',
    async (value) => {
      const { url } = await start();
      expect((await call(url, 'Host: localhost', `Authorization: ${value}`)).status).toBe(200);
    },
  );

  it.each([
    '',
    'KEY',
    'Bearer',
    'Bearer ',
    'BearerKEY',
    'Basic KEY',
    'Token KEY',
    'Bearer KEY KEY',
    'Bearer: KEY',
    '"Bearer KEY"',
  ])('%j is a missing key', async (value) => {
    const { url } = await start();
    const reply = await call(url, 'Host: localhost', `Authorization: ${value}`);
    expectRefusal(reply, 401, 'api_key_missing');
    expect(reply.headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it.each(['key', 'KEY1', 'KE', '__proto__', 'constructor', '\xff', 'a'.repeat(8000)])(
    'with %j is an unknown key',
    async (key) => {
      const { url } = await start();
      const reply = await call(url, 'Host: localhost', `Authorization: Bearer ${key}`);
      expectRefusal(reply, 401, 'api_key_invalid');
      expect(reply.headers).not.toHaveProperty('x-ratelimit-limit');
    },
  );

  it('can be missing', async () => {
    const { url } = await start();
    expect((await call(url, 'Host: localhost', 'api_key: KEY')).text).toBe(
      '{"message":"error","errors":[{"code":"api_key_missing","message":' +
        '"Missing API key; send the header \\"Authorization: Bearer YOUR-REST-API-KEY\\""}]}',
    );
  });
});

/** The reference's table of instance endpoints, and Braze's other spelling of the EU's. */
const HOSTS: [instance: InstanceName, host: string][] = [
  ['US-01', 'rest.iad-01.braze.com'],
  ['US-02', 'rest.iad-02.braze.com'],
  ['US-03', 'rest.iad-03.braze.com'],
  ['US-04', 'rest.iad-04.braze.com'],
  ['US-05', 'rest.iad-05.braze.com'],
  ['US-06', 'rest.iad-06.braze.com'],
  ['US-07', 'rest.iad-07.braze.com'],
  ['US-08', 'rest.iad-08.braze.com'],
  ['US-10', 'rest.iad-10.braze.com'],
  ['US-10', 'rest.us-10.braze.com'],
  ['EU-01', 'rest.fra-01.braze.com'],
  ['EU-01', 'rest.fra-01.braze.eu'],
  ['EU-02', 'rest.fra-02.braze.com'],
  ['EU-02', 'rest.fra-02.braze.eu'],
  ['AU-01', 'rest.ap-01.braze.com'],
  ['AU-01', 'rest.au-01.braze.com'],
  ['ID-01', 'rest.ap-02.braze.com'],
  ['ID-01', 'rest.id-01.braze.com'],
  ['JP-01', 'rest.jp-01.braze.com'],
];

describe('the instance', () => {
  it('is one of the thirteen in the reference, or JP-01', () => {
    expect(Object.keys(INSTANCES)).toEqual([...new Set(HOSTS.map(([instance]) => instance))]);
  });

  it.each(HOSTS)('%s is named by %s and no other host in the table', async (instance, host) => {
    const { url } = await start([{ ...STAGING, rateLimit: 'off', instance }]);
    for (const spelling of [host, `${host}:443`, host.toUpperCase(), `${host}.`]) {
      expect((await call(url, `Host: ${spelling}`, 'Authorization: Bearer KEY')).status).toBe(200);
    }
    const foreign = HOSTS.filter(([name]) => name !== instance).map(([, otherHost]) => otherHost);
    for (const [index, otherHost] of foreign.entries()) {
      const spelling = [otherHost, `${otherHost.toUpperCase()}:8080`, `${otherHost}.:`][index % 3];
      const reply = await call(url, `Host: ${spelling}`, 'Authorization: Bearer KEY');
      expectRefusal(reply, 401, 'api_key_invalid');
      expect(reply.headers).not.toHaveProperty('x-ratelimit-limit');
    }
  });

  it.each([
    'localhost',
    '127.0.0.1:27293',
    '[::1]:80',
    'braze-mock',
    'rest.iad-09.braze.com',
    'rest.us-02.braze.com',
    'iad-02.braze.com',
    '',
    'rest.iad-02.braze.com.example',
    'sdk.iad-02.braze.com',
    'rest.iad-02.braze.eu',
    'xrest.iad-02.braze.com',
  ])('is not named by the host %j', async (host) => {
    const { url } = await start();
    expect((await call(url, `Host: ${host}`, 'Authorization: Bearer KEY')).status).toBe(200);
  });

  it('is optional: without one, keys are valid at every host', async () => {
    const { instance: _, ...anywhere } = STAGING;
    const { url } = await start([anywhere]);
    expect((await call(url, 'Host: rest.fra-01.braze.eu', 'Authorization: Bearer KEY')).status).toBe(200);
  });

  it('is named by an absolute URL, as sent to a proxy, with any Host', async () => {
    const { url } = await start();
    const headers = ['Host: rest.iad-01.braze.com', 'Authorization: Bearer KEY', CLOSE];
    const foreign = await replyTo(url, { target: `http://user@rest.fra-01.braze.eu:80${PATH}`, headers });
    expectRefusal(foreign, 401, 'api_key_invalid');
    expect((await replyTo(url, { target: `http://rest.iad-01.braze.com${PATH}`, headers })).status).toBe(200);
  });
});

const LIMIT_HEADERS = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'retry-after'];

function limitHeaders({ headers }: TestReply): string[] {
  return LIMIT_HEADERS.map((name) => headers[name] ?? '-');
}

const FULL_IN_1S = String(NOON / 1000 + 1);

describe('the rate limit', () => {
  it.each([
    ['a success', 'KEY', PATH, 200, ['10', '9', FULL_IN_1S, '-']],
    ['bad parameters', 'KEY', '/segments/data_series', 400, ['10', '9', FULL_IN_1S, '-']],
    ['an unknown segment', 'KEY', PATH.replace('=a', '=b'), 404, ['10', '9', FULL_IN_1S, '-']],
    ['a segment without analytics', 'KEY', PATH.replace('=a', '=untracked'), 422, ['10', '9', FULL_IN_1S, '-']],
    ['a planned fault', 'KEY', PATH.replace('=a', '=faulty'), 503, ['10', '9', FULL_IN_1S, '-']],
    ['a key without the permission', 'NO-SERIES', PATH, 403, ['10', '10', String(NOON / 1000), '-']],
    ['an unknown key', 'NONE', PATH, 401, ['-', '-', '-', '-']],
    ['an unknown path', 'KEY', '/segments/none', 404, ['-', '-', '-', '-']],
    ['a query that cannot be decoded', 'KEY', '/segments/data_series?%', 400, ['-', '-', '-', '-']],
  ])('is reported, or not, with %s', async (_what, key, path, status, headers) => {
    const server = await start();
    const reply = await server.call(key, path);
    expect([reply.status, limitHeaders(reply)]).toEqual([status, headers]);
  });

  it('is reported in a 429 with the time of the next token', async () => {
    const slow = { ...STAGING, rateLimit: { capacity: 1, refillPerHour: 40 } };
    const server = await start([slow]);
    await server.call('KEY');
    server.clock.instant += 500;
    const reply = await server.call('KEY');
    expect([reply.status, limitHeaders(reply)]).toEqual([429, ['1', '0', String(NOON / 1000 + 90), '90']]);
    server.clock.instant = NOON + 90_000;
    expect((await server.call('KEY')).status).toBe(200);
  });

  it('is not reported when it is off', async () => {
    for (const [workspace, settings] of [
      [{ ...STAGING, rateLimit: 'off' }, {}],
      [WITHOUT_LIMIT, { rateLimit: 'off' }],
    ] as const) {
      const server = await start([workspace], settings);
      const replies = await Promise.all(['KEY', 'NO-SERIES'].map((key) => server.call(key)));
      expect(replies.map(limitHeaders)).toEqual([Array<string>(4).fill('-'), Array<string>(4).fill('-')]);
    }
  });

  it('is shared by the keys of a workspace, but not across workspaces', async () => {
    const server = await start([STAGING, PRODUCTION]);
    const remaining = async (key: string) => (await server.call(key)).headers['x-ratelimit-remaining'];
    expect(await remaining('KEY')).toBe('9');
    expect(await remaining('OTHER-KEY')).toBe('8');
    expect(await remaining('NO-SERIES')).toBe('8');
    expect(await remaining('PRODUCTION')).toBe('9');
    expect(await remaining('KEY')).toBe('7');
  });

  /** Asks on 64 connections at once, so often on each, and gives the statuses. */
  async function stampede(url: string, times: number): Promise<WireReply[]> {
    const ask = (key: string, ...more: string[]) =>
      bytesOf({ target: PATH, headers: ['Host: localhost', `Authorization: Bearer ${key}`, ...more] });
    const replies = Array.from({ length: 64 }, (_socket, index) => {
      const key = index % 2 === 0 ? 'KEY' : 'OTHER-KEY';
      return repliesTo(url, ask(key).repeat(times - 1) + ask(key, CLOSE));
    });
    return (await Promise.all(replies)).flat();
  }

  const admitted = (replies: WireReply[]) => replies.filter(({ status }) => status === 200);

  it('admits exactly its capacity on 64 connections with a frozen clock, three times out of three', async () => {
    const capacity = 100;
    const server = await start([{ ...STAGING, rateLimit: { capacity, refillPerHour: 3600 } }]);
    for (let round = 0; round < 3; round++) {
      const replies = await stampede(server.url, 4);
      expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
        ...Array<number>(capacity).fill(200),
        ...Array<number>(64 * 4 - capacity).fill(429),
      ]);
      const remaining = admitted(replies).map(({ headers }) => Number(headers['x-ratelimit-remaining']));
      expect(remaining.toSorted((a, b) => a - b)).toEqual(Array.from({ length: capacity }, (_one, index) => index));
      server.clock.instant += 2_000;
      expect(admitted(await stampede(server.url, 1))).toHaveLength(2);
      server.clock.instant += capacity * 1_000;
    }
  });

  it('admits no more than its capacity plus the refill with a running clock', async () => {
    const rateLimit = { capacity: 50, refillPerHour: 360_000 };
    const clock = { ...systemClock, started: systemClock.now() };
    const url = await serve(mockOf({}, [{ ...STAGING, rateLimit }], clock));
    const replies = [...(await stampede(url, 4)), ...(await stampede(url, 4))];
    const flowed = ((systemClock.now() - clock.started) / 3_600_000) * rateLimit.refillPerHour;
    const most = rateLimit.capacity + flowed;
    expect(admitted(replies).length).toBeGreaterThanOrEqual(rateLimit.capacity);
    expect(admitted(replies).length).toBeLessThanOrEqual(most);
  });
});

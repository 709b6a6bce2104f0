import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/core/checks/order.js';
import { handClock } from '../../support/clock.js';
import { API_KEY, bearer, startTestServer, type TestServer } from '../../support/server.js';
import { AUTHORIZATION, CLOSE, HOST, replyTo, type WireRequest } from '../../support/wire.js';
import type { EntryView } from '../../../src/core/journal/entry.js';

const START = '2024-01-31T12:00:00.000Z';
const GOOD = '/segments/data_series?segment_id=segment_1234&length=1';

async function entries({ control }: TestServer, path = '/workspaces/default/requests'): Promise<EntryView[]> {
  return ((await control('GET', path)).body as { requests: EntryView[] }).requests;
}

async function recorded(server: TestServer, request: WireRequest, path?: string): Promise<EntryView> {
  await replyTo(server.url, { headers: [HOST, AUTHORIZATION, CLOSE], ...request });
  const [entry, ...others] = await entries(server, path);
  expect(others).toEqual([]);
  return entry!;
}

it('records a request completely', async () => {
  const server = await startTestServer({ baseClock: handClock(START) });
  const headers = [HOST, AUTHORIZATION, 'X-Trace: abc', CLOSE];
  expect(await recorded(server, { target: `${GOOD}&length=2&x=%C3%A9`, headers })).toEqual({
    id: '1',
    at: START,
    method: 'GET',
    path: '/segments/data_series',
    query: { segment_id: 'segment_1234', length: ['1', '2'], x: 'é' },
    headers: { host: 'localhost', authorization: 'Bearer YOUR…', 'x-trace': 'abc', connection: 'close' },
    status: 400,
    outcome: 'parameter_repeated',
    durationMs: expect.any(Number) as number,
    warnings: [expect.stringContaining('"x" is not a parameter') as string],
    explain: expect.any(Array) as [],
  });
});

it.each<[string, WireRequest, number, string]>([
  ['a success', { target: GOOD }, 200, 'success'],
  ['a HEAD', { method: 'HEAD', target: GOOD }, 200, 'success'],
  ['a doubled slash', { target: `/${GOOD}` }, 200, 'success'],
  ['a whole URL', { target: `http://localhost${GOOD}` }, 200, 'success'],
  ['an unreadable query', { target: '/segments/data_series?%ff' }, 400, 'query_malformed'],
  ['an unreadable path', { target: '/segments/%ff' }, 400, 'query_malformed'],
  ['no Host', { target: GOOD, headers: [AUTHORIZATION, CLOSE] }, 400, 'http_malformed'],
  ['a URL too long', { target: `/${'a'.repeat(9000)}` }, 414, 'uri_too_long'],
  [
    'a body too large',
    { target: GOOD, headers: [HOST, AUTHORIZATION, 'Content-Length: 9999999', CLOSE] },
    413,
    'body_too_large',
  ],
  ['an unknown path', { target: '/nothing' }, 404, 'not_found'],
  ['a path like that of the control API', { target: '/__mockery' }, 404, 'not_found'],
  ['a wrong method', { method: 'POST', target: GOOD }, 405, 'method_not_allowed'],
  [
    'a foreign instance',
    { target: GOOD, headers: ['Host: rest.fra-01.braze.com', AUTHORIZATION, CLOSE] },
    401,
    'api_key_invalid',
  ],
  ['bad parameters', { target: '/segments/data_series' }, 400, 'segment_id_required'],
  ['an unknown segment', { target: '/segments/data_series?segment_id=x&length=1' }, 404, 'segment_not_found'],
  [
    'no analytics',
    { target: '/segments/data_series?segment_id=segment_without_analytics&length=1' },
    422,
    'analytics_not_enabled',
  ],
  ["a segment's own fault", { target: '/segments/data_series?segment_id=segment_timeout&length=1' }, 504, 'fault'],
])('records a request with %s under its workspace', async (_what, request, status, outcome) => {
  const server = await startTestServer();
  expect(await recorded(server, request)).toMatchObject({ status, outcome });
  expect(await entries(server, '/requests')).toEqual([]);
});

it.each<[string, string[], string]>([
  ['no key', [], 'api_key_missing'],
  ['an unknown key', ['Authorization: Bearer UNKNOWN-KEY-OF-OURS'], 'api_key_invalid'],
  ['another scheme', [`Authorization: Basic ${API_KEY}`], 'api_key_missing'],
])('records a request with %s as stray', async (_what, headers, outcome) => {
  const server = await startTestServer();
  const entry = await recorded(server, { target: GOOD, headers: [HOST, ...headers, CLOSE] }, '/requests');
  expect(entry).toMatchObject({ status: 401, outcome });
  expect(await entries(server)).toEqual([]);
});

it('records 403 and 429 under the workspace of the key', async () => {
  const server = await startTestServer({ rateLimit: 1 });
  await server.get(GOOD, bearer('KEY-WITHOUT-PERMISSIONS'));
  for (let count = 0; count < 2; count++) await server.get(GOOD);
  const outcomes = (await entries(server)).map(({ status, outcome }) => [status, outcome]);
  expect(outcomes).toEqual([
    [429, 'rate_limited'],
    [200, 'success'],
    [403, 'permission_denied'],
  ]);
});

it('records a status of null for a broken connection', async () => {
  const server = await startTestServer();
  await server.control('POST', '/workspaces/default/faults', { effect: { connection: 'EMPTY_RESPONSE' } });
  await expect(server.get(GOOD)).rejects.toThrow(TypeError);
  expect(await entries(server)).toMatchObject([{ status: null, outcome: 'fault' }]);
});

const BODY = `Content-Length: 5\r\n\r\nabc`;

const WAYS_TO_LEAVE = {
  'closing its connection': (socket: Socket) => void socket.destroy(),
  'resetting its connection': (socket: Socket) => void socket.resetAndDestroy(),
};

describe.each(Object.entries(WAYS_TO_LEAVE))('a client that leaves by %s', (_how, leave) => {
  it.each([
    ['before its request is whole', BODY, ['request'], 'readable; the connection ended without a reply'],
    [
      'while its reply is held back',
      '\r\n',
      CHECKS.map(({ name }) => name).filter((name) => name !== 'recorded'),
      '1 day served; the connection ended without a reply',
    ],
  ])('%s has an entry that says how far its request got', async (_when, rest, checks, decided) => {
    const server = await startTestServer();
    const delay = { kind: 'fixed', ms: 60_000 };
    await server.control('POST', '/workspaces/default/faults', { effect: { delay } });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`GET ${GOOD} HTTP/1.1\r\n${HOST}\r\n${AUTHORIZATION}\r\n${rest}`);
    // A call of our own is answered after the other was read.
    await server.control('GET', '/health');
    leave(socket);
    await expect.poll(() => entries(server)).toMatchObject([{ status: null, outcome: 'unanswered' }]);
    const [{ explain } = { explain: [] }] = await entries(server);
    expect(explain.map(({ check }) => check)).toEqual(checks);
    expect(explain.at(-1)?.decided).toBe(decided);
  });
});

it('does not record control API requests', async () => {
  const server = await startTestServer();
  for (const path of ['/health', '/nothing', '/version']) await server.control('GET', path);
  expect([await entries(server), await entries(server, '/requests')]).toEqual([[], []]);
});

it('measures durations in real time, even with a frozen clock', async () => {
  const server = await startTestServer({ clock: START });
  await server.control('POST', '/workspaces/default/faults', { effect: { delay: { kind: 'fixed', ms: 40 } } });
  await server.get(GOOD);
  const [entry] = await entries(server);
  expect(entry).toMatchObject({ at: START, status: 200, outcome: 'success' });
  expect(entry!.durationMs).toBeGreaterThanOrEqual(39);
});

it.each([
  ['Authorization: Bearer SECRET-OF-LENGTH', 'authorization', 'Bearer SECR…'],
  ['Authorization: bearer  SECRET', 'authorization', 'bearer  …'],
  ['Authorization: Bearer SECRET-OF-LENGTH and more', 'authorization', 'Bearer SECR…'],
  ['Authorization: SECRET-OF-LENGTH', 'authorization', 'SECR…'],
  ['Authorization: SECRET-OF-LENGTH trailing', 'authorization', 'SECR…'],
  ['Authorization: Basic SECRET-OF-LENGTH', 'authorization', 'Basic SECR…'],
  ['Proxy-Authorization: Basic SECRET-OF-LENGTH', 'proxy-authorization', 'Basic SECR…'],
  ['X-Api-Key: SECRET-OF-LENGTH', 'x-api-key', 'SECR…'],
  ['Cookie: a=SECRET-OF-LENGTH; b=SECRET-OF-LENGTH', 'cookie', 'a=SE…'],
])('redacts %s', async (line, name, shown) => {
  const server = await startTestServer();
  const entry = await recorded(server, { target: GOOD, headers: [HOST, line, CLOSE] }, '/requests');
  expect(entry.headers[name]).toBe(shown);
  expect(JSON.stringify(entry)).not.toContain('SECRET');
});

it.each([
  [3, ['5', '4', '3']],
  [0, []],
])('keeps as many entries as --journal-size %i', async (journalSize, ids) => {
  const server = await startTestServer({ journalSize });
  for (let count = 0; count < 5; count++) {
    await server.get(GOOD);
    await server.get(GOOD, {});
  }
  for (const path of ['/workspaces/default/requests', '/requests']) {
    expect((await entries(server, path)).map(({ id }) => id)).toEqual(ids);
  }
});

it("keeps as many entries as the workspace's journalSize", async () => {
  const server = await startTestServer({
    workspaces: [{ name: 'default', journalSize: 1, apiKeys: [{ key: API_KEY }] }],
  });
  for (let count = 0; count < 3; count++) await server.get(GOOD);
  expect((await entries(server)).map(({ id }) => id)).toEqual(['3']);
});

it("keeps each request's own data although entries are reused and headers shared", async () => {
  const baseClock = handClock(START);
  const [small, large] = [
    await startTestServer({ baseClock, journalSize: 2 }),
    await startTestServer({ baseClock, journalSize: 100 }),
  ];
  const traced = (...traces: string[]) => [HOST, AUTHORIZATION, CLOSE, ...traces.map((trace) => `X-Trace: ${trace}`)];
  const requests: [WireRequest, host: string, trace?: string][] = [
    [{ target: GOOD }, 'localhost'],
    [{ target: GOOD }, 'localhost'],
    [{ target: `${GOOD}&x=1`, headers: traced('a', 'b') }, 'localhost', 'a, b'],
    [{ target: `${GOOD}&x=1`, headers: traced('b', 'a') }, 'localhost', 'b, a'],
    [{ target: GOOD, method: 'POST' }, 'localhost'],
    [{ target: `http://rest.iad-01.braze.com${GOOD}` }, 'rest.iad-01.braze.com'],
    [{ target: GOOD }, 'localhost'],
    [{ target: `http://elsewhere${GOOD}` }, 'elsewhere'],
    [{ target: '/segments/data_series?segment_id=nobody&length=101', headers: traced('c') }, 'localhost', 'c'],
    [{ target: GOOD, headers: [...traced('d'), 'Prefer: code=503'] }, 'localhost', 'd'],
    [{ target: '/campaigns/list' }, 'localhost'],
    [{ target: GOOD, headers: traced('e') }, 'localhost', 'e'],
  ];
  for (const [request, host, trace] of requests) {
    const [kept, expected] = await Promise.all(
      [small, large].map(async (server) => {
        await replyTo(server.url, { headers: [HOST, AUTHORIZATION, CLOSE], ...request });
        return (await entries(server)).slice(0, 2).map((entry) => ({ ...entry, durationMs: 0 }));
      }),
    );
    expect(kept).toEqual(expected);
    expect([kept?.[0]?.headers['host'], kept?.[0]?.headers['x-trace']]).toEqual([host, trace]);
  }
});

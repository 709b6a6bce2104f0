import { describe, expect, it, test } from 'vitest';
import type { Effect, FaultPlan } from '../../../src/core/faults/fault.js';
import type { Mock } from '../../../src/core/mock.js';
import { preferredCode } from '../../../src/core/faults/prefer.js';
import { type Settings } from '../../../src/start/settings.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { exchangeBytes } from '../../support/raw.js';
import { bytesOf, CLOSE, expectRefusal, HOST, JSON_TYPE, replyTo, serve, type WireReply } from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';

const NOW = '2024-01-31T12:00:00Z';
const NOW_MS = Date.parse(NOW);
const RESET = String(Date.parse(NOW) / 1000 + 36);
const HEADERS = [HOST, 'Authorization: Bearer KEY', CLOSE];

/** A mock that stands at noon, with room for a hundred requests an hour, and these faults planned. */
function mockWith(
  faults: FaultPlan[],
  settings: Partial<Settings> = {},
  workspace: Partial<WorkspaceFixture> = {},
): Mock {
  const fixture: WorkspaceFixture = {
    name: 'w',
    rateLimit: { capacity: 100, refillPerHour: 100 },
    apiKeys: [{ key: 'KEY' }, { key: 'NO-PERMISSIONS', permissions: [] }],
    segments: [
      { id: 'a', size: 500_000 },
      { id: 'off', analyticsTrackingEnabled: false },
    ],
    faults,
    ...workspace,
  };
  return mockOf({ clock: NOW, ...settings }, [fixture]);
}

const bytes = (query = '?segment_id=a&length=3', headers: string[] = []) =>
  bytesOf({ target: `/segments/data_series${query}`, headers: [...HEADERS, ...headers] });

async function ask(effect: Effect, query?: string): Promise<WireReply> {
  return replyTo(await serve(mockWith([{ effect }])), bytes(query));
}

function faultsOf(mock: Mock) {
  return mock.workspaces.default?.faults.list().map(({ matched, strikes }) => ({ matched, strikes }));
}

/** The headers of a reply but those that HTTP itself adds. */
function ownHeaders({ headers }: WireReply): Record<string, string> {
  const { date: _date, connection: _connection, ...own } = headers;
  return own;
}

const LIMIT = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99', 'x-ratelimit-reset': RESET };

describe('a planned status', () => {
  it.each<[status: number, code: string, message?: string]>([
    [400, 'bad_request'],
    [404, 'segment_not_found', "Segment with ID 'a' not found"],
    [405, 'method_not_allowed'],
    [408, 'request_timeout'],
    [413, 'body_too_large'],
    [418, 'i_m_a_teapot'],
    [422, 'analytics_not_enabled', 'Analytics tracking is not enabled for this segment'],
    [431, 'headers_too_large'],
    [500, 'internal_server_error'],
    [502, 'bad_gateway'],
    [503, 'service_unavailable'],
    [504, 'gateway_timeout'],
    [599, 'status_599'],
  ])('%i has a complete body, as %s, and the rate-limit headers', async (status, code, message) => {
    const reply = await ask({ status });
    expectRefusal(reply, status, code);
    expect(ownHeaders(reply)).toEqual({
      ...LIMIT,
      'content-type': JSON_TYPE,
      'content-length': String(reply.text.length),
    });
    if (message !== undefined) expect(reply.text).toContain(JSON.stringify(message));
  });

  it('401 is that of an unknown key: it has no rate-limit headers and takes no token', async () => {
    const mock = mockWith([{ trigger: { times: 2 }, effect: { status: 401 } }]);
    const url = await serve(mock);
    const reply = await replyTo(url, bytes());
    expectRefusal(reply, 401, 'api_key_invalid');
    const natural = await replyTo(
      url,
      bytesOf({ target: '/segments/list', headers: [HOST, 'Authorization: Bearer X', CLOSE] }),
    );
    expect(ownHeaders(reply)).toEqual(ownHeaders(natural));
    expect(reply.text).toBe(natural.text);
    expect(mock.workspaces.default?.limiter.state(NOW_MS)).toMatchObject({ remaining: 100 });
    const [entry] = mock.workspaces.default?.journal.list() ?? [];
    expect(entry?.strike?.id).toBe('fault-1');
  });

  it('403 is that of a missing permission: it has the rate-limit headers and takes no token', async () => {
    const mock = mockWith([{ effect: { status: 403 } }]);
    const url = await serve(mock);
    const reply = await replyTo(url, bytes());
    expectRefusal(reply, 403, 'permission_denied');
    const natural = await replyTo(
      url,
      bytesOf({ target: '/segments/data_series', headers: [HOST, 'Authorization: Bearer NO-PERMISSIONS', CLOSE] }),
    );
    expect(ownHeaders(reply)).toEqual(ownHeaders(natural));
    expect(reply.text).toBe(natural.text);
    expect(mock.workspaces.default?.limiter.state(NOW_MS)).toMatchObject({ remaining: 100 });
  });

  it('429 has retry-after', async () => {
    const reply = await ask({ status: 429 });
    expectRefusal(reply, 429, 'rate_limited');
    expect(reply.headers).toMatchObject({ ...LIMIT, 'retry-after': expect.stringMatching(/^[1-9]\d*$/) as string });
  });

  it('has its planned headers, which override the defaults', async () => {
    const headers = { 'Retry-After': '7', 'x-edge': 'a, b', 'content-type': 'text/plain; charset=utf-8' };
    const reply = await ask({ status: 429, headers });
    expect(reply.headers).toMatchObject({
      'retry-after': '7',
      'x-edge': 'a, b',
      'content-type': headers['content-type'],
    });
  });

  it.each([502, 503, 504])('%i can have the HTML page of a proxy', async (status) => {
    const reply = await ask({ status, body: 'html', headers: { server: 'edge' } });
    expect(reply).toMatchObject({ status, text: expect.stringMatching(/^<html>.*<\/html>\s*$/s) as string });
    expect(ownHeaders(reply)).toEqual({
      ...LIMIT,
      server: 'edge',
      'content-type': 'text/html',
      'content-length': String(reply.text.length),
    });
  });

  it('answers HEAD without a body', async () => {
    const url = await serve(mockWith([{ effect: { status: 503, body: 'html' } }]));
    const request = bytes().replace(/^GET/, 'HEAD');
    const [head = '', body] = (await exchangeBytes(url, request)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 503 .*content-type: text\/html/s);
    expect(body).toBe('');
  });
});

describe('in the order of checks', () => {
  it('faults come before the parameter checks', async () => {
    expectRefusal(await ask({ status: 503 }, '?length=0'), 503, 'service_unavailable');
  });

  it.each([
    ['no key', [HOST, CLOSE], 401],
    ['an unknown key', [HOST, 'Authorization: Bearer X', CLOSE], 401],
    ['a key without the permission', [HOST, 'Authorization: Bearer NO-PERMISSIONS', CLOSE], 403],
  ])('a request with %s is rejected before faults', async (_what, headers, status) => {
    const mock = mockWith([{ effect: { status: 503 } }]);
    const url = await serve(mock);
    expect((await replyTo(url, bytesOf({ headers: [...headers, 'Prefer: code=500'] }))).status).toBe(status);
    expect(faultsOf(mock)).toEqual([{ matched: 0, strikes: 0 }]);
  });

  it('a fault triggers after the token is taken, and never without one', async () => {
    const mock = mockWith([{ effect: { status: 503 } }], {}, { rateLimit: { capacity: 2, refillPerHour: 1 } });
    const url = await serve(mock);
    const replies = [];
    for (let count = 0; count < 3; count++) replies.push(await replyTo(url, bytes()));
    expect(replies.map(({ status, headers }) => [status, headers['x-ratelimit-remaining']])).toEqual([
      [503, '1'],
      [503, '0'],
      [429, '0'],
    ]);
    expect(faultsOf(mock)).toEqual([{ matched: 2, strikes: 2 }]);
  });

  it('a trigger ignores doubled and trailing slashes in the path', async () => {
    const url = await serve(mockWith([{ trigger: { path: '/segments/data_series' }, effect: { status: 503 } }]));
    const request = bytesOf({ target: '//segments//data_series/?segment_id=a&length=1', headers: HEADERS });
    expect((await replyTo(url, request)).status).toBe(503);
  });

  it('a trigger uses the first of repeated segment_ids', async () => {
    const url = await serve(mockWith([{ trigger: { segmentId: 'a' }, effect: { status: 503 } }]));
    expect((await replyTo(url, bytes('?segment_id=a&segment_id=b'))).status).toBe(503);
    expect((await replyTo(url, bytes('?segment_id=b&segment_id=a'))).status).toBe(400);
  });

  it("planned faults come before a segment's own fault", async () => {
    const segments = [{ id: 'a', fault: { status: 500 } }];
    const url = await serve(mockWith([{ trigger: { times: 1 }, effect: { status: 503 } }], {}, { segments }));
    expect((await replyTo(url, bytes())).status).toBe(503);
    expect((await replyTo(url, bytes())).status).toBe(500);
  });
});

describe('Prefer: code=…', () => {
  test.each<[header: string, code: number | undefined]>([
    ['code=404', 404],
    ['code="404"', 404],
    ['Code = 404', 404],
    ['dynamic=true, code=503', 503],
    ['respond-async; wait=5, code=503; x=y', 503],
    ['code=404, code=500', 404],
    ['example=cat code=404', 404],
    ['code=4040', undefined],
    ['code=40', undefined],
    ['code=abc', undefined],
    ['barcode=404', undefined],
    ['code', undefined],
    ['', undefined],
  ])('%j forces %j', (header, code) => {
    expect(preferredCode(header)).toBe(code);
  });

  it.each<[code: number, error: string]>([
    [400, 'bad_request'],
    [401, 'api_key_invalid'],
    [403, 'permission_denied'],
    [404, 'segment_not_found'],
    [422, 'analytics_not_enabled'],
    [429, 'rate_limited'],
    [500, 'internal_server_error'],
    [502, 'bad_gateway'],
    [503, 'service_unavailable'],
    [504, 'gateway_timeout'],
  ])('%i is forced once, with preference-applied', async (code, error) => {
    const url = await serve(mockWith([]));
    const reply = await replyTo(url, bytes(undefined, [`Prefer: code=${code}`]));
    expectRefusal(reply, code, error);
    expect(reply.headers).toMatchObject({ ...LIMIT, 'preference-applied': `code=${code}` });
    const next = await replyTo(url, bytes());
    expect([next.status, next.headers['preference-applied']]).toEqual([200, undefined]);
  });

  it('overrides planned faults, which neither trigger nor count', async () => {
    const mock = mockWith([{ trigger: { times: 1 }, effect: { status: 503 } }]);
    const url = await serve(mock);
    expect((await replyTo(url, bytes('?length=0', ['Prefer: code=404']))).status).toBe(404);
    expect(faultsOf(mock)).toEqual([{ matched: 0, strikes: 0 }]);
    expect((await replyTo(url, bytes())).status).toBe(503);
  });

  it('200 suppresses planned faults', async () => {
    const mock = mockWith([{ effect: { status: 503 } }]);
    const reply = await replyTo(await serve(mock), bytes(undefined, ['Prefer: code=200']));
    expect([reply.status, reply.headers['preference-applied']]).toEqual([200, 'code=200']);
    expect(faultsOf(mock)).toEqual([{ matched: 0, strikes: 0 }]);
  });

  it.each(['code=302', 'code=418', 'respond-async'])('%s is ignored', async (prefer) => {
    const reply = await replyTo(await serve(mockWith([])), bytes(undefined, [`Prefer: ${prefer}`]));
    expect([reply.status, reply.headers['preference-applied']]).toEqual([200, undefined]);
  });

  it('is ignored when the setting is off', async () => {
    const url = await serve(mockWith([], { prefer: false }));
    const reply = await replyTo(url, bytes(undefined, ['Prefer: code=404']));
    expect([reply.status, reply.headers['preference-applied']]).toEqual([200, undefined]);
  });
});

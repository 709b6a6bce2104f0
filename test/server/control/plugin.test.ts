import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/server/transport/limits.js';
import { VERSION } from '../../../src/start/package.js';
import { call, openTestServer, type TestServer } from '../../support/server.js';
import { CLOSE, expectRefusal, HOST, replyTo } from '../../support/wire.js';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ clock: '2024-01-31T12:00:00Z', seed: 'steered' });
  return () => server.stop();
});

const W = '/workspaces/default';

describe('the control API about itself', () => {
  it.each([
    ['/health', { status: 'ok' }],
    ['/ready', { status: 'ready' }],
    ['/version', { version: VERSION, profile: 'documented', seed: 'steered' }],
  ])('GET %s returns %j', async (path, body) => {
    expect(await server.control('GET', path)).toMatchObject({ status: 200, body });
  });

  it('sends no CORS headers, not even to a preflight request', async () => {
    const origin = { origin: server.url, 'access-control-request-method': 'PUT' };
    for (const reply of [
      await server.control('GET', '/workspaces', undefined, origin),
      await server.control('OPTIONS', '/workspaces', undefined, origin),
    ]) {
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a method that a control path does not allow', () => {
  it.each([
    ['DELETE', '/workspaces', 'GET, HEAD, POST'],
    ['PATCH', W, 'GET, HEAD, PUT, DELETE'],
    ['GET', `${W}/reset`, 'POST'],
    ['GET', '/reset', 'POST'],
    ['GET', `${W}/api-keys`, 'POST'],
    ['POST', `${W}/segments`, 'GET, HEAD'],
    ['POST', `${W}/segments/segment_1234`, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['PUT', `${W}/segments/segment_1234/series`, 'GET, HEAD'],
    ['POST', `${W}/clock`, 'GET, HEAD, PUT, DELETE'],
    ['GET', `${W}/clock/advance`, 'POST'],
    ['DELETE', `${W}/rate-limit`, 'GET, HEAD, PUT'],
    ['PUT', `${W}/faults`, 'GET, HEAD, POST, DELETE'],
    ['PUT', `${W}/faults/fault-1`, 'GET, HEAD, DELETE'],
    ['POST', `${W}/requests`, 'GET, HEAD, DELETE'],
    ['DELETE', `${W}/requests/1`, 'GET, HEAD'],
    ['DELETE', `${W}/requests/stream`, 'GET, HEAD'],
    ['POST', '/requests', 'GET, HEAD, DELETE'],
    ['POST', '/requests/stream', 'GET, HEAD'],
    ['POST', '/requests/count', 'GET, HEAD'],
    ['DELETE', `${W}/requests/count`, 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/version', 'GET, HEAD'],
  ])('%s %s is a 405 with Allow: %s', async (method, path, allow) => {
    const { status, headers, text } = await server.control(method, path);
    expect([status, (headers['allow'] ?? '').split(', ').toSorted()]).toEqual([405, allow.split(', ').toSorted()]);
    expect(text).toContain(`/__mock${path} does not answer ${method}; use ${headers['allow'] ?? ''}"`);
  });
});

it.each([
  [`${W}/clocks`, `${W}/clock`],
  [`${W}/request`, `${W}/requests`],
  [`${W}/Faults`, `${W}/faults`],
  [`${W}/ratelimit`, `${W}/rate-limit`],
  [`${W}/request/7`, `${W}/requests/7`],
  [`${W}/clock/advanced`, `${W}/clock/advance`],
  ['/workspace', '/workspaces'],
  ['/workspace/default', '/workspaces/default'],
  ['/helth', '/health'],
  ['/rest', '/reset'],
])('%s is a 404 that asks: did you mean %s?', async (path, meant) => {
  const reply = await server.control('GET', path);
  expectRefusal(reply, 404, 'not_found');
  expect(reply.text).toContain(`unknown path /__mock${path}; did you mean /__mock${meant}?`);
});

it.each(['/nothing', `${W}/nothing`, '/a/b/c/d/e/f', `/${'x'.repeat(3000)}`])(
  '%s is a 404 that points to the docs',
  async (path) => {
    expect((await server.control('GET', path)).text).toContain('docs/control-api.md lists the control API');
  },
);

it.each([
  ['PUT', '/', 405, 'method_not_allowed'],
  ['GET', '/nothing', 404, 'not_found'],
  ['GET', `${W}/nothing`, 404, 'not_found'],
  ['GET', '/workspaces/nobody', 404, 'workspace_not_found'],
  ['DELETE', '/workspaces/nobody', 404, 'workspace_not_found'],
  ['POST', '/workspaces/nobody/reset', 404, 'workspace_not_found'],
  ['GET', '/workspaces/nobody/clock', 404, 'workspace_not_found'],
  ['GET', '/workspaces/nobody/rate-limit', 404, 'workspace_not_found'],
  ['GET', '/workspaces/nobody/segments', 404, 'workspace_not_found'],
  ['GET', '/workspaces/nobody/faults', 404, 'workspace_not_found'],
  ['GET', '/workspaces/nobody/requests', 404, 'workspace_not_found'],
  ['GET', '/workspaces/nobody/requests/stream', 404, 'workspace_not_found'],
  ['GET', `${W}/segments/nothing`, 404, 'segment_not_found'],
  ['DELETE', `${W}/segments/nothing`, 404, 'segment_not_found'],
  ['GET', `${W}/segments/nothing/series`, 404, 'segment_not_found'],
  ['GET', `${W}/faults/nothing`, 404, 'fault_not_found'],
  ['DELETE', `${W}/faults/nothing`, 404, 'fault_not_found'],
  ['GET', `${W}/requests/nothing`, 404, 'request_not_found'],
  ['GET', '/requests/nothing', 404, 'request_not_found'],
] as const)('%s %s is a %i %s', async (method, path, status, code) => {
  expectRefusal(await server.control(method, path), status, code);
});

describe('HTTP errors on any path', () => {
  it.each([
    ['an undecodable query', { target: '/__mock/workspaces?%ff' }, 400, 'query_malformed'],
    ['an undecodable query of the health', { target: '/__mock/health?%ff' }, 400, 'query_malformed'],
    ['an undecodable path', { target: '/__mock/workspaces/%ff' }, 400, 'query_malformed'],
    ['no Host', { target: '/__mock/workspaces', headers: [CLOSE] }, 400, 'http_malformed'],
    ['a URL too long', { target: `/__mock/workspaces/${'a'.repeat(LIMITS.url)}` }, 414, 'uri_too_long'],
    [
      'a body too large for a GET',
      { target: '/__mock/workspaces', headers: [HOST, `Content-Length: ${LIMITS.body + 1}`, CLOSE] },
      413,
      'body_too_large',
    ],
  ] as const)('%s', async (_what, request, status, code) => {
    expectRefusal(await replyTo(server.url, { headers: [HOST, CLOSE], ...request }), status, code);
  });
});

describe('a body', () => {
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    call(`${server.url}/__mock${W}/clock/advance`, { method: 'POST', headers, body: body as string });

  it.each([
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['application/x-www-form-urlencoded'],
    ['text/plain'],
  ])('is parsed as JSON with the content type %j', async (type) => {
    expect(await post('{"by":"PT1H"}', { 'content-type': type })).toMatchObject({ status: 200 });
  });

  it.each(['{', '{by:1}', 'by=PT1H', '\u0000', '{"by":"PT1H"}}'])('that is not JSON is rejected: %j', async (body) => {
    expectRefusal(await post(body), 400, 'body_malformed');
  });

  it('with an invalid content type is rejected', async () => {
    expectRefusal(await post('{"by":"PT1H"}', { 'content-type': 'json' }), 400, 'body_malformed');
  });

  it('that is too large is a 413, with or without Content-Length', async () => {
    const before = await server.control('GET', `${W}/clock`);
    const large = JSON.stringify({ by: 'P'.repeat(LIMITS.body) });
    const refused = await post(large);
    expectRefusal(refused, 413, 'body_too_large');
    expect(refused.text).toContain('load the data from a file with --fixtures');
    const chunked = [HOST, 'Transfer-Encoding: chunked', CLOSE];
    const body = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;
    const request = { method: 'POST', target: `/__mock${W}/clock/advance`, headers: chunked, body };
    const streamed = await replyTo(server.url, request);
    expectRefusal(streamed, 413, 'body_too_large');
    expect(streamed.text).toContain('--fixtures');
    expect((await server.control('GET', `${W}/clock`)).body).toEqual(before.body);
  });
});

describe('rejected requests change nothing', () => {
  const ADVANCE = `${W}/clock/advance`;
  const LIMIT = `${W}/rate-limit`;
  const KEYS = `${W}/api-keys`;
  const SEGMENT = `${W}/segments/segment_1234`;
  const EMPTY = undefined;

  it.each<[string, string, unknown, string[]]>([
    ['POST', '/workspaces', [], ['$']],
    ['POST', '/workspaces', null, ['$']],
    ['POST', '/workspaces', 'default', ['$']],
    ['POST', '/workspaces', { name: 'a b' }, ['$.name']],
    ['POST', '/workspaces', { name: '' }, ['$.name']],
    ['POST', '/workspaces', { from: 7, nmae: 'x', instance: 'US-99' }, ['$.nmae', '$.instance', '$.from']],
    ['POST', '/workspaces', { rateLimit: { capacity: 0 } }, ['$.rateLimit.capacity']],
    ['POST', '/workspaces', { clock: { scale: 0 } }, ['$.clock.scale']],
    ['POST', '/workspaces', { clock: { frozen: true, scale: 60 } }, ['$.clock.scale']],
    ['POST', '/workspaces', { segments: [{ id: 'a' }, { id: 'a' }] }, ['$.segments[1].id']],
    [
      'POST',
      '/workspaces',
      { segments: [{ id: 'a', points: { '2023-02-30': 1 } }] },
      ['$.segments[0].points["2023-02-30"]'],
    ],
    ['POST', '/workspaces', { faults: [{ effect: {} }] }, ['$.faults[0].effect']],
    ['POST', '/workspaces', { apiKeys: [{ key: 'k' }, { key: 'k' }] }, ['$.apiKeys[1].key']],
    ['POST', '/workspaces', { processingDelay: 'P1M', retentionDays: -1 }, ['$.retentionDays', '$.processingDelay']],
    ['POST', KEYS, null, ['$']],
    ['POST', KEYS, { key: 'a b', permissions: ['all'], name: 'x' }, ['$.name', '$.key', '$.permissions[0]']],
    ['PUT', SEGMENT, EMPTY, ['$']],
    ['PUT', SEGMENT, { id: 'another' }, ['$.id']],
    [
      'PUT',
      SEGMENT,
      { size: -1, typ: 'static', points: { '2024-02-28': 1.5 } },
      ['$.typ', '$.size', '$.points["2024-02-28"]'],
    ],
    ['PUT', SEGMENT, { points: { '2023-02-29': 1 } }, ['$.points["2023-02-29"]']],
    ['PUT', SEGMENT, { definitionChanges: [{ on: '2020-01-01', size: 1 }] }, ['$.definitionChanges[0].on']],
    ['PUT', SEGMENT, { fault: { status: 500, truncate: 0.5 } }, ['$.fault']],
    ['PUT', `${W}/segments/${'a'.repeat(257)}`, {}, ['$.id']],
    ['PATCH', SEGMENT, EMPTY, ['$']],
    ['PATCH', SEGMENT, { id: 'another', name: 'New' }, ['$.id']],
    [
      'PATCH',
      SEGMENT,
      { size: -1, typ: null, points: { '2024-02-28': 1.5 } },
      ['$.typ', '$.size', '$.points["2024-02-28"]'],
    ],
    ['PATCH', SEGMENT, { name: 'New', points: { '2023-02-29': null } }, ['$.points["2023-02-29"]']],
    ['PATCH', SEGMENT, { weekly: { amplitude: 0.1 } }, ['$.weekly.peak']],
    ['PUT', `${W}/clock`, EMPTY, ['$']],
    ['PUT', `${W}/clock`, { scale: 0 }, ['$.scale']],
    ['PUT', `${W}/clock`, { scale: -1 }, ['$.scale']],
    ['PUT', `${W}/clock`, { scale: 1e7 }, ['$.scale']],
    ['PUT', `${W}/clock`, { scale: 1e-9 }, ['$.scale']],
    ['PUT', `${W}/clock`, { frozen: true, scale: 2 }, ['$.scale']],
    ['PUT', `${W}/clock`, { now: '2023-02-30', frozen: 'yes', sped: 1 }, ['$.sped', '$.now', '$.frozen']],
    ['PUT', `${W}/clock`, { now: 1_704_067_200_000 }, ['$.now']],
    ['POST', ADVANCE, EMPTY, ['$']],
    ['POST', ADVANCE, {}, ['$.by']],
    ['POST', ADVANCE, { by: '1h' }, ['$.by']],
    ['POST', ADVANCE, { by: '-PT1H' }, ['$.by']],
    ['POST', ADVANCE, { by: 3600, to: 'noon' }, ['$.to', '$.by']],
    ['PUT', LIMIT, EMPTY, ['$']],
    ['PUT', LIMIT, {}, ['$']],
    ['PUT', LIMIT, 'on', ['$']],
    ['PUT', LIMIT, 5, ['$']],
    [
      'PUT',
      LIMIT,
      { capacity: 0, refillPerHour: 1.5, remaining: -1 },
      ['$.capacity', '$.refillPerHour', '$.remaining'],
    ],
    ['PUT', LIMIT, { remaining: 250_001 }, ['$.remaining']],
    ['PUT', LIMIT, { capacity: 3, remaining: 4 }, ['$.remaining']],
    ['PUT', LIMIT, { capacity: 3, burst: 4 }, ['$.burst']],
    ['POST', `${W}/faults`, EMPTY, ['$']],
    [
      'POST',
      `${W}/faults`,
      { trigger: { probability: 2 }, effect: { status: 200 } },
      ['$.trigger.probability', '$.effect.status'],
    ],
  ])('%s %s %j', async (method, path, body, paths) => {
    const before = await stateOf(server);
    const reply = await server.control(method, path, body);
    const { errors } = reply.body as { errors: { code: string; message: string }[] };
    expectRefusal(reply, 400, ...paths.map(() => 'body_invalid'));
    expect(new Set(errors.map(({ message }) => message.split(': found ')[0]))).toEqual(new Set(paths));
    expect(errors.map(({ message }) => message)).toEqual(
      paths.map(() => expect.stringContaining(', expected ') as string),
    );
    expect(await stateOf(server)).toEqual(before);
  });

  it.each([
    [`${W}/requests?limit=many&outcom=success&since=then&status=ok`, ['$.outcom', '$.status', '$.since', '$.limit']],
    ['/requests?limit=-1', ['$.limit']],
    ['/requests?limit=1&limit=2', ['$.limit']],
    [
      `${W}/segments/segment_1234/series?from=2023-02-30&to=now&format=xml&day=1`,
      ['$.day', '$.from', '$.to', '$.format'],
    ],
    [`${W}/segments/segment_1234/series?from=2024-01-02&to=2024-01-01`, ['$.from']],
    [`${W}/segments/segment_1234/series?from=1900-01-01&to=2024-01-01`, ['$.from']],
  ])('GET %s', async (path, paths) => {
    const reply = await server.control('GET', path);
    const { errors } = reply.body as { errors: { message: string }[] };
    expectRefusal(reply, 400, ...paths.map(() => 'query_invalid'));
    expect(new Set(errors.map(({ message }) => message.split(': found ')[0]))).toEqual(new Set(paths));
  });
});

/** All that the control API shows of the server. */
async function stateOf({ control }: TestServer): Promise<unknown> {
  const { workspaces } = (await control('GET', '/workspaces')).body as { workspaces: { name: string }[] };
  const parts = ['segments', 'clock', 'rate-limit', 'faults', 'requests'];
  const shown = workspaces.flatMap(({ name }) => parts.map((part) => control('GET', `/workspaces/${name}/${part}`)));
  return { workspaces, parts: (await Promise.all(shown)).map(({ body }) => body) };
}

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/server/transport/limits.js';
import { BUILT_IN } from '../../../src/fixtures/built-in.js';
import {
  AUTHORIZATION,
  bytesOf,
  CLOSE,
  expectRefusal,
  HOST,
  JSON_TYPE,
  repliesTo,
  replyTo,
  serve,
  serveForAll,
  type WireReply,
  type WireRequest,
} from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';
import { exchangeBytes } from '../../support/raw.js';

/** Shared: it only answers. */
const server = serveForAll(mockOf({}, BUILT_IN));
const DEFAULT_HEADERS = [HOST, AUTHORIZATION, CLOSE];
const PATH = '/segments/data_series?segment_id=segment_1234&length=1';

function withHeader(...lines: string[]): WireRequest {
  return { headers: [...DEFAULT_HEADERS, ...lines] };
}

const CHUNKED = 'Transfer-Encoding: chunked';

const REFUSED: [what: string, request: WireRequest | string, status: number, code: string][] = [
  ['a line of garbage', 'blah\r\n\r\n', 400, 'http_malformed'],
  ['the start of a TLS handshake', '\x16\x03\x01\x00\xf0\x01\x00\x00\xec\x03\x03', 400, 'http_malformed'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'http_malformed'],
  ['half the preface of HTTP/2', 'PRI *\r\n\r\n', 400, 'http_malformed'],
  ['a request without a version', `GET ${PATH}\r\n\r\n`, 400, 'http_malformed'],
  ['an unknown version', { version: '1.2' }, 400, 'http_malformed'],
  ['HTTP/1.1 without a Host', { headers: [AUTHORIZATION, CLOSE] }, 400, 'http_malformed'],
  [
    'a whole URL without a Host',
    { target: `http://localhost${PATH}`, headers: [AUTHORIZATION, CLOSE] },
    400,
    'http_malformed',
  ],
  ['two Hosts', withHeader('host: rest.iad-01.braze.com'), 400, 'http_malformed'],
  ['lone line feeds', bytesOf({}).replaceAll('\r\n', '\n'), 400, 'http_malformed'],
  ['lone carriage returns', bytesOf({}).replaceAll('\r\n', '\r'), 400, 'http_malformed'],
  ['a carriage return in a header', withHeader('X-A: a\rb'), 400, 'http_malformed'],
  ['a NUL in a header', withHeader('X-A: a\0b'), 400, 'http_malformed'],
  ['a folded header', withHeader('X-A: a\r\n b'), 400, 'http_malformed'],
  ['a header without a colon', withHeader('Authorization'), 400, 'http_malformed'],
  ['a header without a name', withHeader(': value'), 400, 'http_malformed'],
  ['a space before the colon', withHeader('X-A : a'), 400, 'http_malformed'],
  ['a tab in the target', { target: '/segments/data_series?segment_id=a\tb' }, 400, 'http_malformed'],
  ['a space in the target', { target: '/segments/data_series?segment_id=a b' }, 400, 'http_malformed'],
  ['a path that is no UTF-8', { target: '/%ff' }, 400, 'query_malformed'],
  ['a known path that is no UTF-8', { target: '/segments/data_series%ff' }, 400, 'query_malformed'],
  ['half an escape in the path', { target: '/%4' }, 400, 'query_malformed'],
  ['a target that is no path', { target: 'segments/data_series' }, 400, 'http_malformed'],
  ['a method of our own', { method: 'BREW' }, 400, 'http_malformed'],
  ['a method in lower case', { method: 'get' }, 400, 'http_malformed'],
  ['a Content-Length that is no number', withHeader('Content-Length: abc'), 400, 'http_malformed'],
  ['a Content-Length below 0', withHeader('Content-Length: -1'), 400, 'http_malformed'],
  ['two Content-Lengths', withHeader('Content-Length: 1', 'Content-Length: 2'), 400, 'http_malformed'],
  ['a Content-Length beyond all bounds', withHeader(`Content-Length: ${'9'.repeat(30)}`), 400, 'http_malformed'],
  ['a length and chunks', { ...withHeader('Content-Length: 5', CHUNKED), body: '0\r\n\r\n' }, 400, 'http_malformed'],
  ['a chunk without a size', { ...withHeader(CHUNKED), body: 'zz\r\n' }, 400, 'http_malformed'],
  ['a chunk that is longer than its size', { ...withHeader(CHUNKED), body: '1\r\nabc\r\n' }, 400, 'http_malformed'],
  ['an unknown transfer coding', withHeader('Transfer-Encoding: gzip'), 400, 'http_malformed'],
  ['chunks that are not last', withHeader('Transfer-Encoding: chunked, gzip'), 400, 'http_malformed'],
  ['a query that is no UTF-8', { target: `${PATH}&x=%ff` }, 400, 'query_malformed'],
  ['a NUL in the query', { target: '/segments/data_series?segment_id=%00&length=1' }, 400, 'query_malformed'],
  ['half a surrogate pair', { target: `${PATH}&x=%ED%A0%80` }, 400, 'query_malformed'],
  ['a query that cannot be decoded, of no endpoint', { method: 'POST', target: '/x?%' }, 400, 'query_malformed'],
  ['a body over the limit', withHeader(`Content-Length: ${LIMITS.body + 1}`), 413, 'body_too_large'],
  ['chunks over the limit', { ...withHeader(CHUNKED), body: chunks(17) }, 413, 'body_too_large'],
  [
    'a chunk extension over the limit',
    { ...withHeader(CHUNKED), body: `1;${'a'.repeat(40_000)}` },
    413,
    'body_too_large',
  ],
  ['a URL one byte too long', { target: PATH.padEnd(LIMITS.url + 1, '&') }, 414, 'uri_too_long'],
  ['a URL longer than all headers may be', { target: `${PATH}&${'a'.repeat(100_000)}` }, 414, 'uri_too_long'],
  ['thousands of parameters', { target: `${PATH}${'&length=1'.repeat(3000)}` }, 414, 'uri_too_long'],
  ['an unknown expectation', withHeader('Expect: 200-ok'), 417, 'expectation_failed'],
  ['a long header', withHeader(`X-A: ${'a'.repeat(LIMITS.headers)}`), 431, 'headers_too_large'],
  ['many headers', withHeader(...Array.from({ length: 5000 }, () => 'X-A: a')), 431, 'headers_too_large'],
  [
    'long trailers',
    { ...withHeader(CHUNKED), body: `0\r\nX: ${'a'.repeat(20_000)}\r\n\r\n` },
    431,
    'headers_too_large',
  ],
];

function chunks(count: number): string {
  return `${`10000\r\n${'a'.repeat(0x10000)}\r\n`.repeat(count)}0\r\n\r\n`;
}

const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK', 'M-SEARCH', 'PURGE'];

describe('HTTP errors have the envelope', () => {
  it.each(REFUSED)('%s', async (_what, request, status, code) => {
    const { url } = server;
    const reply = await replyTo(url, request);
    expectRefusal(reply, status, code);
    expect(reply.headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it('with these headers and no others before a request was parsed', async () => {
    const { url } = server;
    const { headers, text } = await replyTo(url, 'blah\r\n\r\n');
    expect(headers).toEqual({
      'content-type': JSON_TYPE,
      'content-length': String(text.length),
      connection: 'close',
    });
  });
});

describe('valid HTTP is accepted in any form', () => {
  it.each<[string, WireRequest | string]>([
    ['HTTP/1.0 without a Host', { version: '1.0', headers: [AUTHORIZATION] }],
    ['an empty Host', { headers: ['Host:', AUTHORIZATION, CLOSE] }],
    ['empty lines before the request', `\r\n\r\n${bytesOf({})}`],
    ['a body', { ...withHeader('Content-Length: 2', 'Content-Type: application/json'), body: '{]' }],
    ['a chunked body with trailers', { ...withHeader(CHUNKED), body: '1\r\na\r\n0\r\nX-A: a\r\n\r\n' }],
    ['an offer to upgrade', { headers: [HOST, AUTHORIZATION, 'Connection: Upgrade, close', 'Upgrade: h2c'] }],
    ['a URL as long as may be', { target: `${PATH}&`.padEnd(LIMITS.url, 'a') }],
    ['over a thousand headers', { headers: [...Array.from({ length: 1500 }, () => 'a: 1'), ...DEFAULT_HEADERS] }],
    ['bytes beyond ASCII in a header', withHeader('X-A: \xff')],
    ['headers of four letters with the value Host', withHeader('Date: Host', 'Vary: host')],
    ['a body as large as may be', { ...withHeader(`Content-Length: ${LIMITS.body}`), body: 'a'.repeat(LIMITS.body) }],
    ['chunks as large as may be', { ...withHeader(CHUNKED), body: chunks(LIMITS.body / 0x10000) }],
    ['thousands of empty parameters', { target: `${PATH}${'&'.repeat(5000)}` }],
  ])('%s', async (_what, request) => {
    const { url } = server;
    expect((await replyTo(url, request)).status).toBe(200);
  });

  it('Expect: 100-continue', async () => {
    const { url } = server;
    const replies = await repliesTo(url, { ...withHeader('Expect: 100-continue', 'Content-Length: 1'), body: 'a' });
    expect(replies.map(({ status }) => status)).toEqual([100, 200]);
  });
});

it.each(['100-continue, miracles', 'miracles, 100-continue'])('Expect: %s is a 417', async (expected) => {
  const { url } = server;
  const replies = await repliesTo(url, withHeader(`Expect: ${expected}`));
  expectRefusal(replies.at(-1) as WireReply, 417, 'expectation_failed');
});

it('a 417 closes the connection, because the body may never arrive', async () => {
  const { url } = server;
  const [reply] = await repliesTo(url, bytesOf({ headers: [HOST, AUTHORIZATION, 'Expect: miracles'] }));
  expect([reply?.status, reply?.headers['connection']]).toEqual([417, 'close']);
});

it('the body of a HEAD is rejected like that of a GET', async () => {
  const { url } = server;
  const { status, text } = await replyTo(url, { method: 'HEAD', ...withHeader(`Content-Length: ${LIMITS.body + 1}`) });
  expect([status, text]).toEqual([413, '']);
});

describe('Expect: 100-continue with a request that is refused for its head', () => {
  const large = `Content-Length: ${LIMITS.body + 1}`;
  const expecting = (target: string, ...lines: string[]) =>
    `POST ${target} HTTP/1.1\r\nExpect: 100-continue\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

  it.each([
    ['too large a body', expecting(PATH, HOST, AUTHORIZATION, large), 413],
    ['too large a body for the control API', expecting('/__mock/workspaces', HOST, large), 413],
    ['too large a body for an unknown path', expecting('/nowhere', HOST, large), 413],
    ['too long a URL', expecting(`/${'x'.repeat(LIMITS.url)}`, HOST, 'Content-Length: 3'), 414],
    ['no Host', expecting(PATH, AUTHORIZATION, 'Content-Length: 3'), 400],
  ])('is answered at once, without a 100, and closes: %s', async (_what, bytes, status) => {
    // The client waits with its body: only a server that answers and closes ends this.
    const text = await exchangeBytes(server.url, bytes);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, found]) => Number(found))).toEqual([status]);
    expect(text.toLowerCase()).toContain('connection: close');
  });

  it('gets a 100 for a body of the size limit', async () => {
    const bytes = expecting(PATH, HOST, AUTHORIZATION, CLOSE, `Content-Length: ${LIMITS.body}`);
    const text = await exchangeBytes(server.url, bytes, 'x'.repeat(LIMITS.body));
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, found]) => Number(found))).toEqual([100, 405]);
  });
});

describe('Expect: 100-continue behind other requests', () => {
  const before = bytesOf({ headers: [HOST, AUTHORIZATION] });
  const expecting = (body: string) =>
    bytesOf({ ...withHeader('Expect: 100-continue', `Content-Length: ${body.length || 1}`), body });

  it('is answered in turn', async () => {
    const { url } = server;
    const replies = await repliesTo(url, before + before + expecting(''), 'a');
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 100, 200]);
  });

  it('is ignored once the reply is sent', async () => {
    const { url } = server;
    const bare = bytesOf(withHeader('Expect: 100-continue'));
    expect((await repliesTo(url, before + bare)).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a known path', () => {
  it.each(OTHER_METHODS)('does not answer %s', async (method) => {
    const { url } = server;
    for (const path of [PATH, '//segments/data_series/', '/%73egments/data_series', `http://localhost${PATH}`]) {
      const reply = await replyTo(url, { method, target: path, headers: [HOST, CLOSE] });
      expectRefusal(reply, 405, 'method_not_allowed');
      expect(reply.headers).toMatchObject({ allow: 'GET, HEAD' });
    }
  });
});

describe('an unknown path', () => {
  it.each(
    [
      ['/', '/segments', '/segments/data_series/x', '/segments/data_series;x', '/SEGMENTS/data_series', '/__proto__'],
      ['/segments%2Fdata_series', '/segments/./data_series', '/%00', '*', 'http://localhost', 'http://localhost?/a'],
      ['ftp://localhost/segments/data_series', 'http://localhost?/segments/data_series', '/__mock/none'],
      ['shttp://localhost/segments/data_series'],
    ].flat(),
  )('%s is not found', async (target) => {
    const { url } = server;
    for (const method of ['GET', 'OPTIONS', 'PROPFIND']) {
      const reply = await replyTo(url, { method, target, headers: [HOST, CLOSE] });
      expectRefusal(reply, 404, 'not_found');
      expect(reply.headers).not.toHaveProperty('allow');
    }
  });
});

it.each(['http://localhost', 'http://localhost/', 'http://localhost?a=/b'])(
  'the absolute URL %s has the path /',
  async (target) => {
    const { url } = server;
    expect((await replyTo(url, { target })).text).toContain('"GET / is not imitated');
  },
);

describe('a CONNECT', () => {
  const connect = (target: string) => bytesOf({ method: 'CONNECT', target, headers: [HOST] });

  it.each([
    ['rest.iad-01.braze.com:443', 404, 'not_found'],
    ['/segments/data_series', 405, 'method_not_allowed'],
    ['/__mock/none', 404, 'not_found'],
  ])('to %s is rejected like other methods, and the connection is closed', async (target, status, code) => {
    const { url } = server;
    const reply = await replyTo(url, connect(target));
    expectRefusal(reply, status, code);
    expect(reply.headers).toMatchObject({ connection: 'close' });
  });

  it('waits for the replies to earlier requests', async () => {
    const { url } = server;
    const before = bytesOf({ headers: [HOST, AUTHORIZATION, 'Content-Length: 3'], body: 'abc' });
    const replies = await repliesTo(url, `${before}${before}${connect('localhost:443')}`);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 404]);
  });
});

it('a path that is not UTF-8 is logged', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'info', base: null }, { write: (line: string) => void lines.push(line) });
  const url = await serve(mockOf({}, BUILT_IN), {}, log);
  await replyTo(url, { target: '/%ff?x=1' });
  const logged = lines.map((line) => JSON.parse(line) as { msg: string }).filter(({ msg }) => msg === 'request');
  expect(logged).toEqual([
    expect.objectContaining({ method: 'GET', path: '/%ff', status: 400, outcome: 'query_malformed' }),
  ]);
});

describe('pipelined requests', () => {
  const keptAlive = bytesOf({ headers: [HOST, AUTHORIZATION] });

  it('are all answered', async () => {
    const { url } = server;
    const replies = await repliesTo(url, keptAlive.repeat(99) + bytesOf({}));
    expect(replies.map(({ status }) => status)).toEqual(Array<number>(100).fill(200));
  });

  it('are answered before malformed bytes behind them', async () => {
    const { url } = server;
    const withBody = bytesOf({ headers: [HOST, AUTHORIZATION, 'Content-Length: 3'], body: 'abc' });
    const badPath = bytesOf({ target: '/%ff', headers: [HOST] });
    const replies = await repliesTo(url, `${keptAlive}${withBody}${keptAlive}${badPath}blah\r\n\r\n`);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 400, 400]);
  });

  it('continue after a rejected one', async () => {
    const { url } = server;
    const large = bytesOf({ headers: [HOST, CHUNKED], body: chunks(40) });
    const replies = await repliesTo(url, `${large}${bytesOf({ target: '/%ff', headers: [HOST] })}${bytesOf({})}`);
    expect(replies.map(({ status }) => status)).toEqual([413, 400, 200]);
  });

  it('continue after a body that is too large, which takes no token', async () => {
    const url = await serve(mockOf({}, BUILT_IN));
    const large = bytesOf({ headers: [HOST, AUTHORIZATION, CHUNKED], body: chunks(40) });
    const replies = await repliesTo(url, large + bytesOf({}));
    const told = replies.map(({ status, headers }) => [status, headers['x-ratelimit-remaining']]);
    expect(told).toEqual([
      [413, undefined],
      [200, '249999'],
    ]);
  });
});

describe('a request that arrives in several packets', () => {
  it.each([
    ['headers', `GET ${PATH} HTTP/1.1\r\nX-A: `, 'a'.repeat(LIMITS.headers), 431, 'headers_too_large'],
    ['a URL', `GET ${PATH}`, `${'a'.repeat(LIMITS.headers)} HTTP/1.1\r\n`, 414, 'uri_too_long'],
  ] as const)('is rejected for %s that is too long', async (_what, start, rest, status, code) => {
    const { url } = server;
    const [ok, refusal] = await repliesTo(url, bytesOf({ headers: [HOST, AUTHORIZATION] }) + start, rest);
    expect(ok?.status).toBe(200);
    expectRefusal(refusal as WireReply, status, code);
  });
});

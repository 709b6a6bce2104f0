import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordExchanges } from '../../src/contract/record.js';
import { redactorOf } from '../../src/contract/redact.js';
import { createMock } from '../../src/library/index.js';
import { command, outcomeOf } from '../support/command.js';
import { httpServer, ioOf, temporaryFolder } from '../support/contract.js';
import { checkEvidence, type Evidence } from '../support/exchange-evidence.js';
import { bearer, call, get, startTestServer } from '../support/server.js';

const KEY = '8f6ad2a1-5f0b-4f3c-9b1e-2d7c44a0e911';
const CLOCK = '2024-03-01T09:00:00Z';
const SEGMENTS = [
  { id: 'vip', name: 'VIP', size: 30_000 },
  { id: 'off', analyticsTrackingEnabled: false },
];

const braze = (settings = {}) =>
  startTestServer({
    clock: CLOCK,
    workspaces: [{ name: 'real', apiKeys: [{ key: KEY }], segments: SEGMENTS }],
    ...settings,
  });

interface Recording {
  url: string;
  out: string;
  told: string[];
  /** Stops recording; resolves with whether all was written. */
  stop: () => Promise<boolean>;
}

/** Records an upstream into a new folder until the test ends. */
async function recording(
  upstream: string,
  environment: Record<string, string> = {},
  bounds?: { timeoutMs: number; bytes: number },
  folder = join(temporaryFolder(), 'exchanges'),
): Promise<Recording> {
  const stop = new AbortController();
  const io = { ...ioOf(environment), signal: stop.signal };
  const ended = recordExchanges({ upstream, out: folder, port: 0, force: false }, io, bounds);
  const ready = await Promise.race([once(io.stdout, 'data'), ended]);
  const { url } = JSON.parse(String(Array.isArray(ready) ? ready[0] : '')) as { url: string };
  const stopped = () => {
    stop.abort();
    return ended;
  };
  onTestFinished(async () => void (await stopped()));
  return { url, out: folder, told: io.told, stop: stopped };
}

const filesIn = (folder: string) => readdirSync(folder).toSorted();
const read = (folder: string, index = 0) =>
  JSON.parse(readFileSync(join(folder, filesIn(folder)[index] ?? ''), 'utf8')) as Evidence;

/** All that was written, names included. */
const allIn = (folder: string) =>
  filesIn(folder)
    .map((file) => file + readFileSync(join(folder, file), 'utf8'))
    .join('\n');

/** Every beginning of the key from 8 characters on, plain, percent-encoded and in base64, that is in a text. */
function tracesOf(key: string, text: string): string[] {
  const lower = text.toLowerCase();
  const prefixes = Array.from({ length: key.length - 7 }, (_, index) => key.slice(0, index + 8).toLowerCase());
  const encoded = (prefix: string) => Array.from(prefix, (char) => `%${char.charCodeAt(0).toString(16)}`).join('');
  const base64 = ['', 'a', 'ab', 'user:'].flatMap((before) =>
    [0, 1, 2, 3].map((cut) =>
      Buffer.from(before + key)
        .toString('base64')
        .slice(4 + cut, 20 + cut)
        .toLowerCase(),
    ),
  );
  return [...prefixes.flatMap((prefix) => [prefix, encoded(prefix)]), ...base64].filter((trace) =>
    lower.includes(trace),
  );
}

interface Sent {
  status: number;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: Buffer;
}

/** Sends a request as it is, and does not decode the reply. */
async function send(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Sent> {
  const request = httpRequest(url, { method, headers, agent: false }).end(body);
  const [reply] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of reply as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    status: reply.statusCode ?? 0,
    headers: reply.headers,
    rawHeaders: reply.rawHeaders,
    body: Buffer.concat(chunks),
  };
}

const TARGETS = [
  '/segments/list',
  '/segments/list?page=0&sort_direction=desc',
  '/segments/details?segment_id=vip',
  '/segments/data_series?segment_id=vip&length=14&ending_at=2024-02-20T10%3A00%3A00%2B02%3A00',
  '/segments/data_series?length=100&segment_id=vip',
  '/segments/data_series?segment_id=off&length=1',
  '/segments/data_series?segment_id=nothing&length=1',
  '/segments/data_series?segment_id=vip&length=0',
  '/campaigns/list',
  '/kpi/mau/data_series?length=7',
];

describe.each(['documented', 'observed'] as const)('record, with a mock in the profile %s as Braze', (profile) => {
  it('writes exchanges whose replay is the reply that the client got, on any clock', async () => {
    const { url } = await braze({ profile });
    const { url: proxy, out, stop } = await recording(url);
    const answered = [];
    for (const target of TARGETS) answered.push(await get(proxy + target, bearer(KEY)));
    expect(await stop()).toBe(true);
    const replaying = createMock({ fixtures: out, clock: '2031-01-01' });
    const { url: replayed, stop: end } = await replaying.listen();
    onTestFinished(end);
    for (const [index, target] of TARGETS.entries()) {
      const again = await get(replayed + target, bearer(replaying.apiKey));
      const headersOf = ({
        date: _date,
        connection: _connection,
        'keep-alive': _keepAlive,
        ...headers
      }: Record<string, string> = {}) => headers;
      const { status, text, headers } = answered[index] ?? {};
      expect([target, again.status, again.text, headersOf(again.headers)]).toEqual([
        target,
        status,
        text,
        headersOf(headers),
      ]);
    }
    expect(replaying.workspace.requests.list().map(({ outcome }) => outcome)).toEqual(TARGETS.map(() => 'recorded'));
  });

  it('writes evidence without any part of the key, however a client sends it', async () => {
    const { url } = await braze({ profile });
    const series = '/segments/data_series?segment_id=vip&length=2';
    const basic = Buffer.from(`user:${KEY}`).toString('base64');
    const ways: [string, Record<string, string>, string?][] = [
      [series, { authorization: `Bearer ${KEY}` }],
      [series, { authorization: `bearer   ${KEY.toUpperCase()}` }],
      [series, { authorization: KEY }],
      [series, { authorization: `Basic ${basic}` }],
      [`${series}&echo=${KEY}`, { authorization: `Basic ${basic}` }],
      [series, { 'x-api-key': KEY }],
      [series, { 'x-braze': KEY }],
      [`/segments/${encodeURIComponent(KEY).replaceAll('-', '%2d')}`, { 'x-odd': '100%' }],
      [series, { authorization: `Token token="${KEY}"` }],
      [`${series}&api_key=${KEY}`, {}],
      [`${series}&apiKey=${encodeURIComponent(KEY).replaceAll('-', '%2D')}`, { authorization: `Bearer ${KEY}` }],
      [`${series}&x=${Buffer.from(KEY).toString('base64url')}`, { authorization: `Bearer ${KEY}` }],
      [`/segments/${KEY}/data_series`, { authorization: `Bearer ${KEY}` }],
      [`/users/track?cut=${KEY.slice(0, 12)}`, { authorization: `Bearer ${KEY}`, cookie: `session=${KEY}` }],
      ['/users/track', {}, JSON.stringify({ api_key: KEY })],
      [series, { authorization: `Bearer ${KEY}`, referer: `http://x/?k=${KEY}`, [KEY]: 'name' }],
    ];
    for (const [target, headers, body] of ways) {
      // One that was told of the key by no other request.
      const { url: proxy, out, stop } = await recording(url);
      await send(proxy + target, { headers, ...(body !== undefined && { method: 'POST', body }) });
      expect(await stop()).toBe(true);
      expect([target, headers, tracesOf(KEY, allIn(out))]).toEqual([target, headers, []]);
      expect(checkEvidence(read(out))).toMatchObject({ ok: true });
      expect(allIn(out)).toMatch(body === undefined ? /REPLACED-KEY/ : /POST/);
      expect(allIn(out)).not.toContain('session=');
    }
  });
});

it('the search for traces of a key finds them', () => {
  for (const text of [
    KEY,
    KEY.slice(0, 8),
    encodeURIComponent(KEY).replaceAll('-', '%2d'),
    ...['', 'a', 'ab', 'user:'].map((before) => Buffer.from(before + KEY).toString('base64')),
  ]) {
    expect(redactorOf(KEY)(text)).not.toBe(text);
    expect(tracesOf(KEY, redactorOf(KEY)(text))).toEqual([]);
  }
  expect(tracesOf(KEY, `x${KEY.slice(0, 9)}`)).toHaveLength(2);
  expect(tracesOf(KEY, Buffer.from(`user:${KEY}`).toString('base64'))).not.toEqual([]);
});

it('redacts a key that is only in the path, known beforehand or not', async () => {
  const { url } = await braze();
  for (const environment of [{ BRAZE_API_KEY: KEY }, {}] as Record<string, string>[]) {
    const { url: proxy, out, stop } = await recording(url, environment);
    await get(`${proxy}/segments/${KEY}/list?x=${KEY}`);
    await get(`${proxy}/segments/details?segment_id=00000000-0000-4000-8000-000000000001`, bearer(KEY));
    await stop();
    expect(tracesOf(KEY, allIn(out))).toEqual([]);
    expect(allIn(out)).toContain('segment_id=00000000-0000-4000-8000-000000000001');
  }
});

it('writes an exchange in the committed form', async () => {
  const { url } = await braze({ profile: 'observed' });
  const { url: proxy, out } = await recording(url);
  const reply = await send(`${proxy}/segments/list?page=0`, {
    headers: { authorization: `Bearer ${KEY}`, accept: '*/*', cookie: 'a=b' },
  });
  expect(filesIn(out)).toEqual(['00001-get-segments-list-200.json']);
  const exchange = read(out);
  expect(exchange).toEqual({
    class: 'recorded',
    provenance: {
      host: new URL(url).host,
      date: expect.stringMatching(/^20\d\d-.*Z$/) as string,
      asked: { method: 'GET', endpoint: '/segments/list', query: 'page=0' },
      kept: expect.any(String) as string,
      replaced: expect.any(String) as string,
    },
    recorded: {
      status: 200,
      headers: expect.objectContaining({
        'x-request-id': reply.headers['x-request-id'],
        'content-type': 'application/json',
      }) as unknown,
      omittedHeaders: expect.arrayContaining(['content-length', 'date']) as unknown,
      body: reply.body.toString(),
    },
    replay: {
      request: {
        method: 'GET',
        target: '/segments/list?page=0',
        headers: { authorization: 'Bearer REPLACED-KEY', accept: '*/*' },
      },
    },
  });
});

it('numbers the files in the order of the requests, and names them after the requests', async () => {
  const upstream = await httpServer((request, response) =>
    response.writeHead(request.url === '/' ? 404 : 200).end(request.method),
  );
  const { url, out } = await recording(upstream);
  for (const target of ['/a/b_c/d.e?x=1', '/a/b_c/d.e?x=1', '/', '/%2e%2e/ü', `/${'long/'.repeat(60)}`])
    await get(url + target);
  await call(`${url}/a`, { method: 'DELETE' });
  expect(filesIn(out).map((name) => name.slice(0, 50))).toEqual([
    '00001-get-a-b_c-d.e-200.json',
    '00002-get-a-b_c-d.e-200.json',
    '00003-get-root-404.json',
    '00004-get-C3-BC-200.json',
    '00005-get-long-long-long-long-long-long-long-long-',
    '00006-delete-a-200.json',
  ]);
});

describe('the client gets the reply of the upstream', () => {
  const BODY = '{"message":"success","segments":[]}';
  const compressed: [string, Buffer][] = [
    ['gzip', gzipSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['gzip, br', brotliCompressSync(gzipSync(BODY))],
  ];

  it.each(compressed)('encoded as %s, which is stored decoded', async (encoding, bytes) => {
    const upstream = await httpServer((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding, etag: '"x"' }).end(bytes),
    );
    const { url, out } = await recording(upstream);
    const reply = await send(url, { headers: { 'accept-encoding': encoding } });
    expect([reply.headers['content-encoding'], reply.body]).toEqual([encoding, bytes]);
    expect(read(out).recorded).toMatchObject({
      body: BODY,
      headers: { etag: '"x"' },
      omittedHeaders: expect.arrayContaining(['content-encoding']) as unknown,
    });
  });

  it('with the spelling, the order and the repetition of its headers', async () => {
    const pairs = ['X-B: 1', 'Set-Cookie: a=b', 'x-a: 2', 'Set-Cookie: c=d', 'X-b: 3', 'Content-Length: 2'];
    const sent = pairs.flatMap((pair) => pair.split(': '));
    const upstream = await httpServer((_request, response) => {
      response.sendDate = false;
      response.writeHead(200, 'Fine', sent).end('ok');
    });
    const { url, out } = await recording(upstream);
    const { rawHeaders } = await send(url);
    expect(rawHeaders.slice(0, sent.length)).toEqual(sent);
    expect(rawHeaders).not.toContain('Date');
    expect(read(out).recorded).toEqual({
      status: 200,
      headers: { 'X-B': '1, 3', 'x-a': '2' },
      omittedHeaders: expect.arrayContaining(['set-cookie', 'content-length']) as unknown,
      body: 'ok',
    });
  });

  it.each([
    ['a 204', 204, 'GET', ''],
    ['a 304', 304, 'GET', ''],
    ['the reply to a HEAD', 200, 'HEAD', ''],
    ['chunks', 200, 'GET', 'onetwo'],
    ['HTML', 200, 'GET', '<html>Just a moment</html>'],
  ])('as %s', async (what, status, method, body) => {
    const upstream = await httpServer((_request, response) => {
      response.writeHead(status, what === 'the reply to a HEAD' ? { 'content-length': '7' } : {});
      if (what === 'chunks') response.write('one');
      response.end(what === 'chunks' ? 'two' : body);
    });
    const { url, out } = await recording(upstream);
    const reply = await send(url, { method });
    expect([reply.status, reply.body.toString(), reply.headers['transfer-encoding']]).toEqual([
      status,
      body,
      undefined,
    ]);
    if (method === 'HEAD') expect(reply.headers['content-length']).toBe('7');
    expect(read(out).recorded).toMatchObject({ status, body });
  });

  it('as a redirect, which is not followed', async () => {
    const elsewhere = await httpServer(() => expect.unreachable());
    const upstream = await httpServer((_request, response) =>
      response.writeHead(307, { location: `${elsewhere}/x` }).end(),
    );
    const { url, out } = await recording(upstream);
    const reply = await send(url);
    expect([reply.status, reply.headers['location']]).toEqual([307, `${elsewhere}/x`]);
    expect(read(out).recorded).toMatchObject({ status: 307, headers: { location: `${elsewhere}/x` } });
  });

  it.each<[string, Buffer, Record<string, string>, RegExp]>([
    ['is not text', Buffer.from([0xff, 0xfe]), {}, /its body is not text in UTF-8/],
    ['has an unknown encoding', Buffer.from('x'), { 'content-encoding': 'zstd' }, /its content-encoding is zstd/],
    ['is not what its encoding says', Buffer.from('x'), { 'content-encoding': 'gzip' }, /its body is not gzip: /],
  ])('if the body %s, which is reported and not recorded', async (_what, bytes, headers, note) => {
    const upstream = await httpServer((_request, response) => response.writeHead(200, headers).end(bytes));
    const { url, out, told, stop } = await recording(upstream);
    expect((await send(url)).body).toEqual(bytes);
    expect(filesIn(out)).toEqual([]);
    expect(told.join('\n')).toMatch(note);
    expect(told.join('\n')).toMatch(/^GET \/.*: answered, but not recorded: /m);
    expect(await stop()).toBe(false);
  });
});

it('answers a request that no fixture can have, and does not record it', async () => {
  const upstream = await httpServer((_request, response) => response.end('{}'));
  const { url, out, told, stop } = await recording(upstream);
  expect((await send(`${url}/x?a=%ff`)).body.toString()).toBe('{}');
  expect((await send(`${url}/x?a=1`)).body.toString()).toBe('{}');
  expect(told.join('\n')).toMatch(/^GET \/x\?a=%ff: answered, but not recorded: .*a query that cannot be decoded/m);
  expect(await stop()).toBe(false);
  expect(() => createMock({ fixtures: out })).not.toThrow();
});

it('forwards method, path, query, headers and body to the upstream, whatever host the request names', async () => {
  const seen: [string, string, Record<string, unknown>, string][] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request
      .on('data', (chunk: Buffer) => (body += String(chunk)))
      .on('end', () => {
        seen.push([request.method ?? '', request.url ?? '', request.headers, body]);
        response.end();
      });
  };
  const upstream = await httpServer(listener);
  const { url } = await recording(`${upstream}/base/`);
  const { port } = new URL(url);
  const raw = async (text: string) => {
    const socket = connect(Number(port), '127.0.0.1').end(text);
    let reply = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) reply += String(chunk);
    return reply.split('\r\n')[0];
  };
  await raw(
    'POST http://evil.example/a?b=%20c HTTP/1.1\r\nHost: evil.example\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Kept: 2\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );
  await raw('GET //evil.example/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUpgrade: websocket\r\n\r\n');
  expect(await raw('OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toBe('HTTP/1.1 502 Bad Gateway');
  expect(seen).toEqual([
    [
      'POST',
      '/base/a?b=%20c',
      { host: new URL(upstream).host, 'x-kept': '2', 'content-length': '3', connection: 'close' },
      'abc',
    ],
    ['GET', '/base//evil.example/x', { host: new URL(upstream).host, connection: 'close' }, ''],
  ]);
});

describe('an upstream that fails is a 502 with the reason, and no file', () => {
  const answering = (listener: RequestListener) => () => httpServer(listener);
  /** The URL of a server that sends these bytes and then closes, or stays silent. */
  const sending = (bytes: string | undefined) => async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => bytes !== undefined && socket.end(bytes));
      onTestFinished(() => void socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const untrusted = async () => (await braze({ tls: 'auto' })).httpsUrl ?? '';
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

  it.each<[string, () => Promise<string>, RegExp]>([
    ['refuses connections', () => Promise.resolve('http://127.0.0.1:1'), /cannot be reached: connect ECONNREFUSED/],
    ['does not exist', () => Promise.resolve('http://braze.invalid'), /cannot be reached: getaddrinfo/],
    ['has a certificate that is not trusted', untrusted, /certificate that is not trusted/],
    [
      'promises more bytes than it sends',
      sending(`${head}Content-Length: 99\r\n\r\n{"message":`),
      /ended its reply after 11 of 99 bytes/,
    ],
    [
      'ends in the middle of a chunk',
      sending(`${head}Transfer-Encoding: chunked\r\n\r\n9\r\n{"mes`),
      /ended its reply/,
    ],
    ['sends broken chunks', sending(`${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`), /ended its reply/],
    ['resets the connection', answering((request) => request.socket.resetAndDestroy()), /cannot be reached: /],
    [
      'resets it in the middle of the body',
      answering(
        (request, response) =>
          void response
            .writeHead(200, { 'content-length': '99' })
            .write('{"a":', () => request.socket.resetAndDestroy()),
      ),
      /ended its reply after \d of 99 bytes/,
    ],
    ['does not speak HTTP', sending('SSH-2.0-OpenSSH\r\n'), /broken HTTP/],
    ['sends nothing', sending(''), /cannot be reached: /],
    ['does not answer', sending(undefined), /did not answer .* in 0\.3 s/],
    [
      'does not end its reply',
      answering((_request, response) => void response.write('{"message":')),
      /did not answer .* in 0\.3 s/,
    ],
    ['sends too much', answering((_request, response) => void response.end('x'.repeat(2000))), /more than 1000 bytes/],
  ])('%s', async (_what, upstream, reason) => {
    const { url, out, told, stop } = await recording(await upstream(), {}, { timeoutMs: 300, bytes: 1000 });
    const reply = await call(`${url}/segments/list?api_key=${KEY}`, { headers: bearer(KEY) });
    expect([reply.status, reply.headers['content-type']]).toEqual([502, 'application/json; charset=utf-8']);
    expect(reply.body).toEqual({
      message: 'error',
      errors: [{ code: 'bad_gateway', message: expect.stringMatching(reason) as string }],
    });
    expect(told.join('\n')).toMatch(reason);
    expect(tracesOf(KEY, told.join('\n') + reply.text)).toEqual([]);
    expect(await stop()).toBe(true);
    expect(filesIn(out)).toEqual([]);
  });

  it('a request that is too large, or whose client left, leaves no file either', async () => {
    const upstream = await httpServer((_request, response) => void response.end('{}'));
    const { url, out, told } = await recording(upstream, {}, { timeoutMs: 10_000, bytes: 1000 });
    const reply = await send(url, { method: 'POST', body: 'x'.repeat(1001) });
    expect([reply.status, reply.body.toString()]).toEqual([
      502,
      expect.stringMatching(/a request body of more than 1000 bytes/),
    ]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /left HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx', () => socket.destroy());
    await expect.poll(() => told.join('\n')).toMatch(/POST \/left: 502, not recorded: aborted/);
    expect(filesIn(out)).toEqual([]);
  });

  it('the next request is answered', async () => {
    let count = 0;
    const upstream = await httpServer(
      (request, response) => void (count++ === 0 ? request.socket.destroy() : response.end('{}')),
    );
    const { url, out } = await recording(upstream);
    expect([(await send(url)).status, (await send(url)).status]).toEqual([502, 200]);
    expect(filesIn(out)).toEqual(['00002-get-root-200.json']);
  });
});

describe('the folder', () => {
  const options = (out: string, more = {}) => ({ upstream: 'http://127.0.0.1:1', out, port: 0, force: false, ...more });

  it('with files is never written to without --force, which adds to them', async () => {
    const out = temporaryFolder();
    writeFileSync(join(out, '00041-get-segments-list-200.json'), 'mine');
    await expect(recordExchanges(options(out), ioOf())).rejects.toMatchObject({
      problems: [`--out: found ${out} with files, expected a new or an empty folder; --force adds to it`],
    });
    const upstream = await httpServer((_request, response) => response.end('{}'));
    const stop = new AbortController();
    const io = { ...ioOf(), signal: stop.signal };
    const ended = recordExchanges(options(out, { upstream, force: true }), io);
    const [line] = (await once(io.stdout, 'data')) as [Buffer];
    await get(`${(JSON.parse(String(line)) as { url: string }).url}/segments/list`);
    stop.abort();
    await ended;
    expect(filesIn(out)).toEqual(['00041-get-segments-list-200.json', '00042-get-segments-list-200.json']);
    expect(readFileSync(join(out, '00041-get-segments-list-200.json'), 'utf8')).toBe('mine');
  });

  it('is neither a file nor inside one', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(recordExchanges(options(file, { force: true }), ioOf())).rejects.toMatchObject({
      problems: [expect.stringContaining(`found the file ${file}`)],
    });
    await expect(recordExchanges(options(join(file, 'x')), ioOf())).rejects.toThrow(/cannot make the folder/);
  });

  it('that can no longer be written is reported for each exchange; clients still get replies', async () => {
    const upstream = await httpServer((_request, response) => response.end('{}'));
    const { url, out, told, stop } = await recording(upstream);
    rmSync(out, { recursive: true });
    writeFileSync(out, '');
    expect((await send(url)).body.toString()).toBe('{}');
    expect(told.join('\n')).toMatch(/00001-get-root-200\.json: answered, but not recorded: cannot write .*ENOTDIR/);
    expect(await stop()).toBe(false);
  });
});

it('at a stop, finishes complete requests and answers waiting clients', async () => {
  const upstream = await httpServer((request, response) => void (request.url === '/done' && response.end('{}')));
  const { url, out, stop } = await recording(upstream);
  await get(`${url}/done`);
  const waiting = get(`${url}/never`);
  await expect.poll(() => fetch(`${url}/done`).then(({ status }) => status)).toBe(200);
  const ended = stop();
  expect((await waiting).body).toMatchObject({
    errors: [{ message: expect.stringMatching(/stopped before the end/) as string }],
  });
  expect(await ended).toBe(true);
  for (const index of filesIn(out).keys()) expect(checkEvidence(read(out, index))).toMatchObject({ ok: true });
  await expect(get(url)).rejects.toThrow('fetch failed');
});

it('listens only on loopback, and never forwards to itself', async () => {
  const upstream = await httpServer((_request, response) => response.end('{}'));
  const { url } = await recording(upstream);
  expect(new URL(url).hostname).toBe('127.0.0.1');
  const { port } = new URL(url);
  await expect(
    recordExchanges(
      { upstream: 'http://127.0.0.1:1', out: join(temporaryFolder(), 'x'), port: Number(port), force: false },
      ioOf(),
    ),
  ).rejects.toThrow(/cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE.*--port/);
});

describe('the command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, and ends with 0', async (signal) => {
    const { url } = await braze();
    const out = join(temporaryFolder(), 'deep', 'exchanges');
    const running = command(['record', '--upstream', url, '--out', out, '--port', '0'], { BRAZE_API_KEY: KEY });
    const ready = await running.ready();
    expect(ready).toMatchObject({ msg: 'ready', upstream: url });
    expect((await get(`${ready.url}/segments/list`, bearer(KEY))).status).toBe(200);
    running.child.kill(signal);
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([0, `1 exchanges written to ${out}\n`]);
    expect(filesIn(out)).toEqual(['00001-get-segments-list-200.json']);
  });

  it.each([
    [[], /--upstream: found nothing.*\n.*--out: found nothing/],
    [
      ['--upstream', 'rest.fra-01.braze.eu', '--out', 'x'],
      /--upstream: found "rest.fra-01.braze.eu", expected the http or https URL/,
    ],
    [['--upstream', `https://user:${KEY}@x`, '--out', 'x'], /--upstream: found/],
    [['--upstream', 'http://x', '--out', 'x', '--port', '99999'], /--port: found "99999"/],
  ])('refuses the arguments %j', async (args, message) => {
    const { code, stderr } = await outcomeOf(['record', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

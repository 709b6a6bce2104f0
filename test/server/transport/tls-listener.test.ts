import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Duplex, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/system/clock.js';
import { LIMITS } from '../../../src/server/transport/limits.js';
import { listenSecurely } from '../../../src/server/transport/tls-listener.js';
import { defaultSettings } from '../../../src/start/settings.js';
import { openIdentity } from '../../../src/server/tls/identity.js';
import { API_KEY, bearer, startTestServer, type TestServer } from '../../support/server.js';
import { connectSecurely, getSecurely } from '../../support/tls.js';

const PATH = '/segments/data_series?segment_id=segment_1234&length=1&ending_at=2024-01-31';
const REQUEST = `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${API_KEY}\r\n\r\n`;
const TLS = { tls: 'auto' } as const;

/** Writes bytes over TLS; gives what comes back until the end, and the code of the error that ended it. */
async function exchange({ httpsUrl = '', ca }: TestServer, bytes: string) {
  const socket = await connectSecurely(httpsUrl, ca);
  let heard = '';
  let error: string | undefined;
  socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
  socket.on('error', ({ code }: NodeJS.ErrnoException) => (error = code));
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return { heard, error };
}

async function talkPlainly({ httpsUrl = '' }: TestServer, bytes: string): Promise<string> {
  const { hostname, port } = new URL(httpsUrl);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(bytes);
  return text(socket);
}

function logged() {
  const lines: { msg: string; code?: string; outcome?: string }[] = [];
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)) as (typeof lines)[number]);
      done();
    },
  });
  return { lines, log: pino({ base: null }, out) };
}

it('HTTPS answers like HTTP, with the same headers', async () => {
  const server = await startTestServer({ ...TLS, rateLimit: 'off' });
  for (const path of [PATH, '/segments/list', '/nowhere', '/__mock/health', '/segments/details']) {
    const [plain, secure] = [await server.get(path), await getSecurely(`${server.httpsUrl}${path}`, server.ca)];
    const without = ({
      date: _date,
      connection: _connection,
      'keep-alive': _keep,
      ...headers
    }: Record<string, string>) => headers;
    expect([secure.status, without(secure.headers), secure.text]).toEqual([
      plain.status,
      without(plain.headers),
      plain.text,
    ]);
  }
});

it('connections to the HTTPS port beyond the limit are closed unread', async () => {
  const { lines, log } = logged();
  const listener = listenSecurely(createServer(), { cert: '', key: '' }, log, { ...LIMITS, connections: 1 });
  onTestFinished(() => void listener.server.close());
  onTestFinished(() => listener.handshakes.forEach((socket) => socket.destroy()));
  await once(listener.server.listen(0, '127.0.0.1'), 'listening');
  const { port } = listener.server.address() as AddressInfo;
  const held = connect(port, '127.0.0.1');
  await once(listener.server, 'connection');
  const surplus = connect(port, '127.0.0.1');
  expect(await text(surplus)).toBe('');
  expect([held.destroyed, lines.map(({ msg }) => msg)]).toEqual([
    false,
    ['connections are closed unread: too many are open'],
  ]);
});

it('the listener is busy from the first bytes of a handshake to its end', async () => {
  const identity = await openIdentity(defaultSettings, undefined, systemClock);
  const listener = listenSecurely(createServer(), identity, logged().log);
  onTestFinished(() => void listener.server.close());
  onTestFinished(() => listener.handshakes.forEach((socket) => socket.destroy()));
  await once(listener.server.listen(0, '127.0.0.1'), 'listening');
  const rawSocket = connect((listener.server.address() as AddressInfo).port, '127.0.0.1');
  await once(listener.server, 'connection');
  const isBusy = () => [...listener.handshakes].some(({ bytesRead }) => bytesRead > 0);
  const states = [isBusy()];
  // What the client says goes through our hands, and its last words wait.
  const words: Buffer[] = [];
  const client = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, said) {
      words.push(chunk);
      said();
    },
  });
  rawSocket.on('data', (chunk) => client.push(chunk));
  const secured = once(
    connectTls({ socket: client, ca: identity.ca, host: 'localhost' } as ConnectionOptions),
    'secureConnect',
  );
  while (words.length === 0) await nextTurn();
  rawSocket.write(Buffer.concat(words.splice(0)));
  await secured;
  states.push(isBusy());
  while (words.length === 0) await nextTurn();
  rawSocket.write(Buffer.concat(words));
  await once(listener.server, 'secureConnection');
  states.push(isBusy());
  expect(states).toEqual([false, true, false]);
});

it('HTTP and HTTPS share the bucket and the journal of a workspace', async () => {
  const server = await startTestServer({ ...TLS, rateLimit: 2 });
  const statuses = [
    await server.get(PATH),
    await getSecurely(`${server.httpsUrl}${PATH}`, server.ca),
    await server.get(PATH),
  ];
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
  const { body } = await server.control('GET', '/workspaces/default/requests');
  expect((body as { requests: unknown[] }).requests).toHaveLength(3);
});

it.each(['rest.iad-01.braze.com', 'localhost', 'braze-mock'])('answers as %s', async (servername) => {
  const server = await startTestServer(TLS);
  const { status } = await getSecurely(`${server.httpsUrl}${PATH}`, server.ca, { servername });
  expect(status).toBe(200);
});

it.each(['rest.fra-01.braze.com', 'rest.fra-02.braze.eu'])(
  'rejects a key of another instance as %s',
  async (servername) => {
    const server = await startTestServer(TLS);
    const { status, text: body } = await getSecurely(`${server.httpsUrl}${PATH}`, server.ca, { servername });
    expect([status, body]).toEqual([401, expect.stringContaining('api_key_invalid')]);
  },
);

it('supports HTTP/1.1 only, with at least TLS 1.2', async () => {
  const server = await startTestServer(TLS);
  const url = server.httpsUrl ?? '';
  const socket = await connectSecurely(url, server.ca, { ALPNProtocols: ['h2', 'http/1.1'] });
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.destroy();
  await expect(connectSecurely(url, server.ca, { ALPNProtocols: ['h2'] })).rejects.toThrow(/alert/);
  await expect(connectSecurely(url, server.ca, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow(
    /TLS|SSL/i,
  );
});

describe('malformed input', () => {
  it('malformed HTTP is answered in the envelope', async () => {
    const server = await startTestServer(TLS);
    const { heard } = await exchange(server, 'NONSENSE\r\n\r\n');
    expect(heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*"code":"http_malformed"/s);
  });

  it('http:// to the HTTPS port gets an explanation in plain HTTP', async () => {
    const { lines, log } = logged();
    const server = await startTestServer({ ...TLS, log });
    const reply = await talkPlainly(server, REQUEST);
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*this port speaks TLS; call it with https:\/\//s);
    expect(lines).toMatchObject([{ outcome: 'http_malformed' }]);
  });

  it('a client that does not trust the CA is logged', async () => {
    const { lines, log } = logged();
    const server = await startTestServer({ ...TLS, log });
    await expect(getSecurely(`${server.httpsUrl}${PATH}`, undefined)).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    await server.stop();
    expect(lines).toMatchObject([{ msg: 'TLS handshake failed; does the client trust the CA?' }]);
  });

  it('bytes that are not TLS close the connection, and the server continues', async () => {
    const server = await startTestServer(TLS);
    await talkPlainly(server, '\x16\x03\x01\x00\x05garbage of some length that is no record');
    // Beneath a connection whose handshake was good.
    const { hostname, port } = new URL(server.httpsUrl ?? '');
    const rawSocket = connect(Number(port), hostname);
    const socket = await connectSecurely(server.httpsUrl ?? '', server.ca, { socket: rawSocket });
    socket.on('error', () => undefined);
    const closed = once(rawSocket, 'close');
    rawSocket.write('no record');
    await closed;
    expect((await getSecurely(`${server.httpsUrl}${PATH}`, server.ca)).status).toBe(200);
  });
});

describe('faults', () => {
  const strike = async (effect: object) => {
    const server = await startTestServer(TLS);
    await server.control('POST', '/workspaces/default/faults', { effect });
    const { heard, error } = await exchange(server, REQUEST.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    return { heard, error };
  };

  it('a reset resets the TCP connection', async () => {
    expect(await strike({ connection: 'CONNECTION_RESET_BY_PEER' })).toEqual({ heard: '', error: 'ECONNRESET' });
  });

  it('an empty response is a clean close', async () => {
    expect(await strike({ connection: 'EMPTY_RESPONSE' })).toEqual({ heard: '', error: undefined });
  });

  it('garbage is encrypted', async () => {
    const { heard, error } = await strike({ connection: 'RANDOM_DATA_THEN_CLOSE' });
    expect([heard.length, error]).toEqual([256, undefined]);
  });

  it('a malformed chunk', async () => {
    const { heard, error } = await strike({ connection: 'MALFORMED_RESPONSE_CHUNK' });
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK.*not the size of a chunk\r\n$/s);
    expect(error).toBeUndefined();
  });

  it('a truncated body closes the connection', async () => {
    const { heard, error } = await strike({ truncate: 0.5 });
    const [head = '', body = ''] = heard.split('\r\n\r\n');
    const promised = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    expect([body.length, error]).toEqual([Math.floor(promised / 2), undefined]);
  });

  it('a dribbled body arrives complete', async () => {
    const { heard } = await strike({ dribble: { chunks: 5, durationMs: 20 } });
    expect(heard).toMatch(/"message":"success".*\}$/s);
  });
});

describe('a server that stops', () => {
  it('waits for an unfinished handshake only until its deadline', async () => {
    const server = await startTestServer({ ...TLS, stopTimes: { deadlineMs: 50 } });
    const { hostname, port } = new URL(server.httpsUrl ?? '');
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('\x16\x03\x01');
    await getSecurely(`${server.httpsUrl}${PATH}`, server.ca);
    const closed = once(socket, 'close');
    await expect(server.stop()).resolves.toBeUndefined();
    await closed;
  });

  it('accepts no more connections on either port', async () => {
    const server = await startTestServer(TLS);
    await server.stop();
    await expect(connectSecurely(server.httpsUrl ?? '', server.ca)).rejects.toThrow('ECONNREFUSED');
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });
});

it('an HTTPS port in use is an error, and the HTTP port is released', async () => {
  const first = await startTestServer(TLS);
  const httpsPort = Number(new URL(first.httpsUrl ?? '').port);
  await expect(startTestServer({ ...TLS, httpsPort })).rejects.toMatchObject({ code: 'EADDRINUSE', port: httpsPort });
});

it('is off by default', async () => {
  expect(defaultSettings.tls).toBe('off');
  const server = await startTestServer();
  expect([server.httpsUrl, server.ca]).toEqual([undefined, undefined]);
  expect((await server.get(PATH, bearer(API_KEY))).status).toBe(200);
});

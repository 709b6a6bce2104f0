import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createSecondary, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { Connections } from '../../../src/server/transport/connections.js';
import { sleep } from '../../../src/system/real-time.js';
import { API_KEY, startTestServer, type TestServer } from '../../support/server.js';
import { connectSecurely } from '../../support/tls.js';
import { PATIENT } from '../../support/transport.js';

vi.mock(import('../../../src/system/real-time.js'), { spy: true });

const REQUEST =
  'GET /segments/data_series?segment_id=segment_1234&length=1 HTTP/1.1\r\n' +
  `Host: localhost\r\nAuthorization: Bearer ${API_KEY}\r\n\r\n`;
const BAD_PATH = REQUEST.replace('/segments/data_series', '/%zz');
const HALF = REQUEST.slice(0, 40);
const REST = REQUEST.slice(40);

/** A connection of our own, on which bytes are written as they are. */
class Client {
  text = '';
  readonly closed: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => (this.text += text));
    socket.on('error', () => (this.text += '<broken>'));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** A client of the server, over TLS where it speaks that. */
  static async of(server: TestServer): Promise<Client> {
    if (server.httpsUrl !== undefined) return new Client(await connectSecurely(server.httpsUrl, server.ca));
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Client(socket);
  }

  async hears(text: string): Promise<void> {
    while (!this.text.includes(text)) await once(this.socket, 'data');
  }

  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));
  }

  /** Which of the replies say that they are the last. */
  get closes(): boolean[] {
    return this.text
      .split('HTTP/1.1 ')
      .slice(1)
      .map((reply) => /^connection: close$/im.test(reply));
  }
}

/** Longer than any test takes: who waits for it is found by the test's time limit. */
const ENDLESS = 1_000_000;

/** Lets the server read what has been written: a call of its own is answered after it, and leaves no connection. */
async function settled(server: TestServer): Promise<void> {
  await server.get('/', { connection: 'close' });
}

/** Resolves when a server that stops has looked for idle connections several times. */
async function severalPolls(): Promise<void> {
  const { calls } = vi.mocked(sleep).mock;
  for (const before = calls.length; calls.length < before + 5;) await nextTurn();
}

/** Until then it tells no client that its connection closes, lest the client make another. */
async function noLongerListens({ url }: TestServer): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const isRefused = await once(socket, 'connect').then(
      () => false,
      () => true,
    );
    socket.destroy();
    if (isRefused) return;
    // It goes on listening as long as connections come in turn after turn.
    for (let turns = 0; turns < 10; turns++) await nextTurn();
  }
}

it('whenStopping() during a drain calls back immediately', async () => {
  const connections = new Connections();
  const server = createServer();
  connections.watch(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const heard: string[] = [];
  connections.whenStopping(() => heard.push('before'));
  connections.whenStopping(() => heard.push('forgotten'))();
  const drained = connections.drain(server);
  connections.whenStopping(() => heard.push('after'));
  expect(heard).toEqual(['before', 'after']);
  await drained;
});

describe.each(['off', 'auto'] as const)('a server that stops, with TLS %s,', (tls) => {
  it('refuses new connections', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const witness = await Client.of(server);
    const stopped = server.stop();
    await witness.closed;
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    await stopped;
  });

  it('answers on connections that wait in the accept queue', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const clients = await Promise.all(Array.from({ length: 50 }, () => Client.of(server)));
    for (const client of clients) client.socket.write(REQUEST);
    await server.stop();
    await Promise.all(clients.map(({ closed }) => closed));
    expect(clients.map(({ statuses }) => statuses)).toEqual(clients.map(() => [200]));
  });

  it('closes idle keep-alive connections without waiting for the deadline', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const client = await Client.of(server);
    client.socket.write(REQUEST);
    await client.hears('"success"');
    await server.stop();
    await client.closed;
    expect([client.statuses, client.closes]).toEqual([[200], [false]]);
  });

  it('does not wait for a connection on which nothing was sent', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const client = await Client.of(server);
    await server.stop();
    await client.closed;
    expect(client.text).toBe('');
  });

  it.each([
    ['one request', REQUEST, [200]],
    ['pipelined requests', REQUEST.repeat(5), [200, 200, 200, 200, 200]],
    ['more pipelined requests than are read at once', REQUEST.repeat(1500), Array<number>(1500).fill(200)],
    ['a refused path amid pipelined requests', REQUEST + BAD_PATH + REQUEST + REQUEST, [200, 400, 200, 200]],
  ])('answers %s that arrived before', async (_name, bytes, statuses) => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const client = await Client.of(server);
    client.socket.write(bytes);
    await client.hears('HTTP/1.1');
    await server.stop();
    await client.closed;
    expect(client.statuses).toEqual(statuses);
  });

  it.each([
    ['one request', REQUEST, [200]],
    ['pipelined requests', REQUEST.repeat(5), [200, 200, 200, 200, 200]],
    ['more pipelined requests than are read at once', REQUEST.repeat(1500), Array<number>(1500).fill(200)],
  ])('answers %s in transit, and sends `connection: close` with the last reply', async (_name, bytes, statuses) => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const client = await Client.of(server);
    client.socket.write(bytes.slice(0, 1));
    await settled(server);
    const stopped = server.stop();
    await noLongerListens(server);
    client.socket.write(bytes.slice(1));
    await stopped;
    await client.closed;
    expect(client.statuses).toEqual(statuses);
    expect(client.closes).toEqual(statuses.map((_status, index) => index === statuses.length - 1));
  });

  it('answers a request after reading only its first byte', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const client = await Client.of(server);
    const witness = await Client.of(server);
    client.socket.write(REQUEST.slice(0, 1));
    await settled(server);
    const stopped = server.stop();
    // Idle connections are closed by the time that the witness's is.
    await witness.closed;
    client.socket.write(REQUEST.slice(1));
    await stopped;
    await client.closed;
    expect([client.statuses, client.closes]).toEqual([[200], [true]]);
  });

  it('answers a half-read request behind others, which keep the connection open', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    const client = await Client.of(server);
    const witness = await Client.of(server);
    witness.socket.write(REQUEST);
    await witness.hears('"success"');
    client.socket.write(REQUEST.slice(0, 1));
    await settled(server);
    const stopped = server.stop();
    await witness.closed;
    client.socket.write(REQUEST.slice(1) + REQUEST + HALF);
    while (client.statuses.length < 2) await once(client.socket, 'data');
    expect([client.statuses, client.closes]).toEqual([
      [200, 200],
      [false, false],
    ]);
    client.socket.write(REST);
    await stopped;
    await client.closed;
    expect([client.statuses, client.closes]).toEqual([
      [200, 200, 200],
      [false, false, true],
    ]);
  });

  it('answers a request that is incomplete at the deadline', async () => {
    const server = await startTestServer({ tls, stopTimes: { deadlineMs: 50 } });
    const client = await Client.of(server);
    client.socket.write(HALF);
    await settled(server);
    await server.stop();
    await client.closed;
    const [head, body] = client.text.split('\r\n\r\n') as [string, string];
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(head).toMatch(/^connection: close$/im);
    expect((JSON.parse(body) as { errors: { code: string }[] }).errors.map(({ code }) => code)).toEqual([
      'request_timeout',
    ]);
  });

  it.each([
    ['that came in part', 10, 408],
    ['that was refused for its length', 2_000_000, 413],
  ])('answers a request with an incomplete body exactly once, %s', async (_name, length, status) => {
    const server = await startTestServer({ tls, stopTimes: { deadlineMs: 50 } });
    const client = await Client.of(server);
    client.socket.write(REQUEST.replace('\r\n\r\n', `\r\nContent-Length: ${length}\r\n\r\nhalf`));
    if (status === 413) await client.hears('body_too_large');
    await settled(server);
    await server.stop();
    await client.closed;
    expect(client.statuses).toEqual([status]);
  });

  it('answers requests on kept connections within the grace period, and ends early once all are closed', async () => {
    const server = await startTestServer({ tls, stopTimes: { ...PATIENT, graceMs: ENDLESS } });
    const client = await Client.of(server);
    client.socket.write(REQUEST);
    await client.hears('"success"');
    const stopped = server.stop();
    await noLongerListens(server);
    await severalPolls();
    client.socket.write(REQUEST);
    await stopped;
    await client.closed;
    expect([client.statuses, client.closes]).toEqual([
      [200, 200],
      [false, true],
    ]);
  });

  it('stops immediately without open connections', async () => {
    const server = await startTestServer({
      tls,
      stopTimes: { graceMs: ENDLESS, pollMs: ENDLESS, deadlineMs: ENDLESS },
    });
    const client = await Client.of(server);
    client.socket.end(REQUEST.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    await client.closed;
    await settled(server);
    await expect(server.stop()).resolves.toBeUndefined();
  });

  it('can be stopped twice', async () => {
    const server = await startTestServer({ tls, stopTimes: PATIENT });
    await server.get('/');
    await Promise.all([server.stop(), server.stop()]);
    await expect(server.stop()).resolves.toBeUndefined();
  });
});

it('a running server keeps connections open', async () => {
  const server = await startTestServer();
  const client = await Client.of(server);
  client.socket.write(REQUEST);
  await client.hears('"success"');
  client.socket.write(REQUEST);
  while (client.statuses.length < 2) await once(client.socket, 'data');
  expect([client.statuses, client.closes]).toEqual([
    [200, 200],
    [false, false],
  ]);
});

it('waits for a busy secondary listener', async () => {
  const [server, secondary] = [createServer(), createSecondary()];
  await Promise.all([server, secondary].map((one) => once(one.listen(0, '127.0.0.1'), 'listening')));
  let polls = 0;
  const handshake = {
    get bytesRead() {
      return ++polls < 5 ? 1 : 0;
    },
    destroy: vi.fn<() => Socket>(),
  };
  await new Connections(PATIENT).drain(server, { server: secondary, handshakes: new Set([handshake]) });
  expect([polls, server.listening, secondary.listening]).toEqual([5, false, false]);
  expect(handshake.destroy).toHaveBeenCalledOnce();
});

it('answers on connections that were made while it was too busy to accept', async () => {
  const server = await startTestServer({ stopTimes: PATIENT });
  const state = new Int32Array(new SharedArrayBuffer(4));
  const clients = new Worker(CLIENTS, {
    eval: true,
    workerData: { port: Number(new URL(server.url).port), REQUEST, state },
  });
  // The server lives in this thread.
  Atomics.wait(state, 0, 0);
  const [[texts]] = (await Promise.all([once(clients, 'message'), server.stop()])) as [[string[]], void];
  expect(texts).toEqual(texts.map(() => expect.stringMatching(/^HTTP\/1\.1 200 /) as string));
  expect(texts).toHaveLength(10);
});

/** Connects and asks, tells that it has, and gives the replies. */
const CLIENTS = `
  const { connect } = require('node:net');
  const { parentPort, workerData: { port, REQUEST, state } } = require('node:worker_threads');
  const all = Array.from({ length: 10 }, () => {
    const socket = connect(port, '127.0.0.1');
    const asked = new Promise((resolve) => socket.write(REQUEST, resolve));
    let text = '';
    socket.on('data', (chunk) => (text += chunk)).on('error', (error) => (text += error.code));
    return { asked, answered: new Promise((resolve) => socket.on('close', () => resolve(text))) };
  });
  Promise.all(all.map(({ asked }) => asked)).then(() => {
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
  });
  Promise.all(all.map(({ answered }) => answered)).then((texts) => parentPort.postMessage(texts));
`;

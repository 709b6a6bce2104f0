import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Logger, pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/core/faults/fault.js';
import { bearer, startTestServer, type TestServer } from '../../support/server.js';
import { connectSecurely } from '../../support/tls.js';
import { bytesOf, HOST } from '../../support/wire.js';

const SERIES = '/segments/data_series?segment_id=a&length=7';
const request = (target = SERIES) => bytesOf({ target, headers: [HOST, 'Authorization: Bearer KEY'] });
const DELAY: Effect = { delay: { kind: 'fixed', ms: 50 } };

function start(tls: 'off' | 'auto', effect: Effect, log?: Logger): Promise<TestServer> {
  const workspaces = [{ name: 'w', apiKeys: [{ key: 'KEY' }], segments: [{ id: 'a' }], faults: [{ effect }] }];
  return startTestServer({ workspaces, tls, ...(log && { log }) });
}

async function open({ url, httpsUrl, ca }: TestServer): Promise<Socket> {
  if (httpsUrl !== undefined) return connectSecurely(httpsUrl, ca);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes, closes the sending side, and returns the bytes received until the server closes too. */
async function sendAndHalfClose(server: TestServer, bytes: string): Promise<string> {
  const socket = await open(server);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.end(bytes, 'latin1');
  await once(socket, 'close');
  return text;
}

interface Entry {
  status: number | null;
  /** 0 while it is in flight. */
  durationMs: number;
}

/** The newest entry of the journal, once there is one, or once its reply is sent or its client has left. */
async function entryOf(server: TestServer, which: 'any' | 'settled'): Promise<Entry> {
  for (;;) {
    const { body } = await server.control('GET', '/workspaces/w/requests?limit=1');
    const [entry] = (body as { requests: Entry[] }).requests;
    if (entry !== undefined && (which === 'any' || entry.durationMs > 0)) return entry;
  }
}

describe.each(['off', 'auto'] as const)('a client that closes its side after its request, with TLS %s,', (tls) => {
  it.each<[string, Effect]>([
    ['delayed', DELAY],
    ['dribbled', { dribble: { chunks: 5, durationMs: 50 } }],
    ['delayed and dribbled', { ...DELAY, dribble: { chunks: 5, durationMs: 50 } }],
    ['delayed and corrupted', { ...DELAY, data: 'shuffled' }],
  ])('gets a reply that is %s', async (_name, effect) => {
    const server = await start(tls, effect);
    const [head = '', body = ''] = (await sendAndHalfClose(server, request())).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(JSON.parse(body)).toMatchObject({ message: 'success', data: Array<unknown>(7).fill(expect.anything()) });
    expect(await entryOf(server, 'settled')).toMatchObject({ status: 200 });
  });

  it('gets the replies to all its pipelined requests, and the last one says that it is', async () => {
    const server = await start(tls, DELAY);
    const text = await sendAndHalfClose(server, request() + request('/segments/list'));
    expect([...text.matchAll(/HTTP\/1\.1 \d+|connection: close/g)].map(([line]) => line)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'connection: close',
    ]);
  });

  it('still gets the events of a stream', async () => {
    const server = await start(tls, DELAY);
    const socket = await open(server);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    const hears = async (pattern: RegExp) => {
      while (!pattern.test(text)) await once(socket, 'data');
    };
    socket.end(bytesOf({ target: '/__mock/workspaces/w/requests/stream', headers: [HOST] }));
    await hears(/\n:\n\n[^]*\n:\n\n/);
    await server.get('/segments/list', bearer('KEY'));
    await hears(/\nid: 1\ndata: \{.*"path":"\/segments\/list".*\}\n\n\r\n/);
    expect(text.match(/^id: /gm)).toHaveLength(1);
    await Promise.all([once(socket, 'close'), server.stop()]);
  });

  it('gets the refusal of a request that it did not finish', async () => {
    const server = await start(tls, DELAY);
    expect(await sendAndHalfClose(server, request().slice(0, 40))).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('does not delay the stop', async () => {
    const server = await start(tls, { delay: { kind: 'fixed', ms: 600_000 } });
    const reply = sendAndHalfClose(server, request());
    await entryOf(server, 'any');
    await server.stop();
    expect(await reply).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe.each(['off', 'auto'] as const)('a client that leaves without a reset, with TLS %s,', (tls) => {
  it('is no longer a listener of a stream', async () => {
    const lines: string[] = [];
    const server = await start(tls, DELAY, pino({ level: 'info' }, { write: (line) => void lines.push(line) }));
    const socket = await open(server);
    socket.write(bytesOf({ target: '/__mock/workspaces/w/requests/stream', headers: [HOST] }));
    await once(socket, 'data');
    socket.destroy();
    // A request is logged when its reply is over.
    await expect.poll(() => lines.some((line) => line.includes('/requests/stream'))).toBe(true);
  });
});

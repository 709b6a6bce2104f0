import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { traceWith } from '../../support/traces.js';
import { streamRequests } from '../../../src/server/control/event-stream.js';
import { Connections } from '../../../src/server/transport/connections.js';
import { Journal, type Listener as JournalListener } from '../../../src/core/journal/journal.js';
import { PATIENT } from '../../support/transport.js';
import { bearer, openTestServer, startTestServer, type TestServer } from '../../support/server.js';

const STREAM = '/workspaces/default/requests/stream';
const GOOD = '/segments/data_series?segment_id=segment_1234&length=1';

interface Listener {
  socket: Socket;
  text: () => string;
  /** Resolves when the text so far has the pattern in it. */
  until: (pattern: RegExp) => Promise<void>;
  closed: Promise<unknown>;
}

/** Asks for a stream, and reads it or does not. */
async function listen({ url }: Pick<TestServer, 'url'>, path = STREAM, reads = true): Promise<Listener> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) await once(socket, 'data');
  };
  socket.write(`GET /__mock${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await until(/: the requests to come\n\n/);
  if (!reads) socket.pause();
  return { socket, text: () => text, until, closed };
}

const eventsIn = (text: string) =>
  [...text.matchAll(/^id: (.*)\ndata: (.*)\n$/gm)].map(([, id, data]) => ({
    id,
    data: JSON.parse(data!) as unknown,
  }));

it('is an event stream with no-store', async () => {
  const server = await startTestServer();
  const { text } = await listen(server);
  const [statusLine, ...lines] = text().split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  expect(statusLine).toBe('HTTP/1.1 200 OK');
  expect(lines).toEqual(
    expect.arrayContaining([
      'content-type: text/event-stream; charset=utf-8',
      'cache-control: no-store',
      'x-content-type-options: nosniff',
    ]),
  );
});

it('sends each new request as the journal shows it', async () => {
  const server = await startTestServer({ clock: '2024-01-31' });
  await server.get(GOOD);
  const { until, text } = await listen(server);
  await server.get(GOOD);
  await server.get('/segments/data_series');
  await until(/id: 3\n.*\n\n/);
  const { body } = await server.control('GET', '/workspaces/default/requests?limit=2');
  const { requests } = body as { requests: { id: string }[] };
  const expected = requests.toReversed().map((data) => ({ id: data.id, data }));
  expect(eventsIn(text())).toEqual(expected);
});

it('sends the requests of one journal to any number of listeners', async () => {
  const server = await startTestServer();
  const { name, apiKey } = (await server.control('POST', '/workspaces')).body as { name: string; apiKey: string };
  const listeners = await Promise.all(
    [STREAM, STREAM, `/workspaces/${name}/requests/stream`, '/requests/stream'].map((path) => listen(server, path)),
  );
  for (const headers of [undefined, bearer(apiKey), {}, undefined, bearer(apiKey), {}]) await server.get(GOOD, headers);
  await Promise.all(listeners.map(({ until }) => until(/id: 2\n.*\n\n/)));
  const outcomes = listeners.map(({ text }) =>
    eventsIn(text()).map(({ data }) => (data as { outcome: string }).outcome),
  );
  expect(outcomes).toEqual([
    ['success', 'success'],
    ['success', 'success'],
    ['success', 'success'],
    ['api_key_missing', 'api_key_missing'],
  ]);
});

it('renders an entry once for any number of listeners', async () => {
  const connections = new Connections();
  const count = async (listeners: number) => {
    const journal = new Journal(0);
    let masked = 0;
    const written: unknown[] = [];
    for (let index = 0; index < listeners; index++) {
      const raw = { writeHead: () => undefined, write: (chunk: unknown) => written.push(chunk), once: () => undefined };
      const reply = {
        hijack: () => ({ raw }),
        request: { raw: { socket: new EventEmitter() }, method: 'GET' },
      } as unknown as FastifyReply;
      streamRequests(journal, (text) => (masked++, text), reply, connections);
    }
    journal.finish(traceWith({ number: 1, target: GOOD }), 200, 1);
    const events = written.slice(-listeners);
    expect(written).toHaveLength(2 * listeners);
    return { masked, distinct: new Set(events).size };
  };
  expect(await count(1000)).toEqual({ ...(await count(1)), distinct: 1 });
});

it('sends an event to each listener in one write, with the frame of its chunk', async () => {
  const journal = new Journal(0);
  const connections = new Connections();
  const server = createServer((raw, response) => {
    const reply = { hijack: () => ({ raw: response }), request: { raw, method: 'GET' } };
    streamRequests(journal, (text) => text, reply as unknown as FastifyReply, connections);
  });
  const writes: (() => number)[] = [];
  server.on('connection', (socket) => {
    const single = vi.spyOn(socket, '_write');
    const gathered = vi.spyOn(socket as Required<Socket>, '_writev');
    writes.push(() => single.mock.calls.length + gathered.mock.calls.length);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const listeners = [await listen({ url }), await listen({ url }), await listen({ url })];
  const before = writes.map((count) => count());
  journal.finish(traceWith({ number: 1, target: GOOD }), 200, 1);
  await Promise.all(listeners.map(({ until }) => until(/\}\n\n\r\n/)));
  expect(writes.map((count, index) => count() - before[index]!)).toEqual([1, 1, 1]);
});

it('works with a journal of size 0', async () => {
  const server = await startTestServer({ journalSize: 0 });
  const { until, text } = await listen(server);
  await server.get(GOOD);
  await until(/id: 1\n.*\n\n/);
  expect(eventsIn(text())).toHaveLength(1);
});

it('survives a reset of its workspace', async () => {
  const server = await startTestServer();
  const { until } = await listen(server);
  await server.control('POST', '/workspaces/default/reset');
  await server.control('POST', '/reset');
  await server.get(GOOD);
  await expect(until(/id: 1\n.*\n\n/)).resolves.toBeUndefined();
});

it.each([
  ['is deleted', 'DELETE', '/workspaces/made'],
  ['is gone by a reset of everything', 'POST', '/reset'],
])('ends when its workspace %s', async (_how, method, path) => {
  const server = await startTestServer();
  await server.control('POST', '/workspaces', { name: 'made' });
  const { closed, text } = await listen(server, '/workspaces/made/requests/stream');
  expect((await server.control(method, path)).status).toBe(204);
  await closed;
  expect(text()).toMatch(/\r\n0\r\n\r\n$/);
});

describe('a client that never reads', () => {
  const addLarge = (journal: Journal) =>
    journal.finish(traceWith({ number: 1, target: `/segments/data_series?${'x'.repeat(100_000)}` }), 200, 1);
  const unmasked = (text: string) => text;

  /** A journal with a listener that has let some bytes pile up in the server. */
  async function stalled() {
    const journal = new Journal(0);
    const subscribe = vi.spyOn(journal, 'listen');
    const connections = new Connections();
    const streams: ServerResponse[] = [];
    const server = createServer((raw, response) => {
      streams.push(response);
      const reply = { hijack: () => ({ raw: response }), request: { raw, method: 'GET' } };
      streamRequests(journal, unmasked, reply as unknown as FastifyReply, connections);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => server.close().closeAllConnections());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const listener = await listen({ url }, STREAM, false);
    const [stream] = streams as [ServerResponse];
    while (stream.writableLength === 0) {
      addLarge(journal);
      await nextTurn();
    }
    const heard = vi.spyOn(subscribe.mock.calls[0]?.[0] as JournalListener, 'heard');
    const isForgotten = () => {
      heard.mockClear();
      addLarge(journal);
      return heard.mock.calls.length === 0;
    };
    return { journal, connections, server, listener, stream, isForgotten };
  }

  it('is disconnected and released when too much is buffered', async () => {
    const { journal, stream, isForgotten } = await stalled();
    const closed = once(stream, 'close');
    for (let count = 0; count < 4; count++) addLarge(journal);
    await closed;
    expect([stream.writableFinished, isForgotten()]).toEqual([false, true]);
  });

  it.each([
    ['the journal is closed', ({ journal }: { journal: Journal }) => journal.close()],
    [
      'the server stops',
      ({ connections, server }: { connections: Connections; server: Server }) => connections.drain(server),
    ],
  ])('does not delay anything when %s', async (_when, end) => {
    const { listener, stream, isForgotten, ...ends } = await stalled();
    const closed = once(stream, 'close');
    void end(ends);
    await Promise.race([closed, nextTurn().then(nextTurn).then(nextTurn)]);
    expect([stream.closed, isForgotten()]).toEqual([true, true]);
    listener.socket.resume();
    await listener.closed;
  });
});

it('answers HEAD and ends', async () => {
  const server = await startTestServer();
  const { status, headers, text } = await server.control('HEAD', STREAM);
  expect([status, headers['content-type'], text]).toEqual([200, 'text/event-stream; charset=utf-8', '']);
});

it('is closed when the server stops, without waiting for the deadline', async () => {
  const server = await openTestServer({ stopTimes: PATIENT });
  const listeners = [await listen(server), await listen(server, '/requests/stream')];
  await expect(server.stop()).resolves.toBeUndefined();
  await Promise.all(listeners.map(({ closed }) => closed));
});

it('ends without a write after the end when the server stops while a half-closed client is probed', async () => {
  const server = await openTestServer();
  const { socket, until, closed } = await listen(server);
  const failed: unknown[] = [];
  const onFailure = (error: unknown) => failed.push(error);
  process.on('uncaughtException', onFailure);
  onTestFinished(() => void process.off('uncaughtException', onFailure));
  socket.end();
  await until(/\r\n:\n\n/);
  await server.stop();
  await closed;
  await nextTurn();
  expect(failed).toEqual([]);
});

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { formatDay } from '../../src/core/time/calendar.js';
import { LIMITS } from '../../src/server/transport/limits.js';
import { type Apart, startApart } from '../support/apart.js';
import { exchangeBytes } from '../support/raw.js';
import { API_KEY, bearer, call } from '../support/server.js';

/** A load that must not leak. */
export interface Trial {
  name: string;
  /** The amount of load. */
  amount: number;
  load: (server: Apart, amount: number) => Promise<void>;
}

/** Limit of growth in bytes: compiled code, cached sizes and bodies, and memory not yet collected. */
const TOLERANCE = 4 * 1024 * 1024;
const JOURNAL = 1000;
const GOOD = '/segments/data_series?segment_id=segment_1234&length=100';

/** A year and a half of sizes, which makes a leak per segment show sooner. */
const POINTS = Object.fromEntries(Array.from({ length: 500 }, (_point, index) => [formatDay(19_000 + index), index]));

export const TRIALS: Trial[] = [
  {
    name: 'ten journals full of requests',
    amount: 10 * JOURNAL,
    load: (server, amount) => pipelined(server, amount, (count) => ask(`${GOOD}&x=${count}`)),
  },
  {
    name: 'workspaces made and deleted',
    amount: 1_000,
    load: (server, amount) =>
      times(amount, async (count) => {
        const made = await control(server, 'POST', '/workspaces', {
          name: `w-${count}`,
          segments: [{ id: 'own', points: POINTS }],
        });
        const { apiKey } = made.body as { apiKey: string };
        // A body is cached on its second request.
        for (let again = 0; again < 2; again++) {
          await call(`${server.url}/segments/data_series?segment_id=own&length=1`, { headers: bearer(apiKey) });
        }
        await control(server, 'PUT', `/workspaces/w-${count}/clock`, { scale: 2 });
        await control(server, 'DELETE', `/workspaces/w-${count}`);
      }),
  },
  {
    name: 'faults planned, met and dropped',
    amount: 10_000,
    load: async (server, amount) => {
      await pipelined(server, amount, (count) =>
        tell('/workspaces/default/faults', { trigger: { segmentId: `s-${count}`, times: 1 }, effect: { status: 503 } }),
      );
      await pipelined(server, 100, () => ask(GOOD));
      await control(server, 'DELETE', '/workspaces/default/faults');
    },
  },
  {
    name: 'listeners that never read',
    amount: 1_000,
    load: async (server, amount) => {
      const before = await server.measure();
      const listeners: Socket[] = [];
      await times(amount, async () => void listeners.push(await deafListener(server)));
      // These headers make events large; the system also buffers some megabytes per listener.
      const headers = { ...bearer(API_KEY), 'x-filler': 'x'.repeat(12_000) };
      const most = before.bytes + 2 * amount * LIMITS.listenerBacklog + TOLERANCE;
      for (let events = 0, open = amount; open > AT_ONCE; events++) {
        await call(server.url + GOOD, { headers });
        if (events % 25 > 0) continue;
        const { bytes, sockets } = await server.measure();
        open = sockets;
        if (bytes > most) throw new Error(`${amount} listeners that do not read hold ${bytes} bytes`);
        if (events > 2_000) throw new Error(`of ${amount} listeners that do not read ${sockets} are connected still`);
      }
      for (const listener of listeners) listener.destroy();
    },
  },
];

/** Does a server use as much memory after a load as before? It is warmed up with a part of the load first. */
export async function returns({
  load,
  amount,
}: Trial): Promise<{ grown: number; tolerance: number; problems: string[] }> {
  const server = await startApart({ settings: { journalSize: JOURNAL, rateLimit: 'off' } });
  try {
    // Caches fill and code is compiled.
    await load(server, Math.ceil(amount / 4));
    const before = await forgotten(server);
    await load(server, amount);
    const after = await forgotten(server);
    const grown = after.bytes - before.bytes;
    return {
      grown,
      tolerance: TOLERANCE,
      problems: [
        ...(grown <= TOLERANCE ? [] : [`${grown} bytes more`]),
        ...(after.sockets <= before.sockets ? [] : [`${after.sockets} sockets left`]),
        ...(after.resources <= before.resources ? [] : [`${after.resources} resources instead of ${before.resources}`]),
        ...(server.complaints() === '' ? [] : [server.complaints()]),
      ],
    };
  } finally {
    await server.stop();
  }
}

/** The memory in use with empty journals and without connections. */
async function forgotten(server: Apart) {
  await control(server, 'POST', '/reset', undefined, { connection: 'close' });
  return server.settled();
}

/** The bytes of a request without the end of its headers and its body. */
type Bytes = [head: string, body: string];

const ask = (target: string): Bytes => [
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${API_KEY}\r\n`,
  '',
];

function tell(path: string, body: unknown): Bytes {
  const json = JSON.stringify(body);
  return [`POST /__mock${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${json.length}\r\n`, json];
}

const PIPELINED = 100;

/** Pipelines the given number of requests, and checks that each succeeds. */
async function pipelined({ url }: Apart, amount: number, request: (count: number) => Bytes): Promise<void> {
  for (let sent = 0; sent < amount; sent += PIPELINED) {
    const requests = Array.from({ length: PIPELINED }, (_request, index) => request(sent + index));
    const bytes = requests.map(([head, body], index) => {
      const isLast = index === PIPELINED - 1;
      return `${head}${isLast ? 'Connection: close\r\n' : ''}\r\n${body}`;
    });
    const text = await exchangeBytes(url, bytes.join(''));
    const good = text.split(/HTTP\/1\.1 20[01] /).length - 1;
    if (good !== PIPELINED) throw new Error(`of ${PIPELINED} requests ${good} succeeded: ${text.slice(-300)}`);
  }
}

const AT_ONCE = 16;

async function times(amount: number, work: (count: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < amount) await work(next++);
    }),
  );
}

async function control(
  { url }: Apart,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const reply = await call(`${url}/__mock${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.text}`);
  return reply;
}

async function deafListener({ url }: Apart): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('GET /__mock/workspaces/default/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  return socket;
}

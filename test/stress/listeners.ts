import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextEventLoopTurn } from 'node:timers/promises';
import { usageOf } from '../bench/usage.js';
import { type Apart, startApart } from '../support/apart.js';
import { API_KEY, bearer, call } from '../support/server.js';
import type { Report } from './report.js';

const ROUNDS = 5;
/** Listeners of each of the two servers that take turns, and requests in each turn. */
const AUDIENCES = [
  { listeners: 1, requests: 1000 },
  { listeners: 1000, requests: 50 },
] as const;
/** Limit of the CPU milliseconds for an event to one more listener: several times what its write takes. */
const MOST_A_LISTENER = 0.05;

/** The server's CPU time of a request whose entry is sent to one listener, and to 1,000. */
export async function listenerTrials(): Promise<Report[]> {
  const audiences = await Promise.all(AUDIENCES.map(gather));
  try {
    const costs = audiences.map((): number[] => []);
    // The first round compiles the code.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, audience] of audiences.entries()) {
        const cost = await costOf(audience);
        if (round > 0) costs[index]?.push(cost);
      }
    }
    const [one = 0, many = 0] = costs.map((each) => each.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
    const [few, most] = AUDIENCES;
    const each = (many - one) / (most.listeners - few.listeners);
    return [
      {
        name: `CPU time of a request with ${few.listeners} listener and with ${most.listeners}`,
        measured: `${one.toFixed(2)} ms and ${many.toFixed(2)} ms, ${(each * 1000).toFixed(1)} µs a listener`,
        problems: each <= MOST_A_LISTENER ? [] : [`more than ${MOST_A_LISTENER * 1000} µs a listener`],
      },
    ];
  } finally {
    for (const { server, sockets } of audiences) {
      for (const socket of sockets) socket.destroy();
      await server.stop();
    }
  }
}

interface Audience {
  server: Apart;
  sockets: Socket[];
  requests: number;
  /** Events that all its listeners received together. */
  events: () => number;
}

async function gather({ listeners, requests }: (typeof AUDIENCES)[number]): Promise<Audience> {
  const server = await startApart({ settings: { rateLimit: 'off' } });
  const { hostname, port } = new URL(server.url);
  let events = 0;
  const sockets: Socket[] = [];
  for (let count = 0; count < listeners; count++) {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.write('GET /__mock/workspaces/default/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.setEncoding('latin1').on('data', (text: string) => (events += text.split('\ndata: ').length - 1));
  }
  return { server, sockets, requests, events: () => events };
}

/** CPU milliseconds of a request, until all listeners have its event. */
async function costOf({ server, sockets, requests, events }: Audience): Promise<number> {
  const awaited = events() + requests * sockets.length;
  const before = usageOf(server.pid).cpu;
  for (let count = 0; count < requests; count++) {
    await call(`${server.url}/segments/data_series?segment_id=segment_1234&length=7`, { headers: bearer(API_KEY) });
  }
  while (events() < awaited) await nextEventLoopTurn();
  return ((usageOf(server.pid).cpu - before) / requests) * 1000;
}

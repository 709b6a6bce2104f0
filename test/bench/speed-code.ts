import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { answer } from '../../src/core/answer.js';
import type { ServiceRequest } from '../../src/core/request.js';
import { bodyWriter } from '../../src/core/profiles/series-body.js';
import { formatDay, parseDay } from '../../src/core/time/calendar.js';
import { buildServedApp } from '../../src/server/app.js';
import { TRANSPORT } from '../../src/server/transport/transport.js';
import { appOptions } from '../support/app.js';
import { mockOf } from '../support/mock.js';
import type { Lab } from './lab.js';
import { inTurns, type Measured, medianOf } from './measure.js';
import { type Server, startServed } from './server.js';
import * as cells from './table.js';
import { HOT } from './windows.js';

const ROUNDS = 5;
const DAY = parseDay('2024-01-31') as number;
const TARGET = '/segments/data_series?segment_id=segment_1234&length=100&ending_at=2024-01-31';
const HEADERS = {
  host: 'localhost',
  authorization: 'Bearer YOUR-REST-API-KEY',
  accept: '*/*',
  'user-agent': 'curl/8.5.0',
};

interface Trick {
  figure: string;
  times: number;
  using: () => unknown;
  without: () => unknown;
}

/** What each optimization saves: with and without it, in turns. */
export async function speedCode(lab: Lab): Promise<cells.Row[]> {
  const rows: cells.Row[] = [];
  const servers: Closing[] = [];
  for (const trick of await tricks(servers)) {
    const [using, without] = await timesOf(trick);
    rows.push(savingRow(trick.figure, using, without));
  }
  for (const close of servers) await close();
  return [...rows, await batchRow(lab)];
}

function savingRow(figure: string, using: number, without: number): cells.Row {
  return {
    figure,
    mock: cells.microseconds(using),
    beside: cells.microseconds(without),
    compared: `saves ${cells.microseconds(without - using)}`,
    ...cells.FOR_YOUR_INFORMATION,
  };
}

/** Shows only under load from another process, in the CPU time of the server. */
async function batchRow(lab: Lab): Promise<cells.Row> {
  const servers = [TRANSPORT.repliesAtOnce, 1].map((replies) => startServed(lab.fixture, replies));
  const [together, alone] = (await Promise.all(servers)) as [Server, Server];
  for (const server of [together, alone]) await lab.warm(server, HOT);
  const turn = (server: Server) => (round: number) => lab.measure(server, HOT, 1, round);
  const measured = await inTurns(ROUNDS, { together: turn(together), alone: turn(alone) });
  for (const server of [together, alone]) await server.stop();
  const cpu = (results: readonly Measured[]) => medianOf(results, (result) => result.cpu);
  const figure = 'Hot window under load: replies sent together, and one by one';
  return savingRow(figure, cpu(measured.together), cpu(measured.alone));
}

type Closing = () => Promise<unknown>;

async function tricks(servers: Closing[]): Promise<Trick[]> {
  const write = bodyWriter({ before: '{"message":"success","data":[', afterDate: 'T00:00:00+00:00', after: ']}' });
  const sizeOn = (day: number) => 200_000 + ((day * 7919) % 50_000);
  const settings = { rateLimit: 'off' as const };
  const [plain, uncached] = [mockOf(settings), mockOf(settings)];
  uncached.seriesBodies.body = (series, profile, window, days) => profile.series(window, series.estimates(days));
  const hot: ServiceRequest = { method: 'GET', target: TARGET, headers: HEADERS };
  let count = 0;
  const withNewHeader = () => ({ ...hot, headers: { ...HEADERS, 'x-request-id': String(count++) } });
  const [short, routed] = [await serverOf(false, servers), await serverOf(true, servers)];
  return [
    {
      figure: 'Body of 100 rows: written as bytes, and by JSON.stringify',
      times: 20_000,
      using: () => write(DAY - 99, DAY, sizeOn),
      without: () => JSON.stringify({ message: 'success', data: rowsOf(sizeOn) }),
    },
    {
      figure: 'Hot window: body cached, and made each time',
      times: 20_000,
      using: () => answer(plain, hot),
      without: () => answer(uncached, hot),
    },
    {
      figure: 'Headers in the journal: text shared, and new each time',
      times: 20_000,
      using: () => answer(plain, hot),
      without: () => answer(plain, withNewHeader()),
    },
    {
      figure: 'Request and reply over a socket: without Fastify, and by its route (a hook is there)',
      times: 5_000,
      using: () => short(),
      without: () => routed(),
    },
  ];
}

function rowsOf(sizeOn: (day: number) => number) {
  return Array.from({ length: 100 }, (_none, index) => {
    const day = DAY - 99 + index;
    return { time: `${formatDay(day)}T00:00:00+00:00`, size: sizeOn(day) };
  });
}

/** Asks a server, which is closed at the end, on one connection. */
async function serverOf(isHooked: boolean, servers: Closing[]): Promise<() => Promise<unknown>> {
  const { fastify } = buildServedApp(mockOf({ rateLimit: 'off' }), appOptions());
  if (isHooked) fastify.addHook('preHandler', (_request, _reply, done) => done());
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  servers.push(async () => {
    agent.destroy();
    await fastify.close();
  });
  return async () => {
    const [reply] = (await once(get(url + TARGET, { headers: HEADERS, agent }), 'response')) as [IncomingMessage];
    await once(reply.resume(), 'end');
  };
}

/** Fastify's `inject` returns a thenable, not a `Promise`. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

/** Microseconds with and without, the median of alternating rounds. */
async function timesOf({ times, using, without }: Trick): Promise<[using: number, without: number]> {
  const took: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, work] of [using, without].entries()) {
      const began = performance.now();
      for (let time = 0; time < times; time++) {
        const result = work();
        if (isThenable(result)) await result;
      }
      // The first round warms up.
      if (round > 0) took[index]?.push(((performance.now() - began) / times) * 1000);
    }
  }
  const median = (values: number[]) => values.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] as number;
  return [median(took[0]), median(took[1])];
}

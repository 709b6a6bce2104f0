import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { buildServedApp } from '../../src/server/app.js';
import { appOptions } from './app.js';
import type { ApartOptions, Measure } from './apart.js';
import { transportWith } from './transport.js';
import { mockOf } from './mock.js';

// The process that `startApart` starts: serves, and measures itself whenever it gets a message.

const { settings, limits, workspaces } = JSON.parse(process.argv[2] ?? '{}') as ApartOptions;
const mock = mockOf(settings, workspaces);
const log = pino({ level: 'error', base: null }, process.stderr);
const { fastify } = buildServedApp(
  mock,
  appOptions({ ...(settings && { settings }), log, transport: transportWith({ ...(limits && { limits }) }) }),
);
await fastify.ready();
fastify.server.listen({ host: '127.0.0.1', port: 0 });
await once(fastify.server, 'listening');

process.on('message', () => void measure().then((measured) => process.send?.(measured)));
process.on('disconnect', () => process.exit());
process.send?.(`http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`);

async function measure(): Promise<Measure> {
  for (let times = 0; times < 4; times++) {
    globalThis.gc?.();
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  const sockets = await new Promise<number>((resolve) => {
    fastify.server.getConnections((_error, count) => resolve(count));
  });
  return {
    bytes: heapUsed + external,
    journalBytes: mock.journalSpace.used,
    resources: process.getActiveResourcesInfo().length,
    sockets,
  };
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { buildApp } from './app.js';
import type { Mock } from './mock.js';

/** A server that listens. */
export interface RunningServer {
  /** Where to reach it, without a trailing slash. */
  url: string;
  /** Answers every request whose first byte was read, closes all connections, and resolves: within a second. */
  stop(): Promise<void>;
}

/** Starts serving the mock on the host and port of its settings. Rejects where the port cannot be had. */
export async function startServer(mock: Mock, log: Logger): Promise<RunningServer> {
  const { fastify, connections } = buildApp(mock, log);
  const { host, port } = mock.settings;
  await fastify.ready();
  fastify.server.listen({ host, port });
  await once(fastify.server, 'listening');
  const address = fastify.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async stop() {
      await connections.drain(fastify.server);
      await fastify.close();
    },
  };
}

import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { buildServedApp } from './app.js';
import { listenSecurely } from './transport/tls-listener.js';
import { TRANSPORT } from './transport/transport.js';
import type { Mock } from '../core/mock.js';
import type { AppOptions, ServerSettings } from './options.js';
import type { Identity } from './tls/certificates.js';

export interface RunningServer {
  /** Where to reach the server, without a path: the control API is at `${origin}/__mock`. */
  origin: string;
  /** What clients take as the address of Braze: the origin and the base path, without a trailing slash. */
  url: string;
  /** The same over TLS, if the server has an identity. */
  httpsUrl?: string;
  /** Answers every request whose first byte was read, closes all connections, and resolves: within a second. */
  stop(): Promise<void>;
}

/**
 * Starts serving the mock on the host and ports of the settings, over https too if there is an identity. Rejects where a
 * port cannot be had.
 */
export async function startServer(
  mock: Mock,
  options: AppOptions & { settings: ServerSettings; identity?: Identity | undefined },
): Promise<RunningServer> {
  const { log, settings, identity, transport = TRANSPORT } = options;
  const { fastify, connections } = buildServedApp(mock, options);
  const { host, port, httpsPort } = settings;
  const secure = identity && listenSecurely(fastify.server, identity, log, transport.limits);
  await fastify.ready();
  const stop = async () => {
    await connections.drain(fastify.server, secure);
    await fastify.close();
  };
  const listen = async (server: Server, wanted: number) => {
    server.listen({ host, port: wanted });
    await once(server, 'listening');
    return `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  };
  const { basePath = '' } = mock.settings;
  const origin = `http://${await listen(fastify.server, port)}`;
  const url = origin + basePath;
  if (secure === undefined) return { origin, url, stop };
  try {
    return { origin, url, httpsUrl: `https://${await listen(secure.server, httpsPort)}${basePath}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

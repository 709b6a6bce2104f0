import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { buildApp } from './app.js';
import { listenSecurely } from './transport/tls-listener.js';
import { TRANSPORT } from './transport/transport.js';
import type { Mock } from '../core/mock.js';
import type { AppOptions, ServerSettings } from './options.js';
import type { Identity } from './tls/certificates.js';

export interface RunningServer {
  /** Where to reach it, without a trailing slash. */
  url: string;
  /** Where to reach it over TLS, if it has an identity. */
  httpsUrl?: string;
  /** Answers every request whose first byte was read, closes all connections, and resolves: within a second. */
  stop(): Promise<void>;
}

export interface ServerOptions extends AppOptions {
  settings: ServerSettings;
  /** As whom to serve https too. */
  identity?: Identity | undefined;
}

/** Starts serving the mock on the host and ports of the settings. Rejects where a port cannot be had. */
export async function startServer(mock: Mock, options: ServerOptions): Promise<RunningServer> {
  const { log, settings, identity, transport = TRANSPORT } = options;
  const { fastify, connections } = buildApp(mock, options);
  const { host, port, httpsPort } = settings;
  const secure = identity && listenSecurely(fastify.server, identity, log, transport.limits);
  await fastify.ready();
  const stop = async () => {
    await connections.drain(fastify.server, secure);
    secure?.close();
    await fastify.close();
  };
  const listen = async (server: Server, wanted: number) => {
    server.listen({ host, port: wanted });
    await once(server, 'listening');
    return `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  };
  const url = `http://${await listen(fastify.server, port)}`;
  if (secure === undefined) return { url, stop };
  try {
    return { url, httpsUrl: `https://${await listen(secure.server, httpsPort)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { API_KEY, bearer, type TestReply } from './server.js';

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A raw TLS connection that trusts one CA. */
export async function connectSecurely(
  url: string,
  ca: string | undefined,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), ...(ca !== undefined && { ca }), ...options });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

interface SecureCall {
  servername?: string;
  headers?: Record<string, string>;
}

/** Calls over HTTPS, trusting one CA; `servername` can differ from the host of the URL. */
export async function getSecurely(
  url: string,
  ca: string | undefined,
  { servername, headers = bearer(API_KEY) }: SecureCall = {},
): Promise<TestReply> {
  const outgoing = request(url, {
    headers: { ...headers, ...(servername !== undefined && { host: servername }) },
    ...(ca !== undefined && { ca }),
    ...(servername !== undefined && { servername }),
    agent: false,
  });
  outgoing.end();
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await text(reply);
  return {
    status: reply.statusCode ?? 0,
    headers: reply.headers as Record<string, string>,
    text: body,
    body: JSON.parse(body) as unknown,
  };
}

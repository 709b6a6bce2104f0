import http from 'node:http';
import type { Settings } from '../start/settings.js';

/** Milliseconds in which a healthy server answers. */
const PATIENCE = 2_000;

/** Asks a running server for its health; gives what is wrong, or `undefined` where all is well. */
export async function unhealthy({ host, port }: Pick<Settings, 'host' | 'port'>): Promise<string | undefined> {
  const url = `http://${reachable(host)}:${port}/__mock/health`;
  try {
    const status = await statusOf(url);
    return status === 200 ? undefined : `${url} answered ${status}`;
  } catch (error) {
    const { cause, code, message } = error as NodeJS.ErrnoException;
    // Of several addresses that refuse, Node gives an error without a message.
    return `${url} does not answer: ${cause instanceof Error ? cause.message : message || code}`;
  }
}

/** An orchestrator asks every few seconds, each time in a new process: `fetch` would take half of its time to load. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(PATIENCE) };
    const request = http.get(url, options, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    request.once('error', reject);
  });
}

/** A server that listens everywhere listens on this machine's own address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

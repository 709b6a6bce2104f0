import type { Settings } from './settings.js';

/** Milliseconds in which a healthy server answers. */
const PATIENCE = 2_000;

/** Asks a running server for its health; gives what is wrong, or `undefined` where all is well. */
export async function unhealthy({ host, port }: Pick<Settings, 'host' | 'port'>): Promise<string | undefined> {
  const url = `http://${reachable(host)}:${port}/__mock/health`;
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    return ok ? undefined : `${url} answered ${status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return `${url} does not answer: ${cause instanceof Error ? cause.message : message}`;
  }
}

/** A server that listens everywhere listens on this machine's own address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

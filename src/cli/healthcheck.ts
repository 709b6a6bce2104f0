import http from 'node:http';
import type { Settings } from '../start/settings.js';
import { readOnlySettings } from './parse-settings.js';
import type { ProcessContext } from './process-context.js';
import { reportErrors } from './report-errors.js';

/** Timeout in milliseconds. */
const TIMEOUT_MS = 2_000;

/** The command; it exits with 0 if a mock with these settings answers. */
export function healthcheck(args: readonly string[], { environment, stderr }: ProcessContext): Promise<number> {
  return reportErrors(stderr, async () => {
    const problem = await healthProblem(readOnlySettings(args, environment));
    if (problem !== undefined) stderr.write(`error: ${problem}\n`);
    return problem === undefined ? 0 : 1;
  });
}

/** Checks the health of a running server. Returns what is wrong, or `undefined`. */
export async function healthProblem({ host, port }: Pick<Settings, 'host' | 'port'>): Promise<string | undefined> {
  const url = `http://${reachable(host)}:${port}/__mock/health`;
  try {
    const status = await fetchStatus(url);
    return status === 200 ? undefined : `${url} answered ${status}`;
  } catch (error) {
    const { cause, code, message } = error as NodeJS.ErrnoException;
    // If several addresses refuse, the AggregateError of Node has no message.
    return `${url} does not answer: ${cause instanceof Error ? cause.message : message || code}`;
  }
}

/** Uses `node:http`: loading `fetch` would double the run time of this process, which starts every few seconds. */
function fetchStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const request = http.get(url, options, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    request.once('error', reject);
  });
}

/** Maps the wildcard addresses to loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

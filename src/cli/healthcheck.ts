import http from 'node:http';
import { ConfigurationError } from '../schema/configuration-error.js';
import type { Settings } from '../start/settings.js';
import { monotonicNow, sleep } from '../system/real-time.js';
import { readOnlySettings } from './parse-settings.js';
import type { ProcessContext } from './process-context.js';
import { reportErrors } from './report-errors.js';

/** Timeout in milliseconds. */
const TIMEOUT_MS = 2_000;

/** The command; it exits with 0 if a mock with these settings answers. */
export function healthcheck(
  args: readonly string[],
  { environment, stderr, stopped }: ProcessContext,
): Promise<number> {
  return reportErrors(stderr, async () => {
    const { waitMs, others } = readWait(args);
    const problem = await waitForHealth(readOnlySettings(others, environment), waitMs, stopped);
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

/** Milliseconds between two checks. */
const POLL_MS = 100;

/** Checks until the server is healthy, the time is over, or the signal aborts. Returns the last problem, if any. */
export async function waitForHealth(
  settings: Pick<Settings, 'host' | 'port'>,
  waitMs: number,
  stopped: AbortSignal,
): Promise<string | undefined> {
  const deadline = monotonicNow() + waitMs;
  for (;;) {
    const problem = await healthProblem(settings);
    const leftMs = deadline - monotonicNow();
    if (problem === undefined || leftMs <= 0 || stopped.aborted) return problem;
    await sleep(Math.min(POLL_MS, leftMs), stopped).catch(() => undefined);
  }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Takes `--wait 10s` out of the arguments; 0 without it. @throws ConfigurationError */
export function readWait(args: readonly string[]): { waitMs: number; others: string[] } {
  const isWait = (arg: string) => /^--wait(?:=|$)/.test(arg);
  const at = args.findIndex(isWait);
  if (at < 0) return { waitMs: 0, others: [...args] };
  const inline = args[at]?.includes('=') === true;
  const text = inline ? args[at]?.slice('--wait='.length) : args[at + 1];
  const others = args.toSpliced(at, inline || text === undefined ? 1 : 2);
  const [, count, unit = ''] = /^(\d{1,6})(ms|s|m)$/.exec(text ?? '') ?? [];
  const expected = 'a time such as 500ms, 10s or 2m';
  if (count === undefined)
    throw new ConfigurationError([
      `--wait: found ${text === undefined ? 'nothing' : JSON.stringify(text)}, expected ${expected}`,
    ]);
  if (others.some(isWait)) throw new ConfigurationError(['--wait: found a second time, expected once']);
  return { waitMs: Number(count) * (UNITS[unit] ?? 0), others };
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

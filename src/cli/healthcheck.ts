import net from 'node:net';
import { ConfigurationError } from '../schema/configuration-error.js';
import { DEFAULT_HOST, DEFAULT_PORT, PREFIX } from '../start/defaults.js';
import type { Settings } from '../start/settings.js';
import { monotonicNow, setTimeout, sleep } from '../system/real-time.js';
import type { ProcessContext } from './process-context.js';
import { reportErrors } from './report-errors.js';

/** The longest that one check takes. */
const TIMEOUT_MS = 2_000;

const PATH = '/__mock/health';
/** Characters of a reply that are read for its status, interim replies included. */
const MAX_HEAD = 16_384;

type Address = Pick<Settings, 'host' | 'port'>;

/** The command; it exits with 0 if a mock answers at the address that `read` finds in the flags and variables. */
export function healthcheck(
  args: readonly string[],
  { environment, stderr, stopped }: ProcessContext,
  read: (args: readonly string[], environment: NodeJS.ProcessEnv) => Address,
): Promise<number> {
  return reportErrors(stderr, async () => {
    const { waitMs, others } = readWait(args);
    const problem = await waitForHealth(read(others, environment), waitMs, stopped);
    if (problem !== undefined) stderr.write(`error: ${problem}\n`);
    return problem === undefined ? 0 : 1;
  });
}

/** The command without the schema of the settings; `undefined` if the flags or variables have to be checked by it. */
export async function quickHealthcheck(args: readonly string[], context: ProcessContext): Promise<number | undefined> {
  const address = plainAddress(args, context.environment);
  return address && healthcheck(args, context, () => address);
}

/** Names, IPv4 addresses, and two of IPv6: what the settings accept too. */
const HOST = /^(?:\w[\w.-]*|::1?)$/;
const PORT = /^(?:0|[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/;
const PLAIN_FLAGS = new Map([
  ['--port', PORT],
  ['--host', HOST],
  ['--wait', /^\d{1,6}(?:ms|s|m)$/],
]);
/** Those that a container of the image has. */
const PLAIN_VARIABLES = new Map([
  ['PORT', PORT],
  ['HOST', HOST],
  ['FIXTURES', /^[^,]+(?:,[^,]+)*$/],
  ['TLS_DIR', /./],
]);

/** The host and port of flags and variables that are valid at a glance; `undefined` if any needs another look. */
export function plainAddress(args: readonly string[], environment: NodeJS.ProcessEnv): Address | undefined {
  const found = new Map<string, string>();
  for (const [name, text = ''] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX)) continue;
    const setting = name.slice(PREFIX.length);
    if (PLAIN_VARIABLES.get(setting)?.test(text) !== true) return undefined;
    found.set(`--${setting.toLowerCase()}`, text);
  }
  const words = args.flatMap((arg) => /^(--\w+)=(.*)$/s.exec(arg)?.slice(1) ?? arg);
  const given = new Set<string>();
  for (let index = 0; index < words.length; index += 2) {
    const [flag = '', text = ''] = words.slice(index, index + 2);
    if (given.has(flag) || PLAIN_FLAGS.get(flag)?.test(text) !== true) return undefined;
    given.add(flag);
    found.set(flag, text);
  }
  const port = found.get('--port') ?? environment['PORT'] ?? String(DEFAULT_PORT);
  return PORT.test(port) ? { host: found.get('--host') ?? DEFAULT_HOST, port: Number(port) } : undefined;
}

/** Checks the health of a running server once. Returns what is wrong, or `undefined`. */
export async function healthProblem({ host, port }: Address, timeoutMs = TIMEOUT_MS): Promise<string | undefined> {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  const authority = `${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
  const url = `http://${authority}${PATH}`;
  try {
    const status = await fetchStatus({ host: reachable, port }, authority, timeoutMs);
    return status === 200 ? undefined : `${url} answered ${status}`;
  } catch (error) {
    const { cause, code, message } = error as NodeJS.ErrnoException;
    // If several addresses refuse, the AggregateError of Node has no message.
    return `${url} does not answer: ${cause instanceof Error ? cause.message : message || code}`;
  }
}

/** Milliseconds between two checks, and what a check has at least: in less, not even a refused connection is noticed. */
const HEALTH_POLL_MS = 100;

/**
 * Checks until the server is healthy, the time is over, or the signal aborts; once for 0 ms. The time also ends the
 * check under way. Returns the last problem, if any.
 */
export async function waitForHealth(address: Address, waitMs: number, stop: AbortSignal): Promise<string | undefined> {
  const deadline = monotonicNow() + (waitMs || TIMEOUT_MS);
  const leftMs = () => deadline - monotonicNow();
  let problem: string | undefined;
  do {
    problem = await healthProblem(address, Math.min(TIMEOUT_MS, Math.max(HEALTH_POLL_MS, Math.ceil(leftMs()))));
    if (problem === undefined || waitMs === 0) return problem;
    await sleep(Math.min(HEALTH_POLL_MS, Math.max(0, leftMs())), stop).catch(() => undefined);
    // A timer can end almost a millisecond early: too little for another check.
  } while (leftMs() >= 1 && !stop.aborted);
  return problem;
}

const WAIT_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** Takes `--wait 10s` out of the arguments; 0 without it. @throws ConfigurationError */
export function readWait(args: readonly string[]): { waitMs: number; others: string[] } {
  const words = args.flatMap((arg) => /^(--wait)=(.*)$/s.exec(arg)?.slice(1) ?? arg);
  const at = words.indexOf('--wait');
  if (at < 0) return { waitMs: 0, others: words };
  const text = words[at + 1];
  const others = words.toSpliced(at, 2);
  const [, count, unit = ''] = /^(\d{1,6})(ms|s|m)$/.exec(text ?? '') ?? [];
  const found = text === undefined ? 'nothing' : JSON.stringify(text);
  if (count === undefined)
    throw new ConfigurationError([`--wait: found ${found}, expected a time such as 500ms, 10s or 2m`]);
  if (others.includes('--wait')) throw new ConfigurationError(['--wait: found a second time, expected once']);
  return { waitMs: Number(count) * (WAIT_UNITS[unit] ?? 0), others };
}

/** Interim replies, which come before the final one. 101 is final: no HTTP follows it [RFC 9110, 15.2]. */
const INTERIM = /^(?:HTTP\/1\.[01] 1(?!01)\d\d\b[^]*?\n\r?\n)+/;

/** Speaks HTTP by hand: to load a client would take a quarter of the time of this process, which starts every few seconds. */
function fetchStatus(address: Address, authority: string, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(address);
    const timer = setTimeout(() => socket.destroy(new Error(`no reply within ${timeoutMs} ms`)), timeoutMs);
    let head = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      head = (head + text).replace(INTERIM, '');
      const [, status = ''] = /^HTTP\/1\.[01] (\d{3})\b[^\n]*\n/.exec(head) ?? [];
      const isInterim = /^1(?!01)/.test(status);
      if (status !== '' && !isInterim) resolve(Number(status));
      if ((head.includes('\n') && !isInterim) || head.length > MAX_HEAD) socket.destroy();
    });
    socket.once('error', reject).once('close', () => {
      timer.abort();
      reject(new Error('the reply is not HTTP'));
    });
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
  });
}

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect as connectOverTls } from 'node:tls';
import type * as library from '../../src/library/index.js';
import type * as command from '../../src/cli/launch.js';
import type { Effect } from '../../src/core/faults/fault.js';
import { bytesOf, CLOSE, HOST } from './bytes.js';
import { type Conversation, converse } from './raw.js';

// Exercises everything in a mock that uses time, under fake timers. Nothing here waits for a timer.

const SHORT = 25;
const LONG = 600_000;

/** The real timers and clocks, saved before they are faked. */
export interface Real {
  Date: DateConstructor;
  setImmediate: (callback: () => void) => unknown;
}

export interface Subject {
  startMock: typeof library.startMock;
  configure: typeof command.configure;
  launch: typeof command.launch;
}

const heldBack = { status: 200, isWhole: true, tookSoLong: true };

/** The expected result of `tryUnderFakeTime`. The timeout of the test catches hangs. */
export const AS_EVER = {
  'the system clock is real': true,
  'the certificates are valid': [true, true],
  'a request over TLS': 200,
  'a fixed delay': heldBack,
  'a uniform delay': heldBack,
  'a lognormal delay': heldBack,
  'a delay by size': heldBack,
  'a dribble': heldBack,
  'a long delay when the mock stops': { status: 200, isWhole: true },
  'a long dribble when the mock stops': { status: 200, isWhole: true },
  'half a request when the mock stops': 408,
  'a stop with nothing open': 'stopped',
  'fixtures that change': 'reloaded',
};

export async function tryUnderFakeTime(
  { startMock, ...command }: Subject,
  real: Real,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const began = real.Date.now();
  const segments = [{ id: 'a', size: 1_000_000, type: 'static' as const }];
  const mock = await startMock({
    tls: 'auto',
    fixtures: { workspaces: [{ name: 'w', apiKeys: [{ key: 'KEY' }], segments }] },
  });
  const { workspace, url } = mock;

  const now = real.Date.parse(workspace.clock.get().now);
  found['the system clock is real'] = began <= now && now <= real.Date.now();

  const secure = connectOverTls({ ...addressOf(mock.httpsUrl ?? ''), ca: mock.ca ?? '' });
  await once(secure, 'secureConnect');
  found['the certificates are valid'] = [mock.ca ?? '', secure.getPeerCertificate().raw]
    .map((certificate) => new X509Certificate(certificate))
    .map(({ validFrom, validTo }) => real.Date.parse(validFrom) <= began && real.Date.parse(validTo) > began);
  secure.write(requestFor('/segments/list'));
  found['a request over TLS'] = statusOf(await text(secure));

  const effects: Record<string, Effect> = {
    'a fixed delay': { delay: { kind: 'fixed', ms: SHORT } },
    'a uniform delay': { delay: { kind: 'uniform', minMs: SHORT, maxMs: SHORT } },
    'a lognormal delay': { delay: { kind: 'lognormal', medianMs: SHORT, sigma: 0 } },
    'a delay by size': { delay: { kind: 'size', msPerMillion: SHORT } },
    'a dribble': { dribble: { chunks: 3, durationMs: SHORT } },
  };
  for (const [name, effect] of Object.entries(effects)) {
    workspace.requests.clear();
    workspace.faults.add({ trigger: { times: 1 }, effect });
    const reply = replyIn(await textOf(converse(url, SERIES)));
    while (workspace.requests.list().length === 0) await turn(real);
    const took = workspace.requests.list()[0]?.durationMs ?? 0;
    // Two timers of a dribble can each be a millisecond early.
    found[name] = { ...reply, tookSoLong: took > SHORT - 3 };
  }

  const listener = converse(url, requestFor('/__mock/workspaces/w/requests/stream'));
  await listener.hears('the requests to come');
  await textOf(converse(url, SERIES));
  await listener.hears('data: ');

  const begun = [converse(url, SERIES.slice(0, 40))];
  for (const effect of [
    { delay: { kind: 'fixed', ms: LONG } },
    { dribble: { chunks: 50, durationMs: LONG } },
  ] as const) {
    workspace.faults.clear();
    const { id } = workspace.faults.add({ trigger: {}, effect });
    begun.push(converse(url, SERIES));
    while (workspace.faults.list().find((fault) => fault.id === id)?.strikes !== 1) await turn(real);
  }
  const texts = Promise.all(begun.map(textOf));
  await mock.stop();
  const [half = '', delayed = '', dribbled = ''] = await texts;
  found['half a request when the mock stops'] = statusOf(half);
  found['a long delay when the mock stops'] = replyIn(delayed);
  found['a long dribble when the mock stops'] = replyIn(dribbled);

  await (await startMock()).stop();
  found['a stop with nothing open'] = 'stopped';
  found['fixtures that change'] = await reloaded(command);
  return found;
}

/** Starts the command with `--watch`, changes its fixtures, and waits for the log line. */
async function reloaded({ configure, launch }: Omit<Subject, 'startMock'>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  const file = join(folder, 'a.json');
  const write = (name: string, second: number) => {
    writeFileSync(file, JSON.stringify({ workspaces: [{ name }] }));
    utimesSync(file, second, second);
  };
  write('before', 1);
  const [log, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough()];
  const configuration = configure(['--port', '0', '--watch', '--fixtures', file], {});
  const launched = await launch(configuration, { environment: {}, log, stderr });
  write('after', 2);
  let lines = '';
  while (!lines.includes('fixtures reloaded')) lines += String((await once(log, 'data'))[0]);
  await launched.stop();
  rmSync(folder, { recursive: true });
  return 'reloaded';
}

function requestFor(target: string): string {
  return bytesOf({ target, headers: [HOST, 'Authorization: Bearer KEY', CLOSE] });
}

const SERIES = requestFor('/segments/data_series?segment_id=a&length=7');

function addressOf(url: string) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

async function textOf(conversation: Conversation): Promise<string> {
  await conversation.ended;
  return conversation.received();
}

function statusOf(reply: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(reply)?.[1]);
}

function replyIn(reply: string) {
  return { status: statusOf(reply), isWhole: /\{"message":"success",.*\]\}$/s.test(reply) };
}

function turn({ setImmediate }: Real): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

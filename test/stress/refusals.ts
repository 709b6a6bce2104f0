import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';
import { JOURNAL_BYTES } from '../../src/core/journal/journal.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { type Apart, startApart } from '../support/apart.js';
import { exchangeBytes } from '../support/raw.js';
import { call } from '../support/server.js';

/** Journals full of every outcome, measured before anything is forgotten. */
export interface Report {
  name: string;
  measured: string;
  problems: string[];
}

/** Limit of the bytes of an entry with any outcome. */
const MOST_AN_ENTRY = 700;
/** Compiled code, caches, and memory not yet collected. */
const TOLERANCE = 8 * 1024 * 1024;
const SERIES = '/segments/data_series';

/** The requests of a client of a workspace, one for each outcome: curl's headers plus special ones. */
const REQUESTS: Record<string, (workspace: number) => string> = {
  success: (workspace) => ask(keyOf(workspace), `${SERIES}?segment_id=s&length=7`),
  'no key': () => ask(undefined, `${SERIES}?segment_id=s&length=7`),
  'an unknown key': () => ask('no-key-of-any-workspace-that-is-here', `${SERIES}?segment_id=s&length=7`),
  'no permission': (workspace) => ask(`none-${keyOf(workspace)}`, `${SERIES}?segment_id=s&length=7`),
  'an unknown path': (workspace) => ask(keyOf(workspace), '/campaigns/data_series?campaign_id=c&length=7'),
  'a wrong method': (workspace) => ask(keyOf(workspace), `${SERIES}?segment_id=s&length=7`, 'POST'),
  'a preferred 429': (workspace) => ask(keyOf(workspace), `${SERIES}?segment_id=s&length=7`, 'GET', 'Prefer: code=429'),
  'a used-up limit': (workspace) => ask(`limited-${keyOf(workspace)}`, `${SERIES}?segment_id=s&length=7`),
  'a planned fault': (workspace) => ask(keyOf(workspace), `${SERIES}?segment_id=faulty&length=7`),
  'three bad parameters': (workspace) => ask(keyOf(workspace), `${SERIES}?length=700&ending_at=yesterday`),
  'an unknown segment': (workspace) => ask(keyOf(workspace), `${SERIES}?segment_id=nobody-knows-it&length=7`),
  'analytics off': (workspace) => ask(keyOf(workspace), `${SERIES}?segment_id=off&length=7`),
};
const UNANSWERED = (workspace: number) => ask(keyOf(workspace), `${SERIES}?segment_id=slow&length=7`);

function keyOf(workspace: number): string {
  return `00000000-0000-4000-8000-${String(workspace).padStart(12, '0')}`;
}

function ask(key: string | undefined, target: string, method = 'GET', ...headers: string[]): string {
  const authorization = key === undefined ? [] : [`Authorization: Bearer ${key}`];
  const lines = ['Host: 127.0.0.1:27293', 'User-Agent: curl/8.5.0', 'Accept: */*', ...authorization, ...headers];
  return `${method} ${target} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}`;
}

function workspaces(count: number): WorkspaceFixture[] {
  const segments = [
    { id: 's' },
    { id: 'off', analyticsTrackingEnabled: false },
    { id: 'faulty', fault: { status: 503 } },
    { id: 'slow', fault: { delay: { kind: 'fixed' as const, ms: 600_000 } } },
  ];
  return Array.from({ length: count }, (_workspace, index) => index).flatMap((index) => [
    {
      name: `w-${index}`,
      rateLimit: 'off' as const,
      segments,
      apiKeys: [{ key: keyOf(index) }, { key: `none-${keyOf(index)}`, permissions: [] }],
    },
    {
      name: `limited-${index}`,
      rateLimit: { capacity: 1, refillPerHour: 1 },
      apiKeys: [{ key: `limited-${keyOf(index)}` }],
    },
  ]);
}

const PIPELINED = 100;
const AT_ONCE = 100;

/** Pipelines requests; does not wait for replies that never come. */
async function send({ url }: Apart, amount: number, request: (count: number) => string): Promise<void> {
  for (let sent = 0; sent < amount; sent += PIPELINED) {
    const requests = Array.from({ length: PIPELINED }, (_request, index) => request(sent + index));
    const last = requests.pop() ?? '';
    const text = await exchangeBytes(url, [...requests, `${last}Connection: close\r\n`].join('\r\n') + '\r\n');
    const replies = text.split(/HTTP\/1\.1 \d{3} /).length - 1;
    if (replies !== PIPELINED)
      throw new Error(`of ${PIPELINED} requests ${replies} were answered: ${text.slice(-300)}`);
  }
}

/** Requests whose client disconnects while their replies are delayed. */
async function abandon({ url }: Apart, amount: number): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let sent = 0; sent < amount; sent += AT_ONCE) {
    const sockets = Array.from({ length: AT_ONCE }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write(`${UNANSWERED(0)}\r\n`);
    // A further call is answered after the others were read.
    await call(`${url}/__mock/health`, {});
    // A client that only closes its side is answered.
    for (const socket of sockets) socket.resetAndDestroy();
  }
}

async function reset({ url }: Apart): Promise<void> {
  await call(`${url}/__mock/reset`, { method: 'POST', headers: { connection: 'close' } });
}

/** The bytes of an entry per outcome, in one journal. */
export async function entryTrials(entries = 20_000): Promise<Report[]> {
  const server = await startApart({ settings: { journalSize: entries }, workspaces: workspaces(1) });
  const loads: [string, () => Promise<void>][] = Object.entries(REQUESTS).map(([name, request]) => [
    name,
    () => send(server, entries, () => request(0)),
  ]);
  loads.push(['no answer', () => abandon(server, entries)]);
  try {
    const reports: Report[] = [];
    for (const [name, load] of loads) {
      await load();
      await reset(server);
      const before = await server.settled();
      await load();
      const { bytes } = await server.settled();
      const each = Math.round((bytes - before.bytes) / entries);
      const problems = each <= MOST_AN_ENTRY ? [] : [`more than ${MOST_AN_ENTRY}`];
      reports.push({ name: `an entry of ${name}`, measured: `${each} bytes`, problems });
      await reset(server);
    }
    return reports;
  } finally {
    await server.stop();
  }
}

/** Requests with large entries, all different. */
const LARGE: Record<string, (count: number) => string> = {
  'its own trace id': (count) =>
    ask(keyOf(0), `${SERIES}?segment_id=s&length=7`, 'GET', `X-Trace: ${count}-0123456789`),
  'a URL of 8 KB': (count) => ask(keyOf(0), `${SERIES}?segment_id=s&length=7&x=${count}${'x'.repeat(8000)}`),
  'a URL of 8 KB with a host': (count) => ask(keyOf(0), `http://${count}${'x'.repeat(8000)}@localhost/nowhere`),
  'an id of 7 KB': (count) => ask(keyOf(0), `${SERIES}?segment_id=${count}${'%C5%93'.repeat(1200)}`),
  'two bad values of 4 KB': (count) =>
    ask(keyOf(0), `${SERIES}?segment_id=s&length=${count}${'x'.repeat(3900)}&ending_at=${'%C5%93'.repeat(650)}`),
  '2,000 unknown parameters': (count) =>
    ask(keyOf(0), `${SERIES}?${manyOf(2000, (index) => `${index.toString(36)}&`)}x${count}`),
  'a header of 15 KB': (count) => ask(keyOf(0), '/nowhere', 'GET', `X-Filler: ${count}${'x'.repeat(15_000)}`),
  '2,000 headers': (count) =>
    ask(
      keyOf(0),
      '/nowhere',
      'GET',
      ...Array.from({ length: 2000 }, (_none, index) => `${index.toString(36)}:${count % 10}`),
    ),
  '2,000 times the same header': (count) =>
    ask(keyOf(0), '/nowhere', 'GET', ...Array.from({ length: 2000 }, () => `a: ${count % 10}`)),
  'headers that JSON escapes': (count) => ask(keyOf(0), '/nowhere', 'GET', `X: ${count}${'"\\'.repeat(7000)}`),
  'a header of 15 KB as its key': (count) => ask(`${count}${'x'.repeat(15_000)}`, '/nowhere'),
  'an invalid key of 15 KB': (count) => ask(`${count}${'x'.repeat(15_000)}`, `${SERIES}?segment_id=s&length=7`),
};

function manyOf(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_none, index) => text(index)).join('');
}

/** Bytes to fill a journal with: below its limit, and enough to outweigh other changes. */
const FILLED = 40 * 1024 * 1024;

/** Does an entry of a large request take no more than its estimate? */
export async function estimateTrials(): Promise<Report[]> {
  const settings = { journalSize: 1_000_000, strictParameters: true };
  const server = await startApart({ settings, workspaces: workspaces(1) });
  try {
    const reports: Report[] = [];
    for (const [name, request] of Object.entries(LARGE)) {
      await send(server, 2 * PIPELINED, request);
      const counted = Math.round((await server.measure()).journalBytes / (2 * PIPELINED));
      const entries = Math.min(10_000, Math.ceil(FILLED / counted / PIPELINED) * PIPELINED);
      await reset(server);
      const before = await server.settled();
      await send(server, entries, request);
      const each = Math.round(((await server.settled()).bytes - before.bytes) / entries);
      const problems = each <= counted ? [] : ['more than it is counted for'];
      reports.push({ name: `an entry with ${name}`, measured: `${each} bytes, counted as ${counted}`, problems });
      await reset(server);
    }
    return reports;
  } finally {
    await server.stop();
  }
}

/** The memory of many full journals, or a large one, and after as many requests again. */
export async function plateauTrials(): Promise<Report[]> {
  return [
    await plateau('100 workspaces at the default size', 100, 1000, 200_000),
    await plateau('one workspace with --journal-size 100000', 1, 100_000, 150_000),
    await plateau('one workspace with --journal-size 1000000', 1, 1_000_000, 200_000),
  ];
}

async function plateau(name: string, count: number, journalSize: number, amount: number): Promise<Report> {
  const server = await startApart({ settings: { journalSize }, workspaces: workspaces(count) });
  const requests = Object.values(REQUESTS);
  const mixed = (index: number) => {
    const request = requests[index % requests.length] ?? UNANSWERED;
    return request(Math.floor(index / requests.length) % count);
  };
  try {
    await send(server, 2_000, mixed);
    await reset(server);
    const before = await server.settled();
    const grown: number[] = [];
    for (let again = 0; again < 2; again++) {
      await send(server, amount, mixed);
      grown.push((await server.settled()).bytes - before.bytes);
    }
    const problems = grown.filter((bytes) => bytes > JOURNAL_BYTES + TOLERANCE).map((bytes) => `${bytes} bytes`);
    return { name: `${2 * amount} requests into ${name}`, measured: grown.map(mebibytes).join(', then '), problems };
  } finally {
    await server.stop();
  }
}

/** Does a server with a heap of 256 MB survive a listing of its largest journal? */
export async function readingTrial(amount = 200_000): Promise<Report> {
  const server = await startApart({ settings: { journalSize: 1_000_000 }, workspaces: workspaces(1), heap: 256 });
  const requests = Object.values(REQUESTS);
  try {
    await send(server, amount, (index) => requests[index % requests.length]?.(0) ?? '');
    const { body } = await fetch(`${server.url}/__mock/workspaces/w-0/requests`);
    let bytes = 0;
    let end = '';
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      bytes += chunk.length;
      end = Buffer.from(chunk).toString().slice(-2);
    }
    const complaints = server.complaints();
    return {
      name: `${amount} requests read at once with a heap of 256 MB`,
      measured: `a body of ${mebibytes(bytes)}`,
      problems: [
        ...(bytes > JOURNAL_BYTES / 2 ? [] : ['the journal was not full']),
        ...(end === ']}' ? [] : ['the body was cut']),
        ...(complaints === '' ? [] : [complaints]),
      ],
    };
  } finally {
    await server.stop();
  }
}

/** Does a server survive a million refusals with a heap of 256 MB? */
export async function survivalTrial(amount = 1_000_000): Promise<Report> {
  const server = await startApart({ settings: { journalSize: 100_000 }, workspaces: workspaces(100), heap: 256 });
  const [, ...refused] = Object.values(REQUESTS);
  try {
    await send(server, amount, (index) => refused[index % refused.length]?.(index % 100) ?? '');
    const { bytes } = await server.settled();
    const complaints = server.complaints();
    return {
      name: `${amount} refusals with a heap of 256 MB`,
      measured: `${mebibytes(bytes)} held`,
      problems: complaints === '' ? [] : [complaints],
    };
  } finally {
    await server.stop();
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Effect } from '../../src/core/faults/fault.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { LIMITS } from '../../src/server/transport/limits.js';
import type { Apart } from '../support/apart.js';
import { exchangeBytes } from '../support/raw.js';
import { call } from '../support/server.js';

export const SERIES = '/segments/data_series';
const GOOD = `${SERIES}?segment_id=s&length=7`;

/** A request of a client of the workspace with a number, without the end of its headers. */
type RequestOf = (workspace: number) => string;

export function keyOf(workspace: number): string {
  return `00000000-0000-4000-8000-${String(workspace).padStart(12, '0')}`;
}

/** Has curl's headers and special ones. */
export function ask(key: string | undefined, target: string, method = 'GET', ...headers: string[]): string {
  const authorization = key === undefined ? [] : [`Authorization: Bearer ${key}`];
  const lines = ['Host: 127.0.0.1:27293', 'User-Agent: curl/8.5.0', 'Accept: */*', ...authorization, ...headers];
  return `${method} ${target} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}`;
}

const to =
  (target: string, method = 'GET', ...headers: string[]): RequestOf =>
  (workspace) =>
    ask(keyOf(workspace), target, method, ...headers);
const series = (query: string) => to(`${SERIES}?${query}`);

/** Outcomes that leave the connection open. */
export const PIPELINED_OUTCOMES = new Map<string, RequestOf>([
  ['success', to(GOOD)],
  ['success with warnings', series('segment_id=s&length=7&page=1&api_key=1')],
  ['success of the list', to('/segments/list?page=0&sort_direction=desc')],
  ['success of the details', to('/segments/details?segment_id=s')],
  ['stray: no key', () => ask(undefined, GOOD)],
  ['stray: an unknown key', () => ask('no-key-of-any-workspace-that-is-here', GOOD)],
  ['stray: an unknown path without a key', () => ask(undefined, '/favicon.ico')],
  ['an unknown path', to('/campaigns/data_series?campaign_id=c&length=7')],
  ['a wrong method', to(GOOD, 'POST')],
  ['no permission', (workspace) => ask(`none-${keyOf(workspace)}`, GOOD)],
  ['a used-up limit', (workspace) => ask(`limited-${keyOf(workspace)}`, GOOD)],
  ['a preferred 429', to(GOOD, 'GET', 'Prefer: code=429')],
  ['no segment_id', series('length=7')],
  ['a segment_id of 257 characters', series(`segment_id=${'s'.repeat(257)}&length=7`)],
  ['no length', series('segment_id=s')],
  ['an invalid length', series('segment_id=s&length=700')],
  ['an invalid ending_at', series('segment_id=s&length=7&ending_at=yesterday')],
  ['an ending_at to come', series('segment_id=s&length=7&ending_at=2999-01-01')],
  ['three bad parameters', series('length=700&ending_at=yesterday')],
  ['a repeated parameter', series('segment_id=s&length=7&length=8')],
  ['an invalid page', to('/segments/list?page=-1')],
  ['an invalid sort_direction', to('/segments/list?sort_direction=up')],
  ['a query that is not UTF-8', series('%ff')],
  ['an unknown segment', series('segment_id=nobody-knows-it&length=7')],
  ['analytics off', series('segment_id=off&length=7')],
  ['fault: a status', series('segment_id=status&length=7')],
  ['fault: an HTML page', series('segment_id=html&length=7')],
  ['fault: a missing day', series('segment_id=data&length=7')],
]);

/** Outcomes after which the server closes the connection. */
export const CLOSING_OUTCOMES = new Map<string, RequestOf>([
  ['fault: an empty response', series('segment_id=empty&length=7')],
  ['fault: a cut body', series('segment_id=cut&length=7')],
  ['a body that is too large', to(GOOD, 'GET', `Content-Length: ${LIMITS.body + 1}`)],
  ['an expectation', to(GOOD, 'GET', 'Expect: miracles')],
]);

/** A reply that is delayed until its client leaves. */
const UNANSWERED = series('segment_id=slow&length=7');

const EFFECTS: Record<string, Effect> = {
  status: { status: 503 },
  html: { status: 503, body: 'html' },
  data: { data: 'missing_day' },
  empty: { connection: 'EMPTY_RESPONSE' },
  cut: { truncate: 0.5 },
  slow: { delay: { kind: 'fixed', ms: 600_000 } },
};

/** Two workspaces for each number: one in which every outcome can be had, and one with a limit that is soon used up. */
export function workspaces(count: number): WorkspaceFixture[] {
  const faulty = Object.entries(EFFECTS).map(([id, fault]) => ({ id, fault }));
  const segments = [{ id: 's' }, { id: 'off', analyticsTrackingEnabled: false }, ...faulty];
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

export const PIPELINED = 100;
const AT_ONCE = 100;

/** Pipelines requests, and checks that each is answered. */
export async function send({ url }: Apart, amount: number, request: (count: number) => string): Promise<void> {
  for (let sent = 0; sent < amount; sent += PIPELINED) {
    const requests = Array.from({ length: PIPELINED }, (_request, index) => request(sent + index));
    const last = requests.pop() ?? '';
    const text = await exchangeBytes(url, [...requests, `${last}Connection: close\r\n`].join('\r\n') + '\r\n');
    const replies = text.split(/HTTP\/1\.1 \d{3} /).length - 1;
    if (replies !== PIPELINED)
      throw new Error(`of ${PIPELINED} requests ${replies} were answered: ${text.slice(-300)}`);
  }
}

/** Sends each request by a connection of its own, which ends with the first bytes of a reply or without one. */
export async function sendAlone({ url }: Apart, amount: number, request: (count: number) => string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let sent = 0; sent < amount; sent += AT_ONCE) {
    const sockets = Array.from({ length: AT_ONCE }, () => connect(Number(port), hostname));
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const [index, socket] of sockets.entries()) {
      socket.once('data', () => socket.destroy());
      socket.write(`${request(sent + index)}\r\n`);
    }
    await Promise.all(closed);
  }
}

/** Sends requests that are answered late, and leaves before. */
export async function abandon({ url }: Apart, amount: number): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let sent = 0; sent < amount; sent += AT_ONCE) {
    const sockets = Array.from({ length: AT_ONCE }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const [index, socket] of sockets.entries()) socket.write(`${UNANSWERED(index)}\r\n`);
    // A further call is answered after the others were read.
    await call(`${url}/__mock/health`, { headers: { connection: 'close' } });
    // A client that only closes its side is answered.
    for (const socket of sockets) socket.resetAndDestroy();
  }
}

export async function reset({ url }: Apart): Promise<void> {
  await call(`${url}/__mock/reset`, { method: 'POST', headers: { connection: 'close' } });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Effect } from '../../src/core/faults/fault.js';
import { API_KEY } from '../support/server.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const CONNECTIONS = 64;
const PIPELINED = 8;
const SLOW_BODIES = 4;
const DRIBBLES = 1_000;
/** Milliseconds of load before the signal. */
const WARM = 200;

const request = (key: string, ...headers: string[]) =>
  [
    `GET /segments/data_series?segment_id=segment_1234&length=100 HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${key}`,
    ...headers,
    '',
    '',
  ].join('\r\n');

/** How a server ended under load. */
export interface Ending {
  code: number | null;
  /** From the signal to the exit. */
  milliseconds: number;
  answered: number;
  /** Descriptions of unanswered requests. */
  losses: string[];
}

/** A connection with its requests and replies. */
class Client {
  text = '';
  asked = 0;
  askedBefore = 0;
  readonly closed: Promise<unknown>;

  constructor(
    readonly what: string,
    readonly socket: Socket,
    readonly hasPrompt: boolean,
  ) {
    socket.setEncoding('latin1').on('data', (chunk: string) => (this.text += chunk));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  get replies(): number {
    return this.text.split('HTTP/1.1 ').length - 1;
  }

  /** Resolves at the first byte of a reply, if one is expected before the end. */
  async hearsSomething(): Promise<void> {
    while (this.hasPrompt && this.text === '') await once(this.socket, 'data');
  }

  write(bytes: string, requests: number): void {
    if (!this.socket.writable) return;
    this.socket.write(bytes);
    this.asked += requests;
  }
}

/** Loads the built command in every way, ends it with SIGTERM, and counts lost requests. */
export function endUnderLoad(): Promise<Ending> {
  return endUnder(load, SLOW_BODIES);
}

/** Has the built command dribble a thousand replies over ten minutes, and ends it with SIGTERM in between. */
export function endAmidDribbles(): Promise<Ending> {
  return endUnder(dribbles, 0);
}

/** Starts the built command and ends it with SIGTERM under load; the given number of requests must be abandoned. */
async function endUnder(begin: (url: string) => Promise<Client[]>, givenUpAnyway: number): Promise<Ending> {
  const child = spawn(process.execPath, [CLI, '--port', '0', '--rate-limit', 'off'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let log = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
    while (!log.includes('"ready"')) await once(child.stdout, 'data');
    const { url } = JSON.parse(log.slice(0, log.indexOf('\n'))) as { url: string };
    const clients = await begin(url);
    await Promise.all(clients.map((client) => client.hearsSomething()));
    await allRead(url);
    await pause(WARM);
    for (const client of clients) client.askedBefore = client.asked;
    const started = performance.now();
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    const milliseconds = performance.now() - started;
    await Promise.all(clients.map(({ closed }) => closed));
    const answered = clients.reduce((sum, { replies }) => sum + replies, 0);
    return {
      code,
      milliseconds,
      answered,
      losses: [...counted(clients.flatMap(lossOf)), ...givenUp(log).slice(givenUpAnyway)],
    };
  } finally {
    child.kill('SIGKILL');
  }
}

function lossOf({ what, askedBefore, replies, text }: Client): string[] {
  if (replies >= askedBefore && wholeReplies(text)) return [];
  return [`${what}: ${askedBefore} asked, ${replies} answered${wholeReplies(text) ? '' : ', the last in part'}`];
}

/** Each distinct text with its count. */
function counted(losses: string[]): string[] {
  return [...new Set(losses)].map((loss) => `${losses.filter((one) => one === loss).length} × ${loss}`);
}

/** Does the text end with the end of a reply? */
function wholeReplies(text: string): boolean {
  const last = text.slice(text.lastIndexOf('HTTP/1.1 '));
  const length = /^content-length: (\d+)$/im.exec(last)?.[1];
  return length === undefined
    ? text === '' || last.endsWith('0\r\n\r\n')
    : last.slice(last.indexOf('\r\n\r\n') + 4).length === Number(length);
}

/** The abandoned requests in the log; the refusal of an incomplete body has a separate line. */
function givenUp(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"status":null'))
    .map((line) => `given up: ${line}`);
}

async function open(url: string, what: string): Promise<Client> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return new Client(what, socket, !['half a request', 'a slow body', 'a reply held back'].includes(what));
}

async function dribbles(url: string): Promise<Client[]> {
  const key = await keyOfWorkspaceWith(url, { dribble: { chunks: 1_000, durationMs: 600_000 } });
  const clients = await Promise.all(Array.from({ length: DRIBBLES }, () => open(url, 'a dribble')));
  for (const client of clients) client.write(request(key), 1);
  return clients;
}

async function load(url: string): Promise<Client[]> {
  const slowKey = await keyOfWorkspaceWith(url, { delay: { kind: 'fixed', ms: 60_000 } });
  const several = async (count: number, what: string, begin: (client: Client) => void) => {
    const clients = await Promise.all(Array.from({ length: count }, () => open(url, what)));
    for (const client of clients) begin(client);
    return clients;
  };
  const whole = request(API_KEY);
  return [
    ...(await several(CONNECTIONS / 2, 'keep-alive', (client) => keepAsking(client, whole, 1))),
    ...(await several(CONNECTIONS / 2, 'pipelined', (client) =>
      keepAsking(client, whole.repeat(PIPELINED), PIPELINED),
    )),
    ...(await several(4, 'idle after a reply', (client) => client.write(whole, 1))),
    ...(await several(4, 'half a request', (client) => client.write(whole.slice(0, 50), 1))),
    ...(await several(4, 'half a request behind others', (client) =>
      client.write(whole.repeat(3) + whole.slice(0, 50), 4),
    )),
    ...(await several(SLOW_BODIES, 'a slow body', (client) => dripBody(client))),
    ...(await several(4, 'a reply held back', (client) => client.write(request(slowKey), 1))),
    ...(await several(2, 'an event stream', (client) =>
      client.write('GET /__mock/workspaces/default/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n', 1),
    )),
  ];
}

/** Sends more requests when all are answered, until the server sends `connection: close`. */
function keepAsking(client: Client, bytes: string, requests: number): void {
  client.write(bytes, requests);
  client.socket.on('data', (chunk: string) => {
    if (client.replies >= client.asked && !/^connection: close$/im.test(chunk)) client.write(bytes, requests);
  });
}

/** Sends a body that takes longer than the shutdown. */
function dripBody(client: Client): void {
  client.write(request(API_KEY, 'Content-Length: 1000'), 1);
  const timer = setInterval(() => client.write('x', 0), 20);
  client.socket.once('close', () => clearInterval(timer));
}

/** Connections are accepted in order: a reply on a later one means that the first bytes of earlier ones were read. */
async function allRead(url: string): Promise<void> {
  for (let times = 0; times < 2; times++) await (await fetch(url, { headers: { connection: 'close' } })).text();
}

async function keyOfWorkspaceWith(url: string, effect: Effect): Promise<string> {
  const faults = [{ effect }];
  const reply = await fetch(`${url}/__mock/workspaces`, { method: 'POST', body: JSON.stringify({ faults }) });
  return ((await reply.json()) as { apiKey: string }).apiKey;
}

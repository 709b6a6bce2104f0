import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawnChild, temporaryFolder } from './cleanup.js';
import { onServerCore } from './cores.js';
import { type Usage, usageOf } from './usage.js';

/** A server in a separate process, on the server's core. */
export interface Server {
  name: string;
  url: string;
  /** Milliseconds until it was ready, and its usage until then. */
  start: { milliseconds: number; usage: Usage };
  usage(): Usage;
  /** Empties its log, so that a long run does not fill the disk. */
  emptyLog(): void;
  stop(): Promise<void>;
}

export interface Starting {
  name: string;
  command: readonly string[];
  /** Returns its URL once it is ready; polled with its output so far. */
  readyAt: (printed: string) => string | undefined | Promise<string | undefined>;
  environment?: Record<string, string>;
  /** Start timeout in milliseconds. */
  patience?: number;
}

let started = 0;

export async function startServer({
  name,
  command,
  readyAt,
  environment,
  patience = 20_000,
}: Starting): Promise<Server> {
  // An unread pipe would fill the server's memory.
  const log = join(temporaryFolder(), `${++started}.log`);
  const out = openSync(log, 'a');
  const before = performance.now();
  const child = spawnChild(onServerCore(command), {
    stdio: ['ignore', out, out],
    env: { PATH: process.env['PATH'], ...environment },
  });
  closeSync(out);
  const url = await untilReady(child, log, readyAt, before + patience);
  const milliseconds = performance.now() - before;
  const pid = child.pid as number;
  return {
    name,
    url,
    start: { milliseconds, usage: usageOf(pid) },
    usage: () => {
      if (hasEnded(child)) throw new Error(`${name} ended ${howItEnded(child, log)}`);
      return usageOf(pid);
    },
    emptyLog: () => truncateSync(log),
    stop: () => stopped(child),
  };
}

/** Milliseconds between polls of a server's output. */
const LOOK = 2;

async function untilReady(child: ChildProcess, log: string, readyAt: Starting['readyAt'], deadline: number) {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  for (;;) {
    const url = await readyAt(readFileSync(log, 'utf8'));
    if (url !== undefined) return url;
    if (failure !== undefined) throw failure;
    if (hasEnded(child) || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`it was not ready, and ended ${howItEnded(child, log)}`);
    }
    await sleep(LOOK);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function howItEnded({ exitCode, signalCode }: ChildProcess, log: string): string {
  return `with ${signalCode ?? exitCode ?? 'nothing yet'}: ${readFileSync(log, 'utf8').trim().slice(-300)}`;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const impatient = setTimeout(() => child.kill('SIGKILL'), 3000);
  child.kill('SIGTERM');
  await once(child, 'close');
  clearTimeout(impatient);
}

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface NodeOptions {
  /** Flags for Node. */
  node?: readonly string[];
}

/** The mock with everything on, and a limit too high to be reached. */
export function startMock(fixture: string, { node = [] }: NodeOptions = {}): Promise<Server> {
  const flags = ['--port', '0', '--fixtures', fixture, '--rate-limit', '1000000000'];
  const command = [process.execPath, ...node, inRoot('dist/cli.js'), ...flags];
  return startServer({ name: 'mock', command, readyAt: readyLine });
}

/** The mock, sending so many replies together at most; see served.ts. */
export function startServed(fixture: string, replies: number): Promise<Server> {
  const command = [process.execPath, '--import', 'tsx', inRoot('test/bench/served.ts'), fixture, String(replies)];
  return startServer({ name: `mock, ${replies} replies at once`, command, readyAt: readyLine });
}

/** How bare Fastify writes log lines; see bare.mjs. */
export type BareLog = 'synchronous' | 'buffered';

export function startBare(
  body: string,
  { node = [] }: NodeOptions = {},
  log: BareLog = 'synchronous',
): Promise<Server> {
  const command = [process.execPath, ...node, inRoot('test/bench/bare.mjs'), body, log];
  const name = log === 'buffered' ? 'bare Fastify, buffered log' : 'bare Fastify';
  return startServer({ name, command, readyAt: readyLine });
}

function readyLine(printed: string): string | undefined {
  const line = printed.split('\n').find((text) => text.includes('"msg":"ready"') && text.endsWith('}'));
  return line === undefined ? undefined : (JSON.parse(line) as { url: string }).url;
}

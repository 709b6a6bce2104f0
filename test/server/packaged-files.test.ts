import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoized } from '../../src/core/memo.js';
import { EXAMPLE_CALLS } from '../../src/openapi/control-calls.js';
import { type Command, command } from '../support/command.js';
import { ROOT } from '../support/documents.js';
import type { Document } from '../support/openapi.js';
import { API_KEY, bearer, call, get } from '../support/server.js';

const root = fileURLToPath(ROOT);
const PAGE = ['', '/start.js', '/swagger-ui-bundle.js', '/swagger-ui.css', '/NOTICE', '/LICENSE'];
const UI = ['', '/app.js', '/style.css'].map((file) => `/__mock/ui${file}`);
const PATHS = ['/openapi.json', ...UI, ...PAGE.map((file) => `/__mock/docs${file}`)];

/** A copy of the package that a test may take away. */
function copiedPackage(): { folder: string; start: (...args: string[]) => Command } {
  const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist'), folder, { recursive: true });
  // What the server sends is in the code.
  for (const part of ['ui', 'page', 'openapi.json', 'openapi-no-control.json'])
    rmSync(join(folder, part), { recursive: true });
  const program = [process.execPath, join(folder, 'cli.js')];
  return { folder, start: (...args) => command(['--port', '0', ...args], {}, program) };
}

describe('the files of the package', () => {
  it('are cached after a successful read, but not after a failed one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-files-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const readFile = memoized(Infinity, (path: string) => readFileSync(join(folder, path)));
    expect(() => readFile('file')).toThrow('ENOENT');
    writeFileSync(join(folder, 'file'), 'text');
    expect(String(readFile('file'))).toBe('text');
    rmSync(join(folder, 'file'));
    expect(String(readFile('file'))).toBe('text');
  });
});

describe('a server whose package is removed while it runs', () => {
  it('answers every operation as before', async () => {
    const { folder, start } = copiedPackage();
    const { url } = await start().ready();
    rmSync(folder, { recursive: true });
    for (const path of PATHS) expect([path, (await get(url + path)).status]).toEqual([path, 200]);
    expect((await get(`${url}/openapi.json`)).body).toEqual(
      JSON.parse(readFileSync(join(root, 'fixtures/openapi.json'), 'utf8')),
    );
    for (const id of ['segment_1234', 'unknown', 'segment_without_analytics', 'segment_rate_limited']) {
      const { status } = await get(`${url}/segments/data_series?segment_id=${id}&length=9`, bearer(API_KEY));
      expect([id, status < 500]).toEqual([id, true]);
    }
    for (const [operation, status] of await statusesOfAll(url))
      expect([operation, status < 500]).toEqual([operation, true]);
  });

  it('serves its document without the control API under --no-control', async () => {
    const { folder, start } = copiedPackage();
    const { url } = await start('--no-control').ready();
    rmSync(folder, { recursive: true });
    const { status, body } = await get(`${url}/openapi.json`);
    expect([status, Object.keys((body as Document).paths)]).toEqual([
      200,
      expect.not.arrayContaining(['/__mock/workspaces']),
    ]);
  });
});

/** The status of each operation of the control API, called as in the document's examples. */
async function statusesOfAll(url: string): Promise<[operation: string, status: number][]> {
  const { paths } = JSON.parse(readFileSync(join(root, 'fixtures/openapi.json'), 'utf8')) as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, { path, method }] as const),
  );
  const found = new Map(operations);
  const statuses: [string, number][] = [];
  for (const [operationId, , { params = {}, query = {}, body }] of EXAMPLE_CALLS) {
    const { path = '', method = '' } = found.get(operationId) ?? {};
    const target = path.replaceAll(/\{(\w+)\}/g, (_whole, field: string) => params[field] ?? '');
    const reply = await call(`${url}${target}?${new URLSearchParams(query).toString()}`, {
      // A stream has no end.
      method: path.endsWith('/stream') ? 'HEAD' : method.toUpperCase(),
      body: body === undefined ? null : JSON.stringify(body),
    });
    statuses.push([operationId, reply.status]);
  }
  return statuses;
}

// Windows has no such limit.
describe.skipIf(process.platform === 'win32')('a server without a free file descriptor', () => {
  const CONNECTIONS = 60;

  it('answers on open connections, and on new ones once those are closed', async () => {
    const limited = ['bash', '-c', 'ulimit -n 40; exec "$@"', 'bash', process.execPath, join(root, 'dist/cli.js')];
    const { url } = await command(['--port', '0', '--log-level', 'silent'], {}, limited).ready();
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => connected(url)));
    const replies = await Promise.all(
      connections.map((socket, index) => asked(socket, PATHS[index % PATHS.length] ?? '')),
    );
    const statuses = replies.map((text) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'closed');
    // Those for which there was no descriptor were closed.
    expect(new Set(statuses)).toEqual(new Set(['200', 'closed']));
    for (const socket of connections) socket.destroy();
    // Until the server has noticed, a new connection may still find no descriptor, and be reset.
    const statusOf = async (path: string) => (await get(url + path).catch(() => undefined))?.status;
    await expect.poll(() => statusOf('/__mock/health')).toBe(200);
    for (const path of PATHS) expect([path, await statusOf(path)]).toEqual([path, 200]);
  });

  async function connected(url: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** What comes back first on a connection, which stays open. */
  async function asked(socket: Socket, path: string): Promise<string> {
    if (socket.closed) return '';
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    return new Promise((resolve) => {
      socket.once('data', (data) => resolve(data.toString('latin1')));
      socket.once('close', () => resolve(''));
    });
  }
});

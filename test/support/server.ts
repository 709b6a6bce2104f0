import type { Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { type Clock } from '../../src/core/time/clock.js';
import { systemClock } from '../../src/system/clock.js';
import { type RunningServer, startServer } from '../../src/server/server.js';
import type { StopTimes } from '../../src/server/transport/transport.js';
import { defaultSettings, servesTls, type Settings } from '../../src/start/settings.js';
import { openIdentity } from '../../src/server/tls/identity.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { BUILT_IN } from '../../src/fixtures/built-in.js';
import { API_KEY } from './bytes.js';
import { appOptions } from './app.js';
import { transportWith } from './transport.js';
import { mockOf } from './mock.js';

export { API_KEY };

export interface TestServer extends RunningServer {
  /** The certificate to trust, if the server was started with `tls: 'auto'`. */
  ca: string | undefined;
  /** Calls a path with the built-in API key, or with the headers given. */
  get: (path: string, headers?: Record<string, string>) => Promise<TestReply>;
  /** Calls the control API with a JSON body, or with none. */
  control: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<TestReply>;
}

export interface TestReply {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: unknown;
}

export interface TestServerOptions extends Partial<Settings> {
  /** Replaces the built-in workspaces. */
  workspaces?: WorkspaceFixture[];
  /** The system clock. */
  baseClock?: Clock;
  /** Default: silent. */
  log?: Logger;
  /** Timeouts at shutdown. Default: as short as possible. */
  stopTimes?: Partial<StopTimes>;
}

/** Starts a silent server on a free port, and stops it after the test. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await openTestServer(options);
  onTestFinished(() => server.stop());
  return server;
}

/** Starts a silent server on a free port; the caller stops it. */
export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { workspaces = BUILT_IN, baseClock, log, stopTimes = {}, ...settings } = options;
  const mock = mockOf(settings, workspaces, baseClock);
  const all = { ...defaultSettings, port: 0, httpsPort: 0, ...settings };
  const identity = servesTls(all) ? await openIdentity(all, undefined, systemClock) : undefined;
  const server = await startServer(mock, {
    ...appOptions({ settings: all, ...(log && { log }), transport: transportWith({ stopTimes }) }),
    identity,
  });
  return {
    ...server,
    ca: identity?.ca,
    get: (path, headers = bearer(API_KEY)) => get(server.url + path, headers),
    control: (method, path, body, headers = {}) =>
      call(`${server.origin}/__mock${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

export function get(url: string, headers: Record<string, string> = {}): Promise<TestReply> {
  return call(url, { headers });
}

export async function call(url: string, request: RequestInit): Promise<TestReply> {
  const response = await fetch(url, request);
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

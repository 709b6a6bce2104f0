import { memoized } from '../core/memo.js';
import type { Mock } from '../core/mock.js';
import type { Logger } from '../server/logger.js';
import { startServer } from '../server/server.js';
import { openIdentity } from '../server/tls/identity.js';
import { systemClock } from '../system/clock.js';
import { generatedKeys } from './make-mock.js';
import { VERSION } from './package.js';
import { readPackaged } from './read-packaged.js';
import { servesTls, type Settings } from './settings.js';

export type Started = Awaited<ReturnType<typeof listen>>;

export interface StartOptions {
  log: Logger;
  /** The folder of the CA of `--tls auto`; without one, the CA lives as long as the process. */
  tlsDir: string | undefined;
  /** Receives warnings for the user, one sentence each, before the server listens. */
  warn?: (warning: string) => void;
}

/**
 * Mock → certificate → listening server: the command and the library both start here.
 * @throws ConfigurationError saying what is wrong with the certificate files; Node's error if the port is unavailable.
 */
export async function listen(mock: Mock, settings: Settings, { log, tlsDir, warn = () => undefined }: StartOptions) {
  const identity = servesTls(settings) ? await openIdentity(settings, tlsDir, systemClock) : undefined;
  for (const warning of [...warningsOf(settings, mock), ...(identity?.warnings ?? [])]) warn(warning);
  // A read that failed is tried again; Node would cache the failure of an import().
  const readFile = memoized(Infinity, readPackaged);
  const server = await startServer(mock, { log, settings, version: VERSION, readFile, identity });
  return { mock, server, identity };
}

function warningsOf({ host, noControl, controlToken }: Settings, mock: Mock): string[] {
  const keys = generatedKeys(mock).map(
    ({ name, key }) => `workspace "${name}" has no apiKeys; this key was generated for it: ${key}`,
  );
  const isLoopback = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  if (isLoopback || noControl || controlToken !== undefined) return keys;
  return [`the control API is open to anyone who can reach ${host}; set --control-token or --no-control`, ...keys];
}

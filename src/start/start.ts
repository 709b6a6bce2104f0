import type { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { systemClock } from '../core/time/clock.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { FailedToStart } from './failed-to-start.js';
import { type LogStream, openLog } from './log-stream.js';
import { Mock } from '../core/mock.js';
import { describeProblem } from '../schema/problems.js';
import { readSettings } from '../cli/parse-settings.js';
import { type RunningServer, startServer } from '../server/server.js';
import { clashesOf, defaultSettings, flagOf, servesTls, type Settings } from './settings.js';
import { clearInterval, setInterval } from '../system/real-time.js';
import type { Identity } from '../server/tls/certificates.js';
import { type LoadedFile, loadFixtureFiles } from '../fixtures/load.js';
import { BUILT_IN } from '../start/package.js';
import { FixtureWatch } from '../fixtures/watch.js';

/** What a run needs of the process around it. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable;
  /** Aborted when the run should end, the signal that says so being the reason. */
  stopped: AbortSignal;
  /** Emits `signal` with the name of each signal that says so. */
  signals: EventEmitter<{ signal: [StopSignal] }>;
  /** Is the process run from a terminal, which sends its signals to the processes begun by this one too? */
  fromTerminal: boolean;
}

export type StopSignal = 'SIGTERM' | 'SIGINT';

/** A server started from flags and variables. */
export interface Launched {
  mock: Mock;
  server: RunningServer;
  identity: Identity | undefined;
  /** Where the log goes. */
  stream: LogStream;
  /** Answers what was asked, and writes the last lines of the log. */
  stop(): Promise<void>;
}

export interface Outlets {
  environment: NodeJS.ProcessEnv;
  /** Where the log goes. */
  log: Writable & { isTTY?: boolean };
  /** Where warnings go. */
  stderr: Writable;
}

/**
 * Starts a mock as flags and variables say.
 * @throws ConfigurationError naming every problem of theirs and of the files they name; FailedToStart.
 */
export async function launch(
  args: readonly string[],
  { environment, log: out, stderr }: Outlets,
  defaults: Settings = defaultSettings,
): Promise<Launched> {
  const { settings, warnings, fixtures } = configure(args, environment, defaults);
  const mock = new Mock(
    settings,
    fixtures.flatMap(({ workspaces }) => workspaces),
  );
  const identity = servesTls(settings) ? await identityFor(settings, environment) : undefined;
  if (isOpenToOthers(settings)) warnings.push(openControl(settings));
  for (const { name, key } of madeUpKeys(mock)) {
    warnings.push(`workspace "${name}" has no apiKeys; this key was made up for it: ${key}`);
  }
  for (const warning of [...warnings, ...(identity?.warnings ?? [])]) stderr.write(`warning: ${warning}\n`);
  const { log, stream } = await openLog(settings, out);
  const server = await startServer(mock, log, identity).catch((error: NodeJS.ErrnoException) => {
    throw new FailedToStart(failureToStart(error, settings));
  });
  const stopWatching = settings.watch ? watchFixtures(mock, fixtures, log) : undefined;
  const stop = async () => {
    stopWatching?.();
    await server.stop();
    await stream.end();
  };
  return { mock, server, identity, stream, stop };
}

async function identityFor(settings: Settings, environment: NodeJS.ProcessEnv): Promise<Identity> {
  const [{ openIdentity }, { tlsDirOf }] = await Promise.all([
    import('../server/tls/identity.js'),
    import('../server/tls/folder.js'),
  ]);
  return openIdentity(settings, tlsDirOf(settings, environment), systemClock);
}

/** Reads the settings and the fixtures they name. */
function configure(args: readonly string[], environment: NodeJS.ProcessEnv, defaults: Settings) {
  const { settings, warnings, problems } = readSettings(args, environment, defaults);
  problems.push(...clashesOf(settings, flagOf).map(describeProblem));
  try {
    const fixtures = loadFixtureFiles(settings.fixtures ?? BUILT_IN);
    if (problems.length === 0) return { settings, warnings, fixtures };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
  }
  throw new ConfigurationError(problems);
}

/** The workspaces of fixtures without an API key, each with the one made up for it. */
function madeUpKeys(mock: Mock): { name: string; key: string }[] {
  return mock.workspaces
    .all()
    .flatMap(({ name, origin: { madeUpKey: key } }) => (key === undefined ? [] : { name, key }));
}

/** Milliseconds between looks at the fixture files. */
const LOOK = 250;

function watchFixtures(mock: Mock, fixtures: LoadedFile[], log: Logger): () => void {
  const watch = new FixtureWatch(mock, mock.settings.fixtures ?? BUILT_IN, fixtures);
  const told = new Set(madeUpKeys(mock).map(({ name }) => name));
  const timer = setInterval(() => {
    const look = watch.look();
    if (look === undefined) return;
    if ('problems' in look) {
      const problems = look.problems.map(mock.workspaces.mask);
      log.error({ problems }, 'fixtures not reloaded; the last good state goes on');
      return;
    }
    log.info({ changed: look.changed }, 'fixtures reloaded');
    warnOfMadeUpKeys(mock, told, log);
  }, LOOK);
  return () => clearInterval(timer);
}

/** Names the workspaces of which nobody was told yet. A log has no whole keys: it says where they can be read. */
function warnOfMadeUpKeys(mock: Mock, told: Set<string>, log: Logger): void {
  const names = madeUpKeys(mock).flatMap(({ name }) => (told.has(name) ? [] : name));
  if (names.length === 0) return;
  for (const name of names) told.add(name);
  const where = mock.settings.noControl ? 'start again to have them printed' : 'GET /__mock/workspaces shows them';
  log.warn({ workspaces: names }, `API keys were made up for workspaces without apiKeys; ${where}`);
}

function isOpenToOthers({ host, noControl, controlToken }: Settings): boolean {
  const isLoopback = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  return !isLoopback && !noControl && controlToken === undefined;
}

function openControl({ host }: Settings): string {
  return `whoever reaches ${host} can steer the mock; set --control-token, or leave the control API out with --no-control`;
}

function failureToStart(error: NodeJS.ErrnoException & { port?: number }, settings: Settings): string {
  const { code, message, port = settings.port } = error;
  const { host, httpsPort } = settings;
  const flag = servesTls(settings) && port === httpsPort ? '--https-port' : '--port';
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is in use; stop what uses it, or choose another with ${flag} (0 picks a free one)`;
  if (code === 'EACCES')
    return `port ${port} on ${host} may not be used by this user; choose one above 1023 with ${flag}`;
  return `cannot listen on ${host}, port ${port}: ${message}`;
}

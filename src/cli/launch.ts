import type { Writable } from 'node:stream';
import { type Content, contentOf, type LoadedFile, loadFixtureFiles } from '../fixtures/load.js';
import { FixtureWatch } from '../fixtures/watch.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { describeProblem } from '../schema/problems.js';
import { Failure } from '../system/failure.js';
import { openLog } from '../start/log-stream.js';
import { clashesOf, defaultSettings, type Flag, flagNameOf, servesTls, type Settings } from '../start/settings.js';
import { listen } from '../start/start.js';
import { makeMock } from '../start/make-mock.js';
import { tlsDirOf } from '../start/tls-dir.js';
import { watchFixtures } from '../start/watch-fixtures.js';
import { type ReadSettings, readSettings } from './parse-settings.js';
import type { ProcessContext } from './process-context.js';

export type Launched = Awaited<ReturnType<typeof launch>>;

export function warnOn(stderr: Writable, ...warnings: readonly string[]): void {
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
}

/**
 * Starts a mock. Its `stop` answers pending requests, closes the server and flushes the log.
 * @throws Failure, and ConfigurationError for a certificate.
 */
export async function launch(
  { settings, content, files }: Configuration,
  { environment, log: out, stderr }: Pick<ProcessContext, 'environment' | 'stderr'> & { log: ProcessContext['stdout'] },
) {
  const { log, stream } = await openLog(settings, out);
  const mock = makeMock(settings, content);
  const started = await listen(mock, settings, {
    log,
    tlsDir: tlsDirOf(settings, environment),
    warn: (warning) => warnOn(stderr, warning),
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === undefined ? error : new Failure(listenProblem(error, settings));
  });
  const { watch, fixtures = [], noControl } = settings;
  const watched = watch && files !== undefined ? new FixtureWatch(mock, fixtures, files, environment) : undefined;
  const watching = watched && watchFixtures(mock, watched, log, noControl);
  const end = async () => {
    watching?.abort();
    await started.server.stop();
    await stream.end();
  };
  let ended: Promise<void> | undefined;
  const stop = () => (ended ??= end());
  return { ...started, settings, stream, stop };
}

export interface Configuration extends Omit<ReadSettings, 'problems'> {
  content: Content;
  /** Without `fixtures`, there are none: the built-in workspaces are in the code. */
  files: LoadedFile[] | undefined;
}

/**
 * Reads flags, variables and fixtures.
 * @param ownFlags flags of the command besides those of a mock
 * @throws ConfigurationError with every problem.
 */
export function configure(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  defaults: Settings = defaultSettings,
  ownFlags: readonly Flag[] = [],
): Configuration {
  const { problems, ...read } = readSettings(args, environment, defaults, ownFlags);
  const { settings } = read;
  problems.push(...clashesOf(settings, flagNameOf).map(describeProblem));
  try {
    const files = settings.fixtures && loadFixtureFiles(settings.fixtures, environment);
    const content = contentOf(files);
    const warnings = [...read.warnings, ...content.exchanges.skipped];
    if (problems.length === 0) return { ...read, warnings, files, content };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
  }
  throw new ConfigurationError(problems);
}

function listenProblem(error: NodeJS.ErrnoException & { port?: number }, settings: Settings): string {
  const { code, message, port = settings.port } = error;
  const { host, httpsPort } = settings;
  const flag = servesTls(settings) && port === httpsPort ? '--https-port' : '--port';
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is in use; stop the process that uses it, or choose another with ${flag} (0 picks a free one)`;
  if (code === 'EACCES')
    return `no permission to listen on port ${port} of ${host}; choose one above 1023 with ${flag}`;
  return `cannot listen on ${host}, port ${port}: ${message}`;
}

import type { Writable } from 'node:stream';
import { contentOf, type LoadedFile, loadFixtureFiles } from '../fixtures/load.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { describeProblem } from '../schema/problems.js';
import { FailedToStart } from '../start/failed-to-start.js';
import { type LogStream, openLog } from '../start/log-stream.js';
import { clashesOf, defaultSettings, flagOf, servesTls, type Settings } from '../start/settings.js';
import { start, type Started } from '../start/start.js';
import { tlsDirOf } from '../start/tls-dir.js';
import { watchFixtures } from '../start/watch-fixtures.js';
import { readSettings } from './parse-settings.js';

export interface Launched extends Started {
  settings: Settings;
  stream: LogStream;
  /** Answers pending requests, closes the server and flushes the log. */
  stop(): Promise<void>;
}

export interface Streams {
  environment: NodeJS.ProcessEnv;
  log: Writable & { isTTY?: boolean };
  stderr: Writable;
}

/**
 * Starts a mock from flags and variables.
 * @throws ConfigurationError with every problem in them and in their files; FailedToStart.
 */
export async function launch(
  args: readonly string[],
  { environment, log: out, stderr }: Streams,
  defaults: Settings = defaultSettings,
): Promise<Launched> {
  const { settings, warnings, files } = configure(args, environment, defaults);
  const warn = (warning: string) => void stderr.write(`warning: ${warning}\n`);
  const content = contentOf(files);
  for (const warning of [...warnings, ...content.exchanges.skipped]) warn(warning);
  const { log, stream } = await openLog(settings, out);
  const started = await start(settings, content, {
    log,
    tlsDir: tlsDirOf(settings, environment),
    warn,
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === undefined ? error : new FailedToStart(listenProblem(error, settings));
  });
  const { noControl } = settings;
  const stopWatching =
    settings.watch && files !== undefined
      ? watchFixtures(started.mock, { paths: settings.fixtures ?? [], environment, files, log, noControl })
      : undefined;
  const stop = async () => {
    stopWatching?.();
    await started.server.stop();
    await stream.end();
  };
  return { ...started, settings, stream, stop };
}

interface Configuration {
  settings: Settings;
  warnings: string[];
  /** Without `fixtures`, there are none: the built-in workspaces are in the code. */
  files: LoadedFile[] | undefined;
}

function configure(args: readonly string[], environment: NodeJS.ProcessEnv, defaults: Settings): Configuration {
  const { settings, warnings, problems } = readSettings(args, environment, defaults);
  problems.push(...clashesOf(settings, flagOf).map(describeProblem));
  try {
    const files = settings.fixtures && loadFixtureFiles(settings.fixtures, environment);
    if (problems.length === 0) return { settings, warnings, files };
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

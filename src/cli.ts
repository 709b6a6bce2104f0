#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { systemClock } from './clock.js';
import { ConfigurationError } from './configuration-error.js';
import { openLog } from './log.js';
import { unhealthy } from './health.js';
import { readSettings } from './read-settings.js';
import { Mock } from './mock.js';
import { describeProblem } from './problems.js';
import { startServer } from './server.js';
import { clashesOf, flagOf, type Settings, settingsHelp } from './settings.js';
import { VERSION } from './version.js';
import { BUILT_IN, type LoadedFile, loadFixtureFiles } from './workspaces/load.js';
import { FixtureWatch } from './workspaces/watch.js';

/** What a run needs of the process around it. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable;
  /** Aborted when the run should end. */
  stopped: AbortSignal;
}

/** 0 is a clean stop, 1 a failure at run time, 2 a mistake in a flag, a variable or a fixture. */
export type ExitCode = 0 | 1 | 2;

const HELP = `braze-segments-mock ${VERSION}: an offline stand-in for Braze's Segment Analytics Export endpoint

Usage: braze-segments-mock [serve] [flags]
       braze-segments-mock healthcheck [flags]   exit 0 if a mock with these flags answers, else 1

Flags, each with its environment variable; a flag wins:
${settingsHelp()}
  --help, -h     Print this
  --version, -v  Print the version
`;

/** Runs the command to its end. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  if (args.includes('--help') || args.includes('-h')) return print(stdout, HELP);
  if (args.includes('--version') || args.includes('-v')) return print(stdout, `${VERSION}\n`);
  try {
    if (args[0] === 'healthcheck') return await healthcheck(args.slice(1), surroundings);
    return await serve(args[0] === 'serve' ? args.slice(1) : args, surroundings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    stderr.write(error.problems.map((problem) => `error: ${problem}\n`).join(''));
    return 2;
  }
}

async function serve(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { environment, stdout, stderr, stopped } = surroundings;
  const { settings, warnings, fixtures } = configure(args, environment);
  const mock = new Mock(
    settings,
    fixtures.flatMap(({ workspaces }) => workspaces),
  );
  if (isOpenToOthers(settings)) warnings.push(openControl(settings));
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  const { log, stream } = await openLog(settings, stdout);
  const server = await startServer(mock, log).catch((error: NodeJS.ErrnoException) => error);
  if (server instanceof Error) {
    stderr.write(`error: ${failureToStart(server, settings)}\n`);
    return 1;
  }
  // Others' tooling waits for this line: it is JSON on stdout, whatever the log's level and format.
  const ready = { level: 30, time: systemClock.now(), msg: 'ready', url: server.url, version: VERSION };
  stream.announce(`${JSON.stringify(ready)}\n`);
  const stopWatching = settings.watch ? watchFixtures(mock, fixtures, log) : undefined;
  await aborted(stopped);
  stopWatching?.();
  await server.stop();
  await stream.end();
  return 0;
}

/**
 * Reads the settings and the fixtures they name.
 * @throws ConfigurationError naming every problem of both.
 */
function configure(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const { settings, warnings, problems } = readSettings(args, environment);
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

async function healthcheck(args: readonly string[], { environment, stderr }: Surroundings): Promise<ExitCode> {
  const { settings, problems } = readSettings(args, environment);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const problem = await unhealthy(settings);
  if (problem === undefined) return 0;
  stderr.write(`error: ${problem}\n`);
  return 1;
}

/** Milliseconds between looks at the fixture files. */
const LOOK = 250;

function watchFixtures(mock: Mock, fixtures: LoadedFile[], log: Logger): () => void {
  const watch = new FixtureWatch(mock, mock.settings.fixtures ?? BUILT_IN, fixtures);
  const timer = setInterval(() => {
    const look = watch.look();
    if (look === undefined) return;
    if ('problems' in look)
      log.error({ problems: look.problems }, 'fixtures not reloaded; the last good state goes on');
    else log.info({ changed: look.changed }, 'fixtures reloaded');
  }, LOOK);
  return () => clearInterval(timer);
}

function isOpenToOthers({ host, noControl, controlToken }: Settings): boolean {
  const isLoopback = /^(localhost|127(\.\d+){3}|::1)$/.test(host);
  return !isLoopback && !noControl && controlToken === undefined;
}

function openControl({ host }: Settings): string {
  return `whoever reaches ${host} can steer the mock; set --control-token, or leave the control API out with --no-control`;
}

function failureToStart({ code, message }: NodeJS.ErrnoException, { host, port }: Settings): string {
  if (code === 'EADDRINUSE')
    return `port ${port} on ${host} is in use; stop what uses it, or choose another with --port (0 picks a free one)`;
  if (code === 'EACCES')
    return `port ${port} on ${host} may not be used by this user; choose one above 1023 with --port`;
  return `cannot listen on ${host}, port ${port}: ${message}`;
}

function print(stdout: Writable, text: string): ExitCode {
  stdout.write(text);
  return 0;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isMain(): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  const stop = new AbortController();
  // Not once: npm passes on a Ctrl-C that the process had from the terminal already.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  process.exitCode = await run(process.argv.slice(2), {
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stopped: stop.signal,
  });
  // A log that nobody reads must not hold the process back; stdout cannot be destroyed.
  if (process.stdout.writableLength > 0) process.exit();
}

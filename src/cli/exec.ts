import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ConfigurationError } from '../schema/configuration-error.js';
import { startingWorkspace } from '../operations/workspaces.js';
import { type Launched, launch } from './launch.js';
import type { StopSignal, ProcessContext } from './process-context.js';
import { uiOf } from '../start/ready.js';
import { defaultSettings, type Settings } from '../start/settings.js';

/** By default `exec` uses free ports and logs only warnings. */
const EXEC_DEFAULTS: Settings = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'warn' };

/** A flag of `exec` alone: prints where to look, and keeps the mock after a command that failed. */
const UI_FLAG = '--ui';

// The exit codes of a POSIX shell.
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const SIGNAL_EXIT_BASE = 128;

/**
 * Starts a mock, runs a command with its address in environment variables, and returns the command's exit code.
 * @throws ConfigurationError if there is no command, or as `launch` does.
 */
export async function exec(args: readonly string[], context: ProcessContext): Promise<number> {
  const end = args.indexOf('--');
  const [command, ...commandArgs] = end < 0 ? [] : args.slice(end + 1);
  if (command === undefined || command === '') {
    throw new ConfigurationError([
      `exec: found ${command === undefined ? 'no' : 'an empty'} command, expected one after "--", as in: braze-segments-mock exec -- npm test`,
    ]);
  }
  const given = args.slice(0, end);
  const { environment, stderr } = context;
  // PORT belongs to the command.
  const { PORT: _port, ...own } = environment;
  const showsUi = given.includes(UI_FLAG);
  const flags = given.filter((flag) => flag !== UI_FLAG);
  const launched = await launch(flags, { environment: own, log: stderr, stderr }, EXEC_DEFAULTS);
  context.onReady?.();
  try {
    const { noControl } = launched.settings;
    if (showsUi && noControl)
      throw new ConfigurationError([`${UI_FLAG}: not possible with --no-control, which removes the page`]);
    const ui = uiOf(launched.server.origin);
    if (showsUi) stderr.write(`look at the mock: ${ui}\n`);
    const variables = { ...environment, ...mockVariables(launched, environment) };
    const code = await runChild(command, commandArgs, variables, context);
    if (showsUi && code !== 0) await enterPressed(`exit code ${code}; ${ui} stays until you press Enter\n`, context);
    return code;
  } finally {
    await launched.stop();
  }
}

/** Waits for a line or the end of a terminal's input, or for a stop signal; without a terminal it does not wait. */
function enterPressed(prompt: string, { stdin, stderr, stopped }: ProcessContext): Promise<void> {
  const input = stdin();
  if (input.isTTY !== true || stopped.aborted) return Promise.resolve();
  stderr.write(prompt);
  return new Promise<void>((resolve) => {
    input.once('data', resolve).once('end', resolve);
    stopped.addEventListener('abort', () => resolve(), { once: true });
  }).finally(() => input.pause());
}

function mockVariables({ mock, server, identity }: Launched, environment: NodeJS.ProcessEnv) {
  const { origin, url, httpsUrl } = server;
  const { NODE_EXTRA_CA_CERTS } = environment;
  const caFile = identity?.caFile;
  return {
    BRAZE_REST_URL: url,
    BRAZE_REST_ORIGIN: origin,
    BRAZE_API_KEY: startingWorkspace(mock).apiKey,
    ...withoutProxy(new URL(url).hostname, environment),
    ...(httpsUrl !== undefined && { BRAZE_REST_HTTPS_URL: httpsUrl }),
    ...(caFile !== undefined && { BRAZE_REST_CA: caFile, NODE_EXTRA_CA_CERTS: NODE_EXTRA_CA_CERTS ?? caFile }),
  };
}

/** Lets the command call the mock directly although it has a proxy. Programs read either spelling [curl: lower case first]. */
function withoutProxy(host: string, { NO_PROXY, no_proxy }: NodeJS.ProcessEnv) {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  const append = (...given: (string | undefined)[]) => {
    const hosts = given.find((list) => list !== undefined && list !== '');
    if (hosts?.trim() === '*') return hosts;
    const known = (hosts ?? '').split(/[\s,]+/).filter((one) => one !== '');
    return [...new Set([...known, plain, host])].join(',');
  };
  return { NO_PROXY: append(NO_PROXY, no_proxy), no_proxy: append(no_proxy, NO_PROXY) };
}

function runChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { stderr, stopped, signals, fromTerminal }: ProcessContext,
): Promise<number> {
  if (stopped.aborted) return Promise.resolve(exitCodeOfSignal(stopped.reason as StopSignal));
  let child: ChildProcess;
  try {
    child = spawn(command, args, { stdio: 'inherit', env });
  } catch (error) {
    // Node throws some errors instead of emitting them, such as E2BIG and ENOTDIR.
    return Promise.resolve(reportFailure(error as NodeJS.ErrnoException));
  }
  const passOn = (signal: StopSignal) => {
    // The terminal has already sent Ctrl-C to the command, and many commands abort on a second one.
    if (signal !== 'SIGINT' || !fromTerminal) child.kill(signal);
  };
  signals.on('signal', passOn);
  return new Promise<number>((resolve) => {
    child.once('error', (error) => resolve(reportFailure(error)));
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOfSignal(signal ?? 'SIGTERM')));
  }).finally(() => signals.off('signal', passOn));

  function reportFailure(error: NodeJS.ErrnoException): number {
    stderr.write(`error: ${command}: ${spawnProblem(error)}\n`);
    return error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
  }
}

function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return SIGNAL_EXIT_BASE + constants.signals[signal];
}

function spawnProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'command not found';
  if (code === 'EACCES') return 'not executable; check its permissions';
  return message;
}

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ConfigurationError } from '../schema/configuration-error.js';
import { startingWorkspace } from '../operations/workspaces.js';
import { type Launched, launch } from './launch.js';
import type { StopSignal, Surroundings } from './surroundings.js';
import { defaultSettings, type Settings } from '../start/settings.js';

/** Beside a command the mock takes ports that are free, and leaves the output to it. */
const DEFAULTS: Settings = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'warn' };

// The codes of a shell.
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const KILLED = 128;

/**
 * Runs a command beside a mock of its own, which it finds by variables, and gives the command's exit code.
 * @throws ConfigurationError where there is no command, or as `launch` does.
 */
export async function exec(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const end = args.indexOf('--');
  const [command, ...commandArgs] = end < 0 ? [] : args.slice(end + 1);
  if (command === undefined) {
    throw new ConfigurationError([
      'exec: found no command, expected one after "--", as in: braze-segments-mock exec -- npm test',
    ]);
  }
  const { environment, stderr } = surroundings;
  // PORT is meant for the command.
  const { PORT: _port, ...own } = environment;
  const launched = await launch(args.slice(0, end), { environment: own, log: stderr, stderr }, DEFAULTS);
  try {
    return await runToItsEnd(
      command,
      commandArgs,
      { ...environment, ...whereabouts(launched, environment) },
      surroundings,
    );
  } finally {
    await launched.stop();
  }
}

/** The variables by which a command finds the mock. */
function whereabouts({ mock, server, identity }: Launched, { NODE_EXTRA_CA_CERTS }: NodeJS.ProcessEnv) {
  const { url, httpsUrl } = server;
  const caFile = identity?.caFile;
  return {
    BRAZE_REST_URL: url,
    BRAZE_API_KEY: startingWorkspace(mock).apiKey,
    ...(httpsUrl !== undefined && { BRAZE_REST_HTTPS_URL: httpsUrl }),
    ...(caFile !== undefined && { BRAZE_REST_CA: caFile, NODE_EXTRA_CA_CERTS: NODE_EXTRA_CA_CERTS ?? caFile }),
  };
}

function runToItsEnd(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { stderr, stopped, signals, fromTerminal }: Surroundings,
): Promise<number> {
  if (stopped.aborted) return Promise.resolve(codeOf(stopped.reason as StopSignal));
  const child = spawn(command, args, { stdio: 'inherit', env });
  const passOn = (signal: StopSignal) => {
    // A terminal gives Ctrl-C to the command too, and many commands take a second one for impatience.
    if (signal !== 'SIGINT' || !fromTerminal) child.kill(signal);
  };
  signals.on('signal', passOn);
  return new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      stderr.write(`error: ${command}: ${whyNotRun(error)}\n`);
      resolve(error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE);
    });
    child.once('exit', (code, signal) => resolve(code ?? codeOf(signal ?? 'SIGTERM')));
  }).finally(() => signals.off('signal', passOn));
}

function codeOf(signal: NodeJS.Signals): number {
  return KILLED + constants.signals[signal];
}

function whyNotRun({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such command';
  if (code === 'EACCES') return 'may not be executed';
  return message;
}

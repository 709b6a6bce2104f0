import type { Writable } from 'node:stream';
import { systemClock } from '../system/clock.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { FailedToStart } from '../start/failed-to-start.js';
import { healthProblem } from './healthcheck.js';
import type { ProcessContext } from './process-context.js';
import { readOnlySettings } from './parse-settings.js';
import { settingsHelp } from './settings-help.js';
import { tlsDirOf } from '../start/tls-dir.js';
import { VERSION } from '../start/package.js';

/** 0 is a clean stop, 1 a failure at run time, 2 an error in a flag, variable or fixture. */
export type ExitCode = 0 | 1 | 2;

const HELP = `braze-segments-mock ${VERSION}: an offline stand-in for Braze's Segment Analytics Export endpoint

Usage: braze-segments-mock [serve] [flags]
       braze-segments-mock exec [--ui] [flags] -- <command> [args…]
                                                 run a command beside a mock of its own, on a free port, with
                                                 BRAZE_REST_URL and BRAZE_API_KEY set; exit with its code.
                                                 --ui prints where to look at the mock, and keeps it after a
                                                 command that failed until you press Enter
       braze-segments-mock ca [flags]            print the CA certificate of --tls auto
       braze-segments-mock healthcheck [flags]   exit 0 if a mock with these flags answers, else 1

Flags, each with its environment variable; a flag wins:
${settingsHelp()}
  --help, -h     Print this
  --version, -v  Print the version
`;

/** Runs a command and returns its exit code; for `exec`, that of the child process. */
export async function run(args: readonly string[], context: ProcessContext): Promise<number> {
  const { stdout, stderr } = context;
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  if (own.includes('--help') || own.includes('-h')) return print(stdout, HELP);
  if (own.includes('--version') || own.includes('-v')) return print(stdout, `${VERSION}\n`);
  try {
    const command = COMMANDS.get(args[0] ?? '');
    return await (command === undefined ? serve(args, context) : command(args.slice(1), context));
  } catch (error) {
    if (error instanceof FailedToStart) {
      stderr.write(`error: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof ConfigurationError)) throw error;
    stderr.write(error.problems.map((problem) => `error: ${problem}\n`).join(''));
    return 2;
  }
}

type Command = (args: readonly string[], context: ProcessContext) => Promise<number>;

/** The commands by name. Imports are lazy, so that the frequent health check does not load a server. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['serve', serve],
  ['exec', async (args, context) => (await import('./exec.js')).exec(args, context)],
  ['ca', ca],
  ['healthcheck', healthcheck],
]);

async function serve(args: readonly string[], context: ProcessContext): Promise<ExitCode> {
  const { environment, stdout, stderr, stopped } = context;
  const [{ launch }, { banner, readyLine }] = await Promise.all([import('./launch.js'), import('../start/ready.js')]);
  const launched = await launch(args, { environment, log: stdout, stderr });
  const { logFormat } = launched.settings;
  // Scripts have no terminal, or set the format to JSON.
  const isForPeople = stdout.isTTY === true && logFormat !== 'json';
  launched.stream.announce(isForPeople ? banner(launched) : readyLine(launched));
  await aborted(stopped);
  await launched.stop();
  return 0;
}

async function ca(args: readonly string[], { environment, stdout }: ProcessContext): Promise<ExitCode> {
  const settings = readOnlySettings(args, environment);
  if (settings.tlsCert !== undefined) {
    throw new ConfigurationError(['--tls-cert: found beside the command ca, which prints the CA of --tls auto alone']);
  }
  const { openCa } = await import('../server/tls/identity.js');
  return print(stdout, await openCa(settings, tlsDirOf(settings, environment), systemClock));
}

async function healthcheck(args: readonly string[], { environment, stderr }: ProcessContext): Promise<ExitCode> {
  const problem = await healthProblem(readOnlySettings(args, environment));
  if (problem === undefined) return 0;
  stderr.write(`error: ${problem}\n`);
  return 1;
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

import { type Static, Type } from '@sinclair/typebox';
import type { ProfileName } from '../core/profiles/names.js';
import type { KnownKeys } from '../core/workspaces/known-keys.js';
import { startingWorkspace } from '../operations/workspaces.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { exactly, oneOf } from '../schema/shapes.js';
import { uiOf } from '../start/ready.js';
import { defaultSettings, flagsOf, type Settings } from '../start/settings.js';
import { monotonicNow } from '../system/real-time.js';
import { exitCodeOfSignal, startChild } from './child.js';
import { type Configuration, configure, type Launched, launchConfigured, warnOn } from './launch.js';
import type { ProcessContext, StopSignal } from './process-context.js';
import { Collector } from './report/collector.js';
import { deliver, refuseUnwritable, ReportOptions } from './report/deliver.js';
import { quoted } from './report/quote.js';
import { exitCodeOf, type FailOn, reportOf, resultOf, type Run } from './report/report.js';

/** By default `exec` uses free ports and logs only warnings. */
export const EXEC_DEFAULTS: Settings = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'warn' };

/** The flags of `exec` besides those of a mock. */
export const ExecOptions = exactly({
  ui: Type.Boolean({
    default: false,
    description: 'Print where to look at the mock, and keep it after a command that failed until you press Enter.',
  }),
  profiles: Type.Optional(
    oneOf(['both', 'documented', 'observed'], {
      description: 'Profile of all workspaces, instead of their own; with `both`, the command runs once in each.',
    }),
  ),
  ...ReportOptions,
});
type ExecOptions = Static<typeof ExecOptions>;

/**
 * Starts a mock, runs a command with its address in environment variables, and returns the command's exit code; 99 if
 * the command succeeds and the report has findings.
 * @throws ConfigurationError if there is no command, or as `configure` does; FailedToStart.
 */
export async function exec(args: readonly string[], context: ProcessContext): Promise<number> {
  const { flags, command } = splitCommand('exec', args);
  // PORT belongs to the command.
  const { PORT: _port, ...environment } = context.environment;
  const configuration = configure(flags, environment, EXEC_DEFAULTS, flagsOf(ExecOptions));
  const options: Partial<ExecOptions> = configuration.own;
  const { ui = false, profiles, failOn = 'error', reportFile } = options;
  if (ui && configuration.settings.noControl)
    throw new ConfigurationError(['--ui: not possible with --no-control, which removes the page']);
  refuseUnwritable(reportFile);
  for (const warning of configuration.warnings) warnOn(context.stderr, warning);
  const isReported = 'report' in options || 'failOn' in options || reportFile !== undefined;
  const level = isReported ? failOn : 'never';
  const chosen = profilesOf(profiles);
  const runs: Run[] = [];
  let exitCode = 0;
  const ended = (run: Run, keys: KnownKeys) => {
    runs.push(run);
    exitCode = exitCodeOf(runs, level);
    if (!isReported || (runs.length < chosen.length && !context.stopped.aborted)) return;
    const isDelivered = deliver(reportOf(keys.mask(quoted(command)), failOn, exitCode, runs), options, context);
    if (!isDelivered && exitCode === 0) exitCode = 1;
  };
  for (const profile of chosen) {
    if (runs.length > 0 && context.stopped.aborted) break;
    const own = profile === undefined ? configuration : inProfile(configuration, profile);
    await runBeside(own, command, { ui, failOn: level, ended }, context);
  }
  return exitCode;
}

/** The flags before `--`, and the command after it. @throws ConfigurationError if there is none. */
export function splitCommand(name: string, args: readonly string[]): { flags: string[]; command: string[] } {
  const end = args.indexOf('--');
  const command = end < 0 ? [] : args.slice(end + 1);
  if (command[0] === undefined || command[0] === '') {
    throw new ConfigurationError([
      `${name}: found ${command[0] === undefined ? 'no' : 'an empty'} command, expected one after "--", as in: braze-segments-mock ${name} -- npm test`,
    ]);
  }
  return { flags: args.slice(0, end), command };
}

/** The profiles to run in; `undefined` is what settings and fixtures say. */
export function profilesOf(profiles: ExecOptions['profiles']): (ProfileName | undefined)[] {
  return profiles === 'both' ? ['documented', 'observed'] : [profiles];
}

/** The configuration with one profile for all workspaces. */
export function inProfile<C extends Pick<Configuration, 'settings' | 'content'>>(
  configuration: C,
  profile: ProfileName,
): C {
  const { settings, content } = configuration;
  const workspaces = content.workspaces.map((workspace) => ({ ...workspace, profile }));
  return { ...configuration, settings: { ...settings, profile }, content: { ...content, workspaces } };
}

/** Runs the command beside a mock of its own. `ended` is called before the mock waits for a look at it. */
async function runBeside(
  configuration: Configuration,
  command: readonly string[],
  { ui: showsUi, failOn, ended }: { ui: boolean; failOn: FailOn; ended: (run: Run, keys: KnownKeys) => void },
  context: ProcessContext,
): Promise<void> {
  const { environment, stderr } = context;
  const { PORT: _port, ...own } = environment;
  const launched = await launchConfigured(configuration, { environment: own, log: stderr, stderr });
  const { mock, server, stop } = launched;
  const collector = new Collector(mock);
  context.onReady?.();
  try {
    const ui = showsUi ? uiOf(server.origin) : undefined;
    if (ui !== undefined) stderr.write(`look at the mock: ${ui}\n`);
    const started = monotonicNow();
    const code = await runChild(command, { ...environment, ...mockVariables(launched, environment) }, context);
    const durationMs = monotonicNow() - started;
    // Replies that are under way count too.
    if (ui === undefined) await stop();
    const requests = collector.requests();
    const result = resultOf({ exitCode: code, ...requests }, failOn);
    const profile = (mock.workspaces.default ?? mock).profile.name;
    const storyboard = configuration.settings.storyboard ?? null;
    const run = {
      storyboard,
      profile,
      result,
      exitCode: code,
      durationMs,
      ...requests,
      ...(ui !== undefined && { ui }),
    };
    ended(run, mock.workspaces.knownKeys);
    if (ui === undefined || result === 'ok') return;
    const why = code === 0 ? 'findings' : `exit code ${code}`;
    await enterPressed(`${why}; ${ui} stays until you press Enter\n`, context);
  } finally {
    await stop();
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

/** The variables with which a command finds the mock. */
export function mockVariables({ mock, server, identity }: Launched, environment: NodeJS.ProcessEnv) {
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

async function runChild(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  { stderr, stopped, signals, fromTerminal }: ProcessContext,
): Promise<number> {
  if (stopped.aborted) return exitCodeOfSignal(stopped.reason as StopSignal);
  const child = startChild(command, { stdio: 'inherit', env }, (sentence) => void stderr.write(sentence));
  const passOn = (signal: StopSignal) => {
    // The terminal has already sent Ctrl-C to the command, and many commands abort on a second one.
    if (signal !== 'SIGINT' || !fromTerminal) child.process?.kill(signal);
  };
  signals.on('signal', passOn);
  return child.exited.finally(() => signals.off('signal', passOn));
}

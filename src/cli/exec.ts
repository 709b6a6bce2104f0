import { once } from 'node:events';
import { Type } from '@sinclair/typebox';
import { ConfigurationError } from '../schema/configuration-error.js';
import { exactly, Field } from '../schema/shapes.js';
import { uiOf } from '../start/ready.js';
import { inProfile, profilesOf, readBeside, runBeside } from './beside.js';
import { exitCodeOfSignal, startChild } from './child.js';
import { warnOn } from './launch.js';
import { aborted, type ProcessContext, type StopSignal } from './process-context.js';
import { deliverReport, refuseUnwritable, ReportOptions } from './report/deliver.js';
import { quoted } from '../start/quote.js';
import { exitCodeOf, reportOf, type Run } from './report/report.js';

/** The flags of `exec` besides those of a mock. */
export const ExecOptions = exactly({
  ui: Field.flag('Print the address of the web UI. After a failed command, keep the mock until you press Enter.', {
    default: false,
  }),
  profiles: Type.Optional(
    Field.oneOf(
      ['both', 'documented', 'observed'],
      'Profile of all workspaces, instead of their own; with `both`, the command runs once in each.',
    ),
  ),
  ...ReportOptions,
});

/**
 * Starts a mock, runs a command with its address in environment variables, and returns the command's exit code; 99 if
 * the command succeeds and the report has findings.
 * @throws ConfigurationError, Failure.
 */
export async function exec(args: readonly string[], context: ProcessContext): Promise<number> {
  const { command, configuration, options } = readBeside('exec', ExecOptions, args, context);
  const { environment, stderr, stopped } = context;
  const { given, settings, warnings } = configuration;
  if (options.ui && settings.noControl)
    throw new ConfigurationError(['--ui: not possible with --no-control, which removes the page']);
  refuseUnwritable(options.reportFile);
  warnOn(stderr, ...warnings);
  const isReported = given.some(({ setting }) => setting.name in ReportOptions);
  const failOn = isReported ? options.failOn : 'never';
  const beside = { storyboard: settings.storyboard ?? null, failOn, environment, log: stderr };
  const profiles = profilesOf(options.profiles);
  const runs: Run[] = [];
  let exitCode = 0;
  for (const profile of profiles) {
    if (runs.length > 0 && stopped.aborted) break;
    let ui: string | undefined;
    const { run, workspaces, stop } = await runBeside(
      inProfile(configuration, profile),
      { ...beside, keepsServing: options.ui },
      (env, { server }) => {
        context.onReady?.();
        if (options.ui) stderr.write(`look at the mock: ${(ui = uiOf(server.origin))}\n`);
        return runChild(command, env, context);
      },
    );
    try {
      runs.push({ ...run, ...(ui !== undefined && { ui }) });
      exitCode = exitCodeOf(runs, failOn);
      if (isReported && (runs.length === profiles.length || stopped.aborted)) {
        const report = reportOf(workspaces.knownKeys.mask(quoted(command)), options.failOn, exitCode, runs);
        if (!deliverReport(report, options, context) && exitCode === 0) exitCode = 1;
      }
      if (ui === undefined || run.result === 'ok') continue;
      const why = run.exitCode === 0 ? 'findings' : `exit code ${run.exitCode}`;
      await enterPressed(`${why}; ${ui} stays until you press Enter\n`, context);
    } finally {
      await stop();
    }
  }
  return exitCode;
}
/** Waits for a line or the end of a terminal's input, or for a stop signal; without a terminal it does not wait. */
async function enterPressed(prompt: string, { stdin, stderr, stopped }: ProcessContext): Promise<void> {
  const input = stdin();
  if (input.isTTY !== true || stopped.aborted) return;
  stderr.write(prompt);
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(input, 'data', { signal }), once(input, 'end', { signal }), aborted(stopped, signal)]);
  done.abort();
  input.pause();
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

import { setMaxListeners } from 'node:events';
import { BUILT_IN_STORYBOARDS } from '../core/faults/built-in-storyboards.js';
import type { ClockSetting } from '../core/time/clock.js';
import { parseDuration } from '../core/time/duration.js';
import type { WorkspaceFixture } from '../core/workspaces/fixture.js';
import { textType } from '../schema/checker.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { closestName } from '../schema/did-you-mean.js';
import { exactly, Field } from '../schema/shapes.js';
import { inProfile, profilesOf, readBeside } from './beside.js';
import { runCell } from './cell.js';
import { exitCodeOfSignal } from './child.js';
import { ExecOptions } from './exec.js';
import { type Configuration, warnOn } from './launch.js';
import type { ProcessContext, StopSignal } from './process-context.js';
import { deliverReport, refuseUnwritable, ReportOptions } from './report/deliver.js';
import { quoted } from '../start/quote.js';
import { reportOf, type Run } from './report/report.js';
import { BASELINE, duration, ending, storyboardOf } from './report/words.js';

const MOST_TIMEOUT_MS = 24 * 3_600_000;
const TIMEOUT_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, '': 1000 };

/** Milliseconds of a text such as `10s`, `500ms`, `2m`, `PT1M30S`, or a number of seconds. */
export function parseTimeout(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(text) ?? [];
  const ms = count === undefined ? parseDuration(text) : Math.round(Number(count) * (TIMEOUT_UNITS[unit] ?? 0));
  return ms !== undefined && ms >= 1 && ms <= MOST_TIMEOUT_MS ? ms : undefined;
}

const Timeout = textType(
  'timeout',
  (text) => parseTimeout(text) !== undefined,
  'a time from 1 ms to 24 hours, such as 10s, 500ms, PT2M, or a number of seconds',
  {},
);

/** The flags of `rehearse` besides those of a mock. */
export const RehearseOptions = exactly({
  storyboards: Field.text(
    `Storyboards to run the command through, built in or from the fixtures; \`${BASELINE}\` is a run without one.`,
    { default: 'all', minLength: 1, expected: '"all", or names of storyboards, separated by commas' },
  ),
  profiles: ExecOptions.properties.profiles,
  jobs: Field.integer('Number of concurrent runs.', { default: 2, minimum: 1, maximum: 64 }),
  timeout: Timeout('Time after which a run counts as hung and is killed.', { default: '120s' }),
  ...ReportOptions,
  reportFile: Field.of(ReportOptions.reportFile, 'File for the report. Default: standard output.'),
});

/** Flags that the line to repeat a run leaves out, because it has its own or needs none. */
const NOT_REPEATED = new Set(['storyboards', 'profiles', 'jobs', 'report', 'reportFile']);

/**
 * Runs a command once for each storyboard and profile, each time beside a mock of its own, and prints a matrix.
 * Returns 0, or 1 if a run failed; 128 and the signal's number if a signal stopped it.
 * @throws ConfigurationError, Failure.
 */
export async function rehearse(args: readonly string[], context: ProcessContext): Promise<number> {
  const { command, configuration, options } = readBeside('rehearse', RehearseOptions, args, context);
  const { environment, stderr, stdout, stopped } = context;
  const { storyboards, profiles, jobs, timeout, failOn, reportFile } = options;
  const names = storyboardsIn(storyboards, configuration);
  refuseUnwritable(reportFile);
  warnOn(stderr, ...configuration.warnings);

  const cells = names.flatMap((name) => profilesOf(profiles).map((profile) => ({ name, profile })));
  const runs: Run[] = [];
  let shown = '';
  context.onReady?.();
  await inParallel(cells, jobs, stopped, async ({ name, profile }, index, signal) => {
    const { run, keys } = await runCell(inProfile(onStage(configuration, name), profile), {
      storyboard: name === BASELINE ? null : name,
      command,
      repeat: repeatLine(configuration, name, profile, command),
      environment,
      timeoutMs: parseTimeout(timeout) as number,
      failOn,
      stopped: signal,
    });
    runs[index] = run;
    shown = keys.mask(quoted(command));
    const done = `${Object.keys(runs).length} of ${cells.length}: ${storyboardOf(run)}, ${run.profile}`;
    if (stderr.isTTY === true) stderr.write(`${done}: ${ending(run)}, after ${duration(run.durationMs)}\n`);
  });
  // Not those that a signal kept from starting.
  const done = Object.values(runs);
  const exitCode = done.every(({ result }) => result === 'ok') ? 0 : 1;
  const code = stopped.aborted ? exitCodeOfSignal(stopped.reason as StopSignal) : exitCode;
  if (done.length === 0) return code;
  const isDelivered = deliverReport(reportOf(shown, failOn, code, done), options, context, stdout);
  return isDelivered || code !== 0 ? code : 1;
}

/** Works on items, so many at a time, until a signal aborts. The first failure ends all work, and is thrown. */
async function inParallel<Item>(
  items: readonly Item[],
  jobs: number,
  stopped: AbortSignal,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([stopped, failed.signal]);
  // Each worker listens; Node would warn of more than ten.
  setMaxListeners(0, signal);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      if (signal.aborted) return;
      await work(item, index, signal).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  failed.signal.throwIfAborted();
}

/** The storyboards that a flag names. @throws ConfigurationError if one of them is unknown. */
function storyboardsIn(text: string, { content }: Configuration): string[] {
  const own = content.workspaces.flatMap(({ storyboards = [] }) =>
    storyboards.flatMap((one) => (typeof one === 'string' ? [] : [one.name])),
  );
  const known = [...new Set([BASELINE, ...BUILT_IN_STORYBOARDS.map(({ name }) => name), ...own])];
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const problems = names
    .filter((name) => name !== 'all' && !known.includes(name))
    .map((name) => {
      const meant = closestName(name, known);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return `--storyboards: found ${JSON.stringify(name)}, expected "all" or some of ${known.join(', ')}${hint}`;
    });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return names.includes('all') ? known : names;
}

/** The configuration in which all workspaces play a storyboard and no other, on free ports, at its scale. */
function onStage(
  { settings: { storyboard: _storyboard, ...settings }, content, ...rest }: Configuration,
  name: string,
): Configuration {
  const builtIn = BUILT_IN_STORYBOARDS.find((one) => one.name === name);
  const workspaces = content.workspaces.map((workspace): WorkspaceFixture => {
    const own = workspace.storyboards?.filter((one) => typeof one !== 'string' && one.name === name) ?? [];
    const storyboards = builtIn === undefined ? own : [name];
    const { scale } = builtIn ?? {};
    const clock = scale === undefined ? {} : { clock: clockAt(scale, workspace.clock ?? settings.clock) };
    return { ...workspace, storyboards, ...clock };
  });
  return {
    ...rest,
    settings: { ...settings, port: 0, httpsPort: 0, watch: false },
    content: { ...content, workspaces },
  };
}

/** The clock of a workspace at a scale: from where it is set, whether it is frozen there or not. */
function clockAt(scale: number, setting: NonNullable<WorkspaceFixture['clock']>): ClockSetting {
  const now = typeof setting === 'object' ? setting.now : setting;
  return { scale, ...(now !== undefined && now !== 'system' && { now }) };
}

/** The line that repeats a run alone. */
function repeatLine(
  { given }: Configuration,
  name: string,
  profile: string | undefined,
  command: readonly string[],
): string {
  const kept = given.filter(({ setting }) => !NOT_REPEATED.has(setting.name));
  const flags = kept.flatMap(({ setting: { name: own, flag }, texts }) =>
    // A secret stays out of reports.
    own === 'controlToken' ? [`${flag}="$BRAZE_MOCK_CONTROL_TOKEN"`] : texts.map((text) => quoted([`${flag}=${text}`])),
  );
  const words = ['npx', 'braze-segments-mock', 'rehearse', `--storyboards=${name}`];
  const inProfileToo = profile === undefined ? [] : [`--profiles=${profile}`];
  return [...words, ...inProfileToo, ...flags, '--', quoted(command)].join(' ');
}

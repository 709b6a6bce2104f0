import type { ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { PassThrough, type Writable } from 'node:stream';
import type { KnownKeys } from '../core/workspaces/known-keys.js';
import { monotonicNow, sleep } from '../system/real-time.js';
import { startChild } from './child.js';
import { mockVariables } from './exec.js';
import { type Configuration, launchConfigured } from './launch.js';
import { Collector } from './report/collector.js';
import { type FailOn, resultOf, type Run } from './report/report.js';

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE_MS = 2000;
/** Milliseconds in which output may still arrive after the command has ended. */
const OUTPUT_MS = 200;
const MOST_LINES = 40;
const MOST_CHARACTERS = 64 * 1024;

export interface CellOptions {
  /** That of the run, for its report; the configuration has its faults. */
  storyboard: string | null;
  command: readonly string[];
  /** The line that repeats the run. */
  repeat: string;
  environment: NodeJS.ProcessEnv;
  timeoutMs: number;
  failOn: FailOn;
  /** Ends the run. */
  stopped: AbortSignal;
}

/** Runs a command beside a mock of its own until it ends, the time is over, or the signal aborts. */
export async function runCell(
  configuration: Configuration,
  options: CellOptions,
): Promise<{ run: Run; keys: KnownKeys }> {
  const { command, environment, storyboard, failOn } = options;
  const output = new Output();
  const launched = await launchConfigured(configuration, { environment, log: output.sink, stderr: output.sink });
  const { mock, stop } = launched;
  const collector = new Collector(mock);
  try {
    const started = monotonicNow();
    const env = { ...environment, ...mockVariables(launched, environment) };
    const child = startChild(command, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }, output.add);
    for (const stream of [child.process?.stdout, child.process?.stderr])
      stream?.setEncoding('utf8').on('data', output.add);
    const ending = await endOf(child.exited, child.process, options);
    const durationMs = monotonicNow() - started;
    await stop();
    const requests = collector.requests();
    const exitCode = typeof ending === 'number' ? ending : null;
    const result = typeof ending === 'number' ? resultOf({ exitCode, ...requests }, failOn) : ending;
    const profile = (mock.workspaces.default ?? mock).profile.name;
    const { mask, knownKeys: keys } = mock.workspaces;
    const lines = result === 'ok' ? undefined : output.lastLines().map(mask);
    // Not the mask for texts of others: it would take `bearer = key` in a script for a secret.
    const repeat = keys.mask(options.repeat);
    const outcome = { storyboard, profile, result, exitCode, durationMs, ...requests, repeat };
    return { run: { ...outcome, ...(lines && { output: lines }) }, keys };
  } finally {
    await stop();
  }
}

/** The exit code, or how the run was ended. Nothing of the command's process group is left running. */
async function endOf(
  exited: Promise<number>,
  child: ChildProcess | undefined,
  { timeoutMs, stopped }: CellOptions,
): Promise<number | 'hung' | 'stopped'> {
  const done = new AbortController();
  let onStop = () => {};
  const stop = new Promise<'stopped'>((resolve) => (onStop = () => resolve('stopped')));
  stopped.addEventListener('abort', onStop);
  if (stopped.aborted) onStop();
  const late = sleep(timeoutMs, done.signal).then(
    () => 'hung' as const,
    () => 'hung' as const,
  );
  const ending = await Promise.race([exited, late, stop]);
  stopped.removeEventListener('abort', onStop);
  done.abort();
  if (child === undefined) return ending;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  if (typeof ending === 'string') {
    killGroup(child, 'SIGTERM');
    await within(GRACE_MS, exited);
  }
  killGroup(child, 'SIGKILL');
  await exited;
  await within(OUTPUT_MS, closed);
  return ending;
}

async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const cancel = new AbortController();
  await Promise.race([done, sleep(ms, cancel.signal).catch(() => undefined)]);
  cancel.abort();
}

/** A process with its children; on Windows, which has no process groups, the process alone. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch {
    child.kill(signal);
  }
}

/** The last lines of what a command printed. */
class Output {
  #text = '';
  readonly sink: Writable = new PassThrough().setEncoding('utf8').on('data', (text: string) => this.add(text));

  readonly add = (text: string): void => {
    this.#text = (this.#text + text).slice(-MOST_CHARACTERS);
  };

  lastLines(): string[] {
    const lines = stripVTControlCharacters(this.#text).trimEnd().split(/\r?\n/);
    return lines.slice(-MOST_LINES).filter((line, index) => index > 0 || line !== '');
  }
}

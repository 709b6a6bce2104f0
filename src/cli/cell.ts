import type { ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { PassThrough } from 'node:stream';
import type { KnownKeys } from '../core/workspaces/known-keys.js';
import { sleep, within } from '../system/real-time.js';
import { type BesideOptions, type Ending, runBeside } from './beside.js';
import { startChild, type StartedChild } from './child.js';
import { aborted } from './process-context.js';
import type { Configuration } from './launch.js';
import type { Run } from './report/report.js';

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE_MS = 2000;
/** Milliseconds in which output may still arrive after the command has ended. */
const OUTPUT_MS = 200;
const MOST_LINES = 40;
const MOST_CHARACTERS = 64 * 1024;

interface CellOptions extends Omit<BesideOptions, 'log'> {
  command: readonly string[];
  /** The line that repeats the run. */
  repeat: string;
  timeoutMs: number;
  /** Ends the run. */
  stopped: AbortSignal;
}

/** Runs a command beside a mock of its own until it ends, the time is over, or the signal aborts. */
export async function runCell(
  configuration: Configuration,
  { command, repeat, timeoutMs, stopped, ...options }: CellOptions,
): Promise<{ run: Run; keys: KnownKeys }> {
  let output = '';
  const add = (text: string) => void (output = (output + text).slice(-MOST_CHARACTERS));
  const log = new PassThrough().setEncoding('utf8').on('data', add);
  const beside = await runBeside(configuration, { ...options, log }, (env) => {
    const child = startChild(command, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }, add);
    for (const stream of [child.process?.stdout, child.process?.stderr]) stream?.setEncoding('utf8').on('data', add);
    return endOf(child, timeoutMs, stopped);
  });
  const { mask, knownKeys: keys } = beside.workspaces;
  // Not the mask for texts of others: it would take `bearer = key` in a script for a secret.
  const run = { ...beside.run, repeat: keys.mask(repeat) };
  return { run: run.result === 'ok' ? run : { ...run, output: lastLines(output).map(mask) }, keys };
}

/** The exit code, or how the run was ended. Nothing of the command's process group is left running. */
async function endOf(started: StartedChild, timeoutMs: number, stopped: AbortSignal): Promise<Ending> {
  const { exited, process: child } = started;
  const done = new AbortController();
  const late = sleep(timeoutMs, done.signal).then(() => 'hung' as const);
  const stop = aborted(stopped, done.signal).then(() => 'stopped' as const);
  const ending = await Promise.race([exited, late, stop]);
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

/** A process with its children; on Windows, which has no process groups, the process alone. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch {
    child.kill(signal);
  }
}

/** The last lines of what a command printed. */
function lastLines(text: string): string[] {
  const lines = stripVTControlCharacters(text).trimEnd().split(/\r?\n/);
  return lines.slice(-MOST_LINES).filter((line, index) => index > 0 || line !== '');
}

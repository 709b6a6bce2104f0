import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { run } from '../../src/cli/commands.js';
import { informationFor } from '../../src/cli/information.js';
import type { StopSignal } from '../../src/cli/process-context.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Ready {
  msg: 'ready';
  url: string;
  httpsUrl?: string;
  /** Only with a base path. */
  origin?: string;
}

export interface Run {
  stdout(): string;
  stderr(): string;
  /** Resolves with what the command printed and its exit code. */
  ended: Promise<Outcome>;
  /** Resolves with the ready line; rejects when the command ends without one. */
  ready(): Promise<Ready>;
  /** Resolves when the command has printed a text to stdout. */
  printed(text: string): Promise<void>;
}

export interface Command extends Run {
  child: ChildProcess;
}

/** Starts the built command, or another program, with the given environment; kills it after the test. */
export function command(
  args: string[],
  environment: Record<string, string> = {},
  [program = '', ...words]: string[] = [process.execPath, CLI],
): Command {
  const child = spawn(program, [...words, ...args], { env: { PATH: process.env['PATH'], ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return { child, ...observe(child.stdout, child.stderr, closed) };
}

export interface CommandInProcess extends Run {
  stop(signal: StopSignal): void;
}

/** Runs the command in this process, which takes a tenth of the time; stops it after the test. */
export function commandInProcess(
  args: string[],
  environment: Record<string, string> = {},
  terminal: { isTTY?: boolean } = {},
  stdin: Readable & { isTTY?: boolean } = new PassThrough(),
): CommandInProcess {
  const stdout = Object.assign(new PassThrough(), terminal);
  const stderr = new PassThrough();
  const controller = new AbortController();
  const signals = new EventEmitter<{ signal: [StopSignal] }>();
  const context = {
    environment,
    stdout,
    stderr,
    stdin: () => stdin,
    stopped: controller.signal,
    signals,
    fromTerminal: false,
  };
  const answer = async () => {
    const information = informationFor(args);
    if (information === undefined) return run(args, context);
    stdout.write(information);
    return 0;
  };
  const ended = answer().finally(() => {
    stdout.end();
    stderr.end();
  });
  const stop = (signal: StopSignal) => {
    signals.emit('signal', signal);
    controller.abort(signal);
  };
  onTestFinished(async () => {
    stop('SIGTERM');
    await ended;
  });
  const closed = Promise.all([ended, once(stdout, 'close'), once(stderr, 'close')]).then(([code]) => code);
  return { stop, ...observe(stdout, stderr, closed) };
}

/** Runs the command in this process to its end; a server stops as soon as it has started. */
export function outcomeOf(...args: Parameters<typeof commandInProcess>): Promise<Outcome> {
  const running = commandInProcess(...args);
  running.stop('SIGTERM');
  return running.ended;
}

function observe(stdout: Readable, stderr: Readable, closed: Promise<number | null>): Run {
  const texts = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const ended = closed.then((code) => ({ code, ...texts }));
  return { stdout: () => texts.stdout, stderr: () => texts.stderr, ended, ready, printed };

  async function ready(): Promise<Ready> {
    await printed('"msg":"ready"');
    return JSON.parse(texts.stdout.split('\n').find((line) => line.includes('"msg":"ready"')) ?? '') as Ready;
  }

  async function printed(text: string): Promise<void> {
    while (!texts.stdout.includes(text)) {
      const outcome = await Promise.race([once(stdout, 'data').then(() => undefined), ended]);
      if (outcome !== undefined)
        throw new Error(`ended with ${outcome.code} before it printed ${text}: ${outcome.stderr}`);
    }
  }
}

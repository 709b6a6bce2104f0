import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

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
}

export interface Command {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with what the command printed and its exit code. */
  ended: Promise<Outcome>;
  /** Resolves with the ready line; rejects when the command ends without one. */
  ready(): Promise<Ready>;
}

/** Starts the built command, or another program, with an environment of its own; kills it when the test is over. */
export function command(
  args: string[],
  environment: Record<string, string> = {},
  [program = '', ...words]: string[] = [process.execPath, CLI],
): Command {
  const child = spawn(program, [...words, ...args], { env: { PATH: process.env['PATH'], ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...texts }));
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended, ready };

  async function ready(): Promise<Ready> {
    for (;;) {
      const line = texts.stdout.split('\n').find((text) => text.includes('"msg":"ready"'));
      if (line !== undefined) return JSON.parse(line) as Ready;
      const outcome = await Promise.race([once(child.stdout, 'data').then(() => undefined), ended]);
      if (outcome !== undefined) throw new Error(`ended with ${outcome.code} before it was ready: ${outcome.stderr}`);
    }
  }
}

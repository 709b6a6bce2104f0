#!/usr/bin/env node
import { EventEmitter } from 'node:events';
import nodeModule from 'node:module';
import { isatty } from 'node:tty';
import { nodeProblem } from '../system/node-support.js';
import { informationFor } from './information.js';
import type { ProcessContext } from './process-context.js';

/** Node's cache of compiled code, which halves the time to load: since Node 22.8, `flush` since 22.10. */
const compileCache = nodeModule as { enableCompileCache?(): unknown; flushCompileCache?(): void };

const { stdout, stderr } = process;
const problem = nodeProblem(process.versions.node);
if (problem !== undefined) fail(problem);

const stop = new AbortController();
const signals: ProcessContext['signals'] = new EventEmitter();
// `on`, not `once`: npm forwards a Ctrl-C that the process also received from the terminal.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => {
    signals.emit('signal', signal);
    stop.abort(signal);
  });
// A terminal that hangs up can no longer be written to.
stderr.on('error', () => undefined);

void main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  try {
    const information = informationFor(args);
    if (information === undefined) process.exitCode = await runCommand(args);
    else stdout.write(information);
  } catch (error) {
    const { code, permission, resource = '' } = error as NodeJS.ErrnoException & Partial<Record<string, string>>;
    if (code !== 'ERR_ACCESS_DENIED') throw error;
    fail(`Node's permission model denies ${permission} ${resource}; allow it, or start Node without --permission`);
  }
  // An unread log must not keep the process alive, and stdout cannot be destroyed.
  if (stdout.writableLength > 0) process.exit();
}

/** Loads a command after the handlers are installed: PID 1 of a container ignores signals without a handler. */
async function runCommand(args: readonly string[]): Promise<number> {
  const context: ProcessContext = {
    environment: process.env,
    stdout,
    stderr,
    stdin: () => process.stdin,
    stopped: stop.signal,
    signals,
    get fromTerminal() {
      return [0, 1, 2].some(isatty);
    },
    // Before the ready line: a process that is killed after it writes no cache.
    onReady: () => compileCache.flushCompileCache?.(),
  };
  // A file of its own: supervisors run it every few seconds.
  if (args[0] === 'healthcheck') {
    const code = await (await import('./healthcheck.js')).quickHealthcheck(args.slice(1), context);
    if (code !== undefined) return code;
  }
  compileCache.enableCompileCache?.();
  return (await import('./commands.js')).run(args, context);
}

function fail(sentence: string): never {
  stderr.write(`error: ${sentence}\n`);
  process.exit(1);
}

#!/usr/bin/env node
import { EventEmitter } from 'node:events';
import { isatty } from 'node:tty';
import { nodeProblem } from '../system/node-support.js';
import type { ProcessContext } from './process-context.js';

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

try {
  // Loaded after the handlers are installed: PID 1 of a container ignores signals without a handler.
  const { run } = await import('./commands.js');
  process.exitCode = await run(process.argv.slice(2), {
    environment: process.env,
    stdout,
    stderr,
    stdin: () => process.stdin,
    stopped: stop.signal,
    signals,
    fromTerminal: [0, 1, 2].some(isatty),
  });
} catch (error) {
  const { code, permission, resource = '' } = error as NodeJS.ErrnoException & Partial<Record<string, string>>;
  if (code !== 'ERR_ACCESS_DENIED') throw error;
  fail(`Node's permission model denies ${permission} ${resource}; allow it, or start Node without --permission`);
}
// An unread log must not keep the process alive, and stdout cannot be destroyed.
if (stdout.writableLength > 0) process.exit();

function fail(sentence: string): never {
  stderr.write(`error: ${sentence}\n`);
  process.exit(1);
}

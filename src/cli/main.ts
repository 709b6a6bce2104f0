#!/usr/bin/env node
import { EventEmitter } from 'node:events';
import { isatty } from 'node:tty';
import type { ProcessContext } from './process-context.js';

const stop = new AbortController();
const signals: ProcessContext['signals'] = new EventEmitter();
// `on`, not `once`: npm forwards a Ctrl-C that the process also received from the terminal.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    signals.emit('signal', signal);
    stop.abort(signal);
  });

// Loaded after the handlers are installed: PID 1 of a container ignores signals without a handler.
const { run } = await import('./commands.js');

const { stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  stdout,
  stderr,
  stopped: stop.signal,
  signals,
  fromTerminal: [0, 1, 2].some(isatty),
});
// An unread log must not keep the process alive, and stdout cannot be destroyed.
if (stdout.writableLength > 0) process.exit();

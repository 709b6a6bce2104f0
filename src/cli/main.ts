#!/usr/bin/env node
import { EventEmitter } from 'node:events';
import { isatty } from 'node:tty';
import type { Surroundings } from './surroundings.js';

const stop = new AbortController();
const signals: Surroundings['signals'] = new EventEmitter();
// Not once: npm passes on a Ctrl-C that the process had from the terminal already.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    signals.emit('signal', signal);
    stop.abort(signal);
  });

// Loaded only now: a container's first process is deaf to a signal that it has not asked for.
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
// A log that nobody reads must not hold the process back; stdout cannot be destroyed.
if (stdout.writableLength > 0) process.exit();

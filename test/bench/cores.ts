import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Separate cores for the server and the load generator. `undefined` if cores cannot be chosen. */
export const cores = chooseCores();

export function onServerCore(command: readonly string[]): string[] {
  return pinned(cores?.server, command);
}

export function onLoadCore(command: readonly string[]): string[] {
  return pinned(cores?.load, command);
}

function pinned(core: number | undefined, command: readonly string[]): string[] {
  return core === undefined ? [...command] : ['taskset', '-c', String(core), ...command];
}

function chooseCores(): { server: number; load: number } | undefined {
  if (spawnSync('taskset', ['--version']).error !== undefined) return undefined;
  const [server, load] = allowedCores();
  return server === undefined || load === undefined ? undefined : { server, load };
}

/** A container can be limited to some cores, which need not start at 0. */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

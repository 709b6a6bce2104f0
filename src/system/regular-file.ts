import { readFileSync, type Stats, statSync } from 'node:fs';

/** Reads a regular file. @throws Error for anything else: a pipe or a device could block the process forever. */
export function readRegularFile(file: string): Buffer {
  const stats = statSync(file);
  if (!stats.isFile()) throw new Error(`it is ${kindOf(stats)}, not a regular file`);
  return readFileSync(file);
}

/** What a file is that is not a regular one. */
export function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { packaged } from '../start/package.js';

/** The files read so far. */
const contents = new Map<string, Buffer>();

/**
 * Reads a file of the package once. Only success is cached: after a failed read (no file descriptor free, a package
 * that is being replaced) the next call tries again. A dynamic import() would not do: Node caches its failure.
 */
export async function readPackaged(...path: string[]): Promise<Buffer> {
  const file = packaged(...path);
  const known = contents.get(file);
  if (known !== undefined) return known;
  const content = await readFile(file);
  contents.set(file, content);
  return content;
}

import { readFileSync } from 'node:fs';

/**
 * Reads a file that the build generates, by its path in `dist`. The build puts the compressed files themselves in the
 * place of this module: a package that is replaced or a bundle that is moved has them still.
 */
export function readPackaged(path: string): Buffer {
  return readFileSync(new URL(`../../dist/${path}`, import.meta.url));
}

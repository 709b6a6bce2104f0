import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Resolved by name, which works for the sources, the build and an installation.
const description = createRequire(import.meta.url).resolve('braze-segments-mock/package.json');

const { version } = JSON.parse(readFileSync(description, 'utf8')) as { version: string };

export const VERSION = version;

export function packaged(...path: string[]): string {
  return join(dirname(description), ...path);
}

/** The built-in fixtures, served by default. */
export const BUILT_IN = packaged('fixtures', 'workspaces');

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// By its name, as it is found from the sources, from what is built of them, and where it is installed.
const description = createRequire(import.meta.url).resolve('braze-segments-mock/package.json');

const { version } = JSON.parse(readFileSync(description, 'utf8')) as { version: string };

/** The version of the package. */
export const VERSION = version;

/** The path of a file of the package. */
export function packaged(...path: string[]): string {
  return join(dirname(description), ...path);
}

/** The built-in workspaces, which are served when no fixtures are given. */
export const BUILT_IN = packaged('fixtures', 'workspaces');

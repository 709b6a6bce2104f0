import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

const NODE_MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** Options to compile a script that a process runs, together with the packages that it imports: it starts in half the time. */
export const SCRIPT_OPTIONS = {
  outExtension: { '.js': '.mjs' },
  logLevel: 'silent',
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  // Its build for ESM has no default export, which Node's import of its CommonJS build has.
  external: ['jsonc-parser'],
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
  },
} satisfies BuildOptions;

/** Compiles a script of test/support into one file, and returns its path. */
export async function compiled(script: string): Promise<string> {
  const name = `${basename(script, '.ts')}.mjs`;
  // As deep as src/start, whose modules read dist. Other workers may compile the same script.
  const [draft, file] = [`${name}.${process.pid}`, name].map((path) => join(NODE_MODULES, '.cache', path));
  const entryPoints = [fileURLToPath(new URL(script, import.meta.url))];
  await build({ ...SCRIPT_OPTIONS, entryPoints, outfile: draft!, outExtension: {} });
  renameSync(draft!, file!);
  return file!;
}

/**
 * `npm run pack`: makes the archive that is published, from what `npm run build` made. Its package.json has neither
 * dependencies, because everything is bundled, nor scripts, which would cause warnings at an installation.
 *
 *     npm run pack [-- --pack-destination <folder>]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTypes } from './types.mjs';

/** Fields that only the repository needs. */
const OWN = ['private', 'dependencies', 'devDependencies', 'scripts', 'scarfSettings'];

const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-'));
try {
  mkdirSync(join(folder, 'dist'));
  mkdirSync(join(folder, 'fixtures'));
  for (const file of ['README.md', 'LICENSE', 'fixtures/schema.json']) copyFileSync(file, join(folder, file));
  for (const file of shippedFiles()) copyFileSync(`dist/${file}`, join(folder, 'dist', file));
  const { library } = createRequire(import.meta.url)('../dist/bundle.js');
  writeTypes(join(folder, 'dist'), Object.keys(library));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(), undefined, 2)}\n`);
  const { status } = spawnSync('npm', ['pack', folder, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Leaves out what the server sends, because the code embeds it. */
function shippedFiles() {
  return readdirSync('dist').filter((file) => /\.m?js$/.test(file) || ['LICENSES.txt', 'sbom.cdx.json'].includes(file));
}

function publishedManifest() {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const kept = Object.entries(manifest).filter(([field]) => !OWN.includes(field));
  return { ...Object.fromEntries(kept), type: 'commonjs' };
}

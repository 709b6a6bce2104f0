import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
const CACHE = new URL('node_modules/.cache/build-for-tests', ROOT);
const PACKED = new URL('node_modules/.cache/packed-for-tests', ROOT);
const KEPT_ARCHIVE = 'node_modules/.cache/packed-for-tests.tgz';
/** What the build reads, besides installed packages, whose versions are in the lock file. */
const INPUTS = ['.ci', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'src', 'fixtures/workspaces'];
const OUTPUTS = ['dist'];
/** What `npm run pack` reads besides. */
const PACKED_INPUTS = [...INPUTS, ...OUTPUTS, 'README.md', 'LICENSE', 'fixtures/schema.json'];

/** Builds, so that tests of the command and the package run what is shipped; skips the build of an unchanged tree. */
export function setup(): void {
  const inputs = hashOf(INPUTS);
  if (read(CACHE) === `${inputs} ${hashOf(OUTPUTS)}`) return;
  execFileSync(process.execPath, ['build.mjs'], { cwd: fileURLToPath(ROOT), stdio: 'inherit' });
  mkdirSync(new URL('.', CACHE), { recursive: true });
  writeFileSync(CACHE, `${inputs} ${hashOf(OUTPUTS)}`);
}

/** Puts the archive of `npm run pack` into a folder; packs an unchanged tree once, which takes 10 s, mostly for types. */
export function pack(folder: string, archive: string): void {
  const inputs = hashOf(PACKED_INPUTS);
  const kept = fileURLToPath(new URL(KEPT_ARCHIVE, ROOT));
  if (read(PACKED) === `${inputs} ${hashOf([KEPT_ARCHIVE])}`) return copyFileSync(kept, `${folder}/${archive}`);
  const flags = ['--offline', '--no-update-notifier', '--pack-destination', folder];
  execFileSync(process.execPath, ['.ci/pack.mjs', ...flags], { cwd: fileURLToPath(ROOT), stdio: 'pipe' });
  copyFileSync(`${folder}/${archive}`, kept);
  writeFileSync(PACKED, `${inputs} ${hashOf([KEPT_ARCHIVE])}`);
}

function hashOf(paths: string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths.flatMap(filesAt)) {
    const content = readFileSync(new URL(path, ROOT));
    hash.update(`\0${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The files under a path, or the path itself when it is a file; none when it does not exist. */
function filesAt(path: string): string[] {
  try {
    const entries = readdirSync(new URL(`${path}/`, ROOT), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(fileURLToPath(ROOT).length))
      .toSorted();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

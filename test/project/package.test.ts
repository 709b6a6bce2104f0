import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { blocks, documents, README, ROOT } from '../support/documents.js';
import { relativeLinks } from '../support/links.js';

// The archive that `npm pack` makes, tried without a network: unpacked into an empty project, with links to this
// project's copies of what it depends on and of nothing else. `npm run try` really installs it.

const run = promisify(execFile);
const root = fileURLToPath(ROOT);
const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-package-'));
const consumer = join(folder, 'consumer');
const installed = join(consumer, 'node_modules/braze-segments-mock');

interface Manifest {
  name: string;
  version: string;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const archive = join(folder, `${manifest.name}-${manifest.version}.tgz`);

beforeAll(async () => {
  const flags = ['--ignore-scripts', '--offline', '--no-update-notifier', '--pack-destination', folder];
  await run('npm', ['pack', ...flags], { cwd: root });
  mkdirSync(dirname(installed), { recursive: true });
  await run('tar', ['-xzf', archive, '-C', folder]);
  renameSync(join(folder, 'package'), installed);
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
  for (const name of [...Object.keys(manifest.dependencies), 'vitest']) {
    const link = join(consumer, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link, 'junction');
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesIn(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .toSorted();
}

/** What a tool of this project prints, run in the consumer's; rejects with all of it when the tool finds fault. */
async function tool(path: string, ...args: string[]): Promise<string> {
  const failed = ({ stdout, stderr }: { stdout: string; stderr: string }) => Promise.reject(new Error(stdout + stderr));
  return (await run(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: consumer }).catch(failed))
    .stdout;
}

describe('the contents', () => {
  it('are the build output, the built-in fixtures, the schema, and the documents', () => {
    // What generates the OpenAPI document is left out; the page is for browsers.
    const sources = filesIn(join(root, 'src')).filter((file) => !/^(openapi|ui)\//.test(file));
    const types = sources.map((file) => `dist/${file.replace(/\.ts$/, '.d.ts')}`);
    const openapi = ['dist/openapi.json', 'dist/openapi-no-control.json'];
    const code = ['dist/cli.js', 'dist/index.js', 'dist/vitest.js', 'dist/chunks/….js'];
    const papers = ['LICENSE', 'README.md', 'dist/LICENSES.txt', 'package.json'];
    const fixtures = ['schema', 'workspaces/default', 'workspaces/large'].map((name) => `fixtures/${name}.json`);
    const page = ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css'];
    const ui = ['app.js', 'index.html', 'style.css'].map((file) => `dist/ui/${file}`);
    const files = filesIn(installed).map((file) => file.replace(/^dist\/chunks\/.*\.js$/, 'dist/chunks/….js'));
    expect([...new Set(files)].toSorted()).toEqual(
      [
        ...types,
        ...ui,
        ...code,
        ...openapi,
        ...papers,
        ...fixtures,
        ...page.map((file) => `dist/page/${file}`),
      ].toSorted(),
    );
  });

  it('do not load the generator of the OpenAPI document', () => {
    const code = filesIn(installed).filter((file) => file.endsWith('.js') && !/^dist\/(page|ui)\//.test(file));
    expect(code.filter((file) => readFileSync(join(installed, file), 'utf8').includes('@fastify/swagger'))).toEqual([]);
    expect(Object.keys(manifest.dependencies)).not.toContain('@fastify/swagger');
  });

  it('have every file that the README links to, except documents of the repository', () => {
    // npm resolves those by the repository that package.json names.
    const inRepository = new Set(documents.map(({ file }) => file));
    const paths = relativeLinks(README).map((link) => link.split('#')[0] ?? '');
    expect(paths).toContain('LICENSE');
    const missing = paths.filter((path) => path !== '' && !existsSync(join(installed, path)));
    expect(missing.filter((path) => !inRepository.has(path) && !path.startsWith('docs/images/'))).toEqual([]);
  });

  it('pass publint', async () => {
    const report = await tool('publint/src/cli.js', 'run', installed, '--strict', '--pack', 'false');
    expect(report).toContain('All good!');
  });

  it('have types that match the code in every module resolution', async () => {
    // node10 reads no `exports`, and no Node that can run this looks things up so; require() of ESM is tested below.
    const rules = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm'];
    const report = await tool('@arethetypeswrong/cli/dist/index.js', archive, ...rules);
    expect(report).toContain('"braze-segments-mock/vitest"');
  });
});

describe('an empty project with the package', () => {
  it('starts the command, which serves the built-in fixtures', async () => {
    const bin = join(installed, manifest.bin[manifest.name] ?? '');
    expect((await run(process.execPath, [bin, '--version'])).stdout).toBe(`${manifest.version}\n`);
    const child = execFile(process.execPath, [bin, '--port', '0'], { cwd: consumer, env: {} });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout!, 'data')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const headers = { authorization: 'Bearer YOUR-REST-API-KEY' };
    const reply = await fetch(`${url}/segments/data_series?segment_id=segment_1234&length=1`, { headers });
    expect(reply.status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it.each([
    ['import', ['--input-type=module', '--eval'], "import { startMock } from 'braze-segments-mock';"],
    ['require()', ['--input-type=commonjs', '--eval'], "const { startMock } = require('braze-segments-mock');"],
  ])('loads the library with %s', async (_way, flags, statement) => {
    const use = `${statement} startMock().then((mock) => fetch(mock.url + '/__mock/health').then(({ status }) => {
      console.log(status);
      return mock.stop();
    }));`;
    expect((await run(process.execPath, [...flags, use], { cwd: consumer })).stdout).toBe('200\n');
  });

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)("runs the guide's script for any language", async () => {
    const [bin, script] = [join(consumer, 'node_modules/.bin', manifest.name), manifest.bin[manifest.name] ?? ''];
    // As an installation does it.
    mkdirSync(dirname(bin));
    symlinkSync(join(installed, script), bin);
    chmodSync(bin, 0o755);
    for (const file of ['in-a-shell.sh', 'test_sizes.py'])
      cpSync(join(root, 'test/examples', file), join(consumer, file));
    const { stderr } = await run('sh', ['in-a-shell.sh'], { cwd: consumer });
    expect(stderr).toMatch(/Ran 2 tests in .*\n\nOK/);
    const log = readFileSync(join(consumer, 'mock.log'), 'utf8').trim().split('\n');
    const [ready, ...requests] = log.map((line) => JSON.parse(line) as { url: string; status?: number });
    expect(requests.map(({ status }) => status)).toContain(503);
    await expect.poll(() => fetch(ready!.url).catch((error: Error) => error.message)).toBe('fetch failed');
  });

  it("runs the guide's examples for Vitest and Jest", async () => {
    cpSync(join(root, 'test/examples/use-mock.test.ts'), join(consumer, 'use-mock.test.ts'));
    // The example for Jest uses only what Vitest has too.
    const jest = blocks.find(({ text }) => text.includes('@jest/globals'))?.text ?? '';
    writeFileSync(join(consumer, 'jest.test.mjs'), jest.replace('@jest/globals', 'vitest'));
    // Its own limits, of seconds, could be too short for a machine that is busy with the other tests.
    const PATIENT = ['--testTimeout', '170000', '--hookTimeout', '170000'];
    const report = JSON.parse(await tool('vitest/vitest.mjs', 'run', '--reporter', 'json', ...PATIENT)) as unknown;
    expect(report).toMatchObject({ numTotalTests: 4, numPassedTests: 4 });
  });

  it.each([
    ['nodenext', 'nodenext', ['library.ts'], ['es2022']],
    ['bundler', 'esnext', ['library.ts', 'disposal.ts'], ['es2022', 'esnext.disposable']],
  ])(
    'compiles in strict mode without Node types, with %s and module %s: %j',
    async (moduleResolution, module, files, lib) => {
      const project = join(consumer, moduleResolution);
      for (const file of files) cpSync(join(root, 'test/package', file), join(project, file));
      const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
      const compilerOptions = { ...strict, moduleResolution, module, target: 'es2022', lib, types: [] };
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      expect(await tool('typescript/bin/tsc', '-p', project)).toBe('');
    },
  );
});

import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { pack } from '../support/build.js';
import { documents, README, ROOT } from '../support/documents.js';
import { relativeLinks } from '../support/links.js';
import { compilerOutput } from '../support/type-check.js';

// The archive that `npm run pack` makes, tried without a network: unpacked into a project that has Vitest and nothing
// else. `npm run try` really installs it.

const run = promisify(execFile);
const root = fileURLToPath(ROOT);
const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-package-'));
const consumer = join(folder, 'consumer');
const installed = join(consumer, 'node_modules/braze-segments-mock');

interface Manifest extends Record<string, unknown> {
  name: string;
  version: string;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
}

interface Sbom {
  components: { group?: string; name: string; version: string; licenses: { license?: { id: string } }[] }[];
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const archive = join(folder, `${manifest.name}-${manifest.version}.tgz`);

beforeAll(async () => {
  pack(folder, basename(archive));
  mkdirSync(dirname(installed), { recursive: true });
  await run('tar', ['-xzf', archive, '-C', folder]);
  renameSync(join(folder, 'package'), installed);
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules/vitest'), join(consumer, 'node_modules/vitest'), 'junction');
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

const read = (file: string) => readFileSync(join(installed, file), 'utf8');

describe('the contents', () => {
  it('are the code, its types and licences, the schema of fixtures, and the documents', () => {
    const faces = ['index', 'vitest', 'jest', 'node-test', 'use-mock', 'to-behave'].flatMap((name) => {
      const types = [`${name}.d.mts`, `${name}.d.ts`];
      return name === 'use-mock' || name === 'to-behave' ? types : [...types, `${name}.js`, `${name}.mjs`];
    });
    const code = ['authority', 'bundle', 'cli', 'contract', 'csv-parse', 'healthcheck', 'pino-pretty', 'yaml'].map(
      (name) => `${name}.js`,
    );
    const dist = [...faces, ...code, 'LICENSES.txt', 'sbom.cdx.json'].map((file) => `dist/${file}`);
    const others = ['LICENSE', 'README.md', 'fixtures/schema.json', 'package.json'];
    expect(filesIn(installed)).toEqual([...dist, ...others].toSorted());
  });

  it('take at most 1.2 MB packed and 5 MB installed', () => {
    expect(statSync(archive).size).toBeLessThanOrEqual(1.2e6);
    const sizes = filesIn(installed).map((file) => statSync(join(installed, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(5e6);
  });

  it('have a manifest that installs nothing and runs nothing', () => {
    const published = JSON.parse(read('package.json')) as Manifest;
    expect(Object.keys(published).filter((field) => /dependencies$|scripts|private/i.test(field))).toEqual([
      'peerDependencies',
    ]);
    expect(published['peerDependenciesMeta']).toEqual({ vitest: { optional: true } });
    for (const field of ['name', 'version', 'exports', 'bin', 'engines', 'license'])
      expect(published[field]).toEqual(manifest[field]);
  });

  it('list every bundled package with its licence', () => {
    const { components } = JSON.parse(read('dist/sbom.cdx.json')) as Sbom;
    const packages = components.map(({ group, name, version }) => ({
      name: group === undefined ? name : `${group}/${name}`,
      version,
    }));
    const names = packages.map(({ name }) => name);
    // The direct dependencies, what they depend on, and what only the page loads.
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(manifest.dependencies), 'avvio', 'tsyringe', 'preact']),
    );
    expect(names).not.toContain('@fastify/swagger');
    const licences = new Set(components.flatMap(({ licenses }) => licenses.map(({ license }) => license?.id)));
    expect(licences).toEqual(new Set(['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT']));
    const texts = read('dist/LICENSES.txt').split(`\n\n${'-'.repeat(80)}\n\n`);
    expect(texts.map((text) => text.split('\n', 1)[0])).toEqual(
      packages.map(({ name, version }) => `${name} ${version}`),
    );
    expect(texts.filter((text) => text.length < 200)).toEqual([
      expect.stringMatching(/^abstract-logging \S+\n\n## License\n\n\[MIT License\]/),
    ]);
  });

  it('have a bill of materials that CycloneDX accepts', () => {
    const schemaOf = (name: string) =>
      JSON.parse(
        readFileSync(join(root, `node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}`), 'utf8'),
      ) as object;
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    // Formats of draft 2019; neither occurs in the document.
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(
        schemaOf(`${name}.SNAPSHOT.schema.json`),
        `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
      );
    const validate = ajv.compile(schemaOf('bom-1.6.SNAPSHOT.schema.json'));
    const problemsOf = (bom: unknown) =>
      validate(bom) ? [] : validate.errors?.map(({ instancePath }) => instancePath);
    const bom = JSON.parse(read('dist/sbom.cdx.json')) as Sbom & { specVersion: string };
    expect([bom.specVersion, problemsOf(bom)]).toEqual(['1.6', []]);
    const [first, ...others] = bom.components;
    const unknown = { ...first, licenses: [{ license: { id: 'Apache 2' } }] };
    expect(problemsOf({ ...bom, components: [unknown, ...others] })).toContain('/components/0/licenses/0/license/id');
  });

  it('have their code for a start in ASCII, which Node decodes faster and keeps in half the memory', () => {
    expect(/.{0,40}[^\0-\x7F]/.exec(read('dist/bundle.js'))).toBe(null);
  });

  it('load nothing that is not there, in a form that bundlers leave alone', () => {
    for (const file of filesIn(join(installed, 'dist')).filter((name) => name.endsWith('.js') && name !== 'cli.js')) {
      const code = read(`dist/${file}`);
      const required = [...code.matchAll(/\brequire\("([^"]*)"\)/g)].map(([, path = '']) => path);
      const known = { 'vitest.js': ['vitest'], 'node-test.js': ['node:test'] }[file] ?? [];
      expect(required.filter((path) => !known.includes(path) && !existsSync(join(installed, 'dist', path)))).toEqual(
        [],
      );
      for (const word of ['import.meta', '__dirname', '__filename', 'import("'])
        expect([file, code.includes(word)]).toEqual([file, false]);
    }
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
    const report = await tool('@arethetypeswrong/cli/dist/index.js', archive);
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

  const hasPytest = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;
  it("runs the guide's test for pytest", async ({ skip }) => {
    skip(!hasPytest, 'pytest is not installed');
    const bin = join(installed, manifest.bin[manifest.name] ?? '');
    cpSync(join(root, 'test/examples/test_sizes_pytest.py'), join(consumer, 'test_sizes_pytest.py'));
    const pytest = ['python3', '-m', 'pytest', '-p', 'no:cacheprovider', 'test_sizes_pytest.py'];
    const { stdout } = await run(process.execPath, [bin, 'exec', '--', ...pytest], { cwd: consumer });
    expect(stdout).toContain(' 2 passed in ');
  });

  it("runs the guide's examples for Vitest and Jest", async () => {
    cpSync(join(root, 'test/examples/use-mock.test.ts'), join(consumer, 'use-mock.test.ts'));
    // `npm run try` runs it with Jest; it uses only globals that Vitest has too.
    cpSync(join(root, 'test/examples/sizes.jest.test.js'), join(consumer, 'sizes.jest.test.js'));
    // Its own limits, of seconds, could be too short for a machine that is busy with the other tests.
    const PATIENT = ['--testTimeout', '170000', '--hookTimeout', '170000'];
    const report = JSON.parse(
      await tool('vitest/vitest.mjs', 'run', '--globals', '--reporter', 'json', ...PATIENT),
    ) as unknown;
    expect(report).toMatchObject({ numTotalTests: 5, numPassedTests: 5 });
  });

  it("refuses require() of the face for Vitest in Vitest's own words", async () => {
    const use = run(process.execPath, ['--eval', "require('braze-segments-mock/vitest')"], { cwd: consumer });
    await expect(use).rejects.toThrow('Vitest cannot be imported in a CommonJS module');
  });

  it.each(['esm', 'cjs'] as const)("works in a user's bundle, %s, that is moved", async (format) => {
    const contents = `import { startMock } from 'braze-segments-mock';
      startMock({ fixtures: 'ours.yaml', tls: 'auto' }).then(async ({ url, stop }) => {
        const paths = ['/openapi.json', '/__mock/ui', '/__mock/docs/swagger-ui.css', '/__mock/ready'];
        const replies = await Promise.all(paths.map((path) => fetch(url + path)));
        console.log(replies.map(({ status }) => status).join(' '));
        await stop();
      });`;
    const away = mkdtempSync(join(folder, 'away-'));
    const outfile = join(away, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    const stdin = { contents, resolveDir: consumer };
    const { warnings } = await build({ stdin, outfile, format, bundle: true, platform: 'node', logLevel: 'silent' });
    expect(warnings).toEqual([]);
    writeFileSync(join(away, 'ours.yaml'), 'workspaces: [{ name: ours }]');
    expect((await run(process.execPath, [outfile], { cwd: away })).stdout).toBe('200 200 200 200\n');
  });

  describe.each([
    ['node16', 'node16', 'commonjs', ['es2022']],
    ['nodenext', 'nodenext', 'module', ['es2022']],
    ['bundler', 'esnext', 'module', ['es2022', 'esnext.disposable']],
    ['node10', 'commonjs', 'commonjs', ['es2022']],
  ])('in strict mode: moduleResolution %s, module %s, in a %s package', (moduleResolution, module, type, lib) => {
    const old = moduleResolution === 'node10' && { ignoreDeprecations: '6.0' };
    const strict = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: 'es2022',
      types: [],
      ...old,
    };

    function compile(files: string[], options: object): string {
      const project = mkdtempSync(join(consumer, `${moduleResolution}-`));
      for (const file of files) cpSync(join(root, 'test/package', file), join(project, file));
      writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
      const compilerOptions = { ...strict, moduleResolution, module, ...options };
      const tsconfig = join(project, 'tsconfig.json');
      writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files }));
      return compilerOutput(tsconfig);
    }

    it('compiles without the types of Node, of a browser or of another package', () => {
      const files = ['library.ts', ...(lib.includes('esnext.disposable') ? ['disposal.ts'] : [])];
      // The package's types are checked; those of the language are not.
      expect(compile(files, { lib, skipLibCheck: false, skipDefaultLibCheck: true })).toBe('');
    });

    it('compiles with Vitest', () => {
      // Its own types need those of Node.
      expect(compile(['with-vitest.ts'], { lib, skipLibCheck: true })).toBe('');
    });
  });
});

describe('the command', () => {
  /** Runs it in a folder that has these files of it alone. */
  function runWith(files: string[], ...args: string[]) {
    const own = mkdtempSync(join(folder, 'alone-'));
    for (const file of files) cpSync(join(installed, 'dist', file), join(own, file));
    return spawnSync(process.execPath, [join(own, 'cli.js'), ...args], { encoding: 'utf8' });
  }

  it.each([
    ['--version', ['cli.js'], /^\d+\.\d+\.\d+\n$/],
    ['--help', ['cli.js'], /^braze-segments-mock .*Usage:.*--version/s],
  ])('%s loads %j alone', (flag, files, printed) => {
    const { status, stdout } = runWith(files, flag);
    expect([status, stdout]).toEqual([0, expect.stringMatching(printed)]);
  });

  it.skipIf(!('flushCompileCache' in nodeModule))("has written Node's compile cache when it is ready", async () => {
    const cache = mkdtempSync(join(folder, 'cache-'));
    const env = { NODE_COMPILE_CACHE: cache };
    const child = execFile(process.execPath, [join(installed, 'dist/cli.js'), '--port', '0'], { env });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    expect(filesIn(cache).length).toBeGreaterThan(0);
  });

  it('starts without the modules of Node that only some requests, settings or failures need', async () => {
    const listing = join(folder, 'listing.cjs');
    writeFileSync(listing, "process.once('exit', () => console.error(process.moduleLoadList.join()));");
    const child = execFile(process.execPath, ['--require', listing, join(installed, 'dist/cli.js'), '--port', '0'], {
      env: {},
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let listed = '';
    child.stderr!.on('data', (text: string) => (listed += text));
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    await once(child, 'close');
    const loaded = new Set(
      listed
        .trim()
        .split(',')
        .map((name) => name.replace('NativeModule ', '')),
    );
    expect(loaded).toContain('http');
    const late = [
      'assert',
      'crypto',
      'http2',
      'https',
      'readline',
      'stream/web',
      'tls',
      'tty',
      'worker_threads',
      'zlib',
    ];
    expect(late.filter((name) => loaded.has(name))).toEqual([]);
  });

  it('healthcheck loads cli.js and healthcheck.js alone', () => {
    const { status, stderr } = runWith(['cli.js', 'healthcheck.js'], 'healthcheck', '--port', '1');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^error: http:.* does not answer/)]);
  });

  it.each([
    ['YAML', ['--fixtures', 'ours.yaml'], 'yaml.js'],
    ['certificates', ['--tls', 'auto', '--https-port', '0', '--tls-dir', 'tls'], 'authority.js'],
    ['pretty lines', ['--log-format', 'pretty'], 'pino-pretty.js'],
    ['CSV', ['import', 'sizes.csv', '--segment', 'vip'], 'csv-parse.js'],
    ['real data', ['import', 'sizes.csv', '--segment', 'vip'], 'contract.js'],
  ])('loads its code for %s only where it is used', async (_what, flags, file) => {
    const own = mkdtempSync(join(folder, 'without-'));
    cpSync(join(installed, 'dist'), own, { recursive: true });
    rmSync(join(own, file));
    writeFileSync(join(own, 'ours.yaml'), 'workspaces: [{ name: ours }]');
    writeFileSync(join(own, 'sizes.csv'), '2024-01-01,4711');
    const start = (...args: string[]) => execFile(process.execPath, [join(own, 'cli.js'), ...args], { cwd: own });
    const serving = ['--port', '0'];
    const plain = start(...serving);
    onTestFinished(() => void plain.kill('SIGKILL'));
    expect(await once(plain.stdout!, 'data')).toEqual([expect.stringContaining('"msg":"ready"')]);
    const using = start(...flags, ...(flags[0] === 'import' ? [] : serving));
    onTestFinished(() => void using.kill('SIGKILL'));
    expect(await once(using, 'exit')).toEqual([1, null]);
  });
});

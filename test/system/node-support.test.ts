import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nodeProblem } from '../../src/system/node-support.js';

it.each(['18.20.8', '16.0.0', '20.18.3', '20.0.0', '8.17.0'])('Node %s is too old', (version) => {
  expect(nodeProblem(version)).toBe(`needs Node 20.19 or later; this is ${version}`);
});

it.each(['21.7.3', '22.0.0', '22.2.0'])('Node %s lacks what later releases of Node 20 have', (version) => {
  expect(nodeProblem(version)).toBe(`needs Node 20.19, or 22.3 or later; this is ${version}`);
});

it.each(['20.19.0', '20.20.2', '22.3.0', '24.21.0', '100.0.0', process.versions.node])('Node %s will do', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

/** Runs the built command under flags of Node. */
const runUnder = (...flags: string[]) =>
  spawnSync(process.execPath, ['--no-warnings', ...flags, 'dist/cli.js', '--version'], { encoding: 'utf8' });

it('an old Node is a sentence and exit code 1, before other modules are loaded', () => {
  const pretend =
    "Object.defineProperty(process.versions, 'node', { value: '18.20.8' }); delete process.getBuiltinModule;";
  const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-old-node-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Without the other files, loading one would be a stack trace.
  copyFileSync('dist/cli.js', join(folder, 'cli.js'));
  writeFileSync(join(folder, 'pretend.cjs'), pretend);
  const args = ['--require', join(folder, 'pretend.cjs'), join(folder, 'cli.js'), '--port', '0'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([1, '', 'error: needs Node 20.19 or later; this is 18.20.8\n']);
});

it.each([
  ['--disallow-code-generation-from-strings', 'start Node without --disallow-code-generation-from-strings'],
  ['--frozen-intrinsics', 'start Node without --frozen-intrinsics'],
])('%s is a sentence and exit code 1', (flag, words) => {
  const { status, stderr } = runUnder(flag);
  expect([status, stderr.split('\n')]).toEqual([1, [expect.stringContaining(words), '']]);
});

it("what Node's permission model denies is a sentence and exit code 1", () => {
  const allowed = ['--allow-fs-read=*', '--permission', '--experimental-permission'];
  const [read = '', ...models] = allowed;
  const model = models.find((flag) => process.allowedNodeEnvironmentFlags.has(flag)) ?? '';
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--no-warnings',
      model,
      read,
      'dist/cli.js',
      '--port',
      '0',
      '--tls',
      'auto',
      '--https-port',
      '0',
      '--tls-dir',
      '/tmp/never-made',
    ],
    { encoding: 'utf8' },
  );
  expect([status, stderr.split('\n').length]).toEqual([expect.toBeOneOf([1, 2]), 2]);
  expect(stderr).toMatch(/^error: .*(permission|restricted)/);
  expect(() => execFileSync('ls', ['/tmp/never-made'], { stdio: 'ignore' })).toThrow('Command failed');
});

it("a folder for certificates is used where Node's permission model allows that folder alone", () => {
  const parent = mkdtempSync(join(tmpdir(), 'permission-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, 'tls');
  mkdirSync(folder);
  const model = ['--permission', '--experimental-permission'].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  const paths = [`--allow-fs-read=${process.cwd()}/`, `--allow-fs-read=${folder}/`, `--allow-fs-write=${folder}/`];
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', model ?? '', ...paths, 'dist/cli.js', 'ca', '--tls-dir', folder],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(readdirSync(folder).toSorted()).toEqual(['ca-key.pem', 'ca.pem']);
});

import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { nodeProblem } from '../../src/system/node-support.js';

it.each(['18.20.8', '16.0.0', '20.18.3', '20.0.0', '8.17.0'])('Node %s is too old', (version) => {
  expect(nodeProblem(version)).toBe(`needs Node 20.19 or later; this is ${version}`);
});

it.each(['20.19.0', '20.20.2', '21.0.0', '22.0.0', '24.21.0', '100.0.0', process.versions.node])(
  'Node %s will do',
  (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  },
);

/** Runs the built command under flags of Node. */
const runUnder = (...flags: string[]) =>
  spawnSync(process.execPath, ['--no-warnings', ...flags, 'dist/cli.js', '--version'], { encoding: 'utf8' });

it('an old Node is a sentence and exit code 1, before other modules are loaded', () => {
  const pretend = "Object.defineProperty(process.versions, 'node', { value: '18.20.8' })";
  // A loader that fails for every chunk shows that none is loaded.
  const hook = `import { register } from 'node:module';${pretend};register('data:text/javascript,' + encodeURIComponent(
    "export const load = (url, context, next) => /chunks.(commands|launch)/.test(url) ? Promise.reject(Error('loaded ' + url)) : next(url, context)"))`;
  const { status, stdout, stderr } = runUnder('--import', `data:text/javascript,${encodeURIComponent(hook)}`);
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

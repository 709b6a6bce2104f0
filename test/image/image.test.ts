import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { blocks, fits, ROOT, SHOWN_ORIGIN } from '../support/documents.js';
import { API_KEY, bearer, call, get } from '../support/server.js';
import { curlsOf } from '../support/shell.js';
import { docker, endBy, inspect, ran, run, serve, start, untilHealthy } from './engine.js';

const engine = inject('engine');
const image = engine?.image ?? '';

const PATH = '/segments/data_series?segment_id=segment_1234&length=1&ending_at=2024-01-01';

/** What an expression of JavaScript gives in a new container of the image, which has no other program than Node. */
const inside = async (expression: string) =>
  JSON.parse(
    await docker(
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      'node',
      image,
      '-p',
      `JSON.stringify(${expression})`,
    ),
  ) as unknown;

function temporaryFolder(file: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, file), text);
  return folder;
}

describe.skipIf(engine === undefined)('the contents', () => {
  it('adds at most 8 MB to its base, and is smaller than the image that this is taken from', async () => {
    const slim = /^ARG NODE=(.+)$/m.exec(readFileSync(new URL('Dockerfile', ROOT), 'utf8'))?.[1] ?? '';
    if ((await run('docker', ['image', 'inspect', slim])).code !== 0) await docker('pull', '--quiet', slim);
    const flags = ['build', '--quiet', '--target', 'base', '--tag', 'braze-segments-mock:base', '.'];
    await ran('docker', flags, { DOCKER_BUILDKIT: '1' });
    const sizeOf = async (name: string) => Number(await docker('image', 'inspect', '--format', '{{.Size}}', name));
    const [ours, base, all] = [await sizeOf(image), await sizeOf('braze-segments-mock:base'), await sizeOf(slim)];
    process.stdout.write(`${image} has ${ours} bytes, its base ${base}, ${slim} ${all}\n`);
    expect(ours - base).toBeGreaterThan(0);
    expect(ours - base).toBeLessThanOrEqual(8e6);
    expect(base).toBeLessThan(all);
  });

  it('are Node, the bundled code and licences: no packages, types, source maps or shell', async () => {
    const folders = `fs.readdirSync('/').filter((name) => !['.dockerenv', 'dev', 'proc', 'sys'].includes(name))`;
    const list = `fs.readdirSync('/' + name, { recursive: true, withFileTypes: true })`;
    const paths = `.filter((entry) => !entry.isDirectory()).map((entry) => entry.parentPath + '/' + entry.name)`;
    const files = (await inside(`${folders}.flatMap((name) => ${list}${paths})`)) as string[];
    expect(files).toEqual(
      expect.arrayContaining(['/app/LICENSE', '/app/dist/LICENSES.txt', '/app/dist/sbom.cdx.json']),
    );
    expect(files.filter((file) => /node_modules|\.ts$|\.map$|\/(sh|bash|npm|npx|apt|dpkg)$/.test(file))).toEqual([]);
  });

  it('name the packages of the distribution, each with its licence', async () => {
    const folder = '/var/lib/dpkg/status.d/';
    const read = `(name) => [name, fs.readFileSync('${folder}' + name, 'utf8')]`;
    const packages = (await inside(`fs.readdirSync('${folder}').map(${read})`)) as [string, string][];
    expect(packages.map(([name]) => name)).toContain('libc6');
    for (const [name, status] of packages) {
      expect(status).toMatch(new RegExp(`^Package: ${name.replaceAll('+', '\\+')}\n(?:.*\n)*Version: \\d`));
      expect(await inside(`fs.statSync('/usr/share/doc/${name}/copyright').size > 100`)).toBe(true);
    }
  });
});

describe.skipIf(engine === undefined)('a container', () => {
  it('answers the README example as an unprivileged user, without capabilities', async () => {
    const { id, url } = await serve(image);
    const at = blocks.findIndex(({ text }) => text.startsWith('curl '));
    const { url: example = '', ...request } = curlsOf(blocks[at]?.text ?? '')[0] ?? {};
    const { text } = await call(example.replace(SHOWN_ORIGIN, url), request);
    expect(fits(text, blocks[at + 1]?.text ?? '')).toBe(true);
    const status = await docker('exec', id, 'node', '-p', `fs.readFileSync('/proc/1/status', 'utf8')`);
    const facts = [...status.matchAll(/^(Uid|Gid|CapEff|NoNewPrivs):\s+(\w+)/gm)].map(([, ...fact]) => fact);
    expect(Object.fromEntries(facts)).toEqual({
      Uid: '10001',
      Gid: '10001',
      CapEff: '0000000000000000',
      NoNewPrivs: '1',
    });
    const writing = await run('docker', ['exec', id, 'node', '-e', `fs.writeFileSync('/app/note', '')`]);
    expect(writing.stderr).toContain('read-only file system');
  });

  it('runs node directly, without npm or a shell', async () => {
    const { id } = await serve(image);
    const processes = (await docker('top', id)).split('\n').slice(1);
    expect(processes.map((line) => line.replace(/^.*?(?=node )/, ''))).toEqual(['node /app/dist/cli.js serve']);
  });

  it('is ready within 0.4 s of its start', async () => {
    const id = await start(image);
    await untilHealthy(id);
    const [line = ''] = (await docker('logs', id)).split('\n');
    const milliseconds = (JSON.parse(line) as { time: number }).time - Date.parse((await inspect(id)).StartedAt);
    process.stdout.write(`ready ${milliseconds} ms after its start\n`);
    expect(milliseconds).toBeLessThanOrEqual(400);
  });

  it('becomes healthy by its own health check', async () => {
    const id = await start(image);
    await untilHealthy(id);
    const { StartedAt } = await inspect(id);
    process.stdout.write(`healthy ${Date.now() - Date.parse(StartedAt)} ms after its start\n`);
    expect(await docker('exec', id, 'node', '/app/dist/cli.js', 'healthcheck')).toBe('');
  });

  it('accepts environment variables, and flags after the image name', async () => {
    const { url } = await serve(image, ['--env', 'BRAZE_MOCK_PROFILE=observed'], ['--rate-limit', '5']);
    const { text, headers } = await get(url + PATH, bearer(API_KEY));
    expect(text).toMatch(/^\{"data":\[\{"time":"2023-12-31","size":\d+\}\],"message":"success"\}$/);
    expect(headers['x-ratelimit-limit']).toBe('5');
  });

  it('runs as any user', async () => {
    const { url } = await serve(image, ['--user', '4711:4711']);
    expect((await get(url + PATH, bearer(API_KEY))).status).toBe(200);
  });

  it('serves fixtures mounted at /fixtures instead of the built-in ones', async () => {
    const fixture = {
      workspaces: [{ name: 'mine', apiKeys: [{ key: 'MY-KEY' }], segments: [{ id: 'segment_1234' }] }],
    };
    const folder = temporaryFolder('mine.json', JSON.stringify(fixture));
    const { url } = await serve(image, ['--volume', `${folder}:/fixtures:ro`]);
    const statuses = [API_KEY, 'MY-KEY'].map(async (key) => (await get(url + PATH, bearer(key))).status);
    expect(await Promise.all(statuses)).toEqual([401, 200]);
  });

  it.each([
    ['--version', 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    ['--help', 0, /^braze-segments-mock .*Usage:/s, /^$/],
    ['healthcheck', 1, /^$/, /^error: .* does not answer/],
    ['--prot=80', 2, /^$/, /^error: --prot/],
  ])('%s: exit code %i', async (arg, code, stdout, stderr) => {
    const outcome = await run('docker', ['run', '--rm', image, arg]);
    expect(outcome).toEqual({
      code,
      stdout: expect.stringMatching(stdout) as string,
      stderr: expect.stringMatching(stderr) as string,
    });
  });

  it.each(['SIGTERM', 'SIGINT'])('exits 0 within a second of %s', async (signal) => {
    const { id } = await serve(image);
    const { code, milliseconds } = await endBy(signal, id);
    process.stdout.write(`ended ${milliseconds} ms after ${signal}\n`);
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(1000);
  });

  it('stops immediately while it starts, under an init process', async () => {
    const started = Date.now();
    await docker('stop', '-t', '30', await start(image, ['--init']));
    expect(Date.now() - started).toBeLessThan(15_000);
  });
});

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command, type Command } from '../support/command.js';
import { temporaryFolder } from '../support/tls.js';

const PATH = '/segments/data_series?segment_id=segment_1234&length=1';
const { PATH: SEARCH = '' } = process.env;

/** Runs a script of JavaScript beside a mock. */
function execNode(script: string, flags: string[] = [], environment: Record<string, string> = {}): Command {
  return command(['exec', ...flags, '--', process.execPath, '--input-type=module', '-e', script], environment);
}

/** Prints variables as JSON, and what the mock answers. */
const ASK = `
  const { BRAZE_REST_URL: url, BRAZE_API_KEY: key } = process.env;
  const reply = await fetch(url + '${PATH}', { headers: { authorization: 'Bearer ' + key } });
  console.log(JSON.stringify({ status: reply.status, url, key }));
`;

async function printed(run: Command): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run.ended;
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function heard(mock: Command, text: string): Promise<void> {
  while (!mock.stdout().includes(text)) await once(mock.child.stdout ?? mock.child, 'data');
}

const env = (...names: string[]) =>
  `console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, process.env[name] ?? null]))));`;

describe('the command', () => {
  it('finds a mock on a free port, and its output is its own', async () => {
    const { status, url, key } = await printed(execNode(ASK));
    expect([status, key]).toEqual([200, 'YOUR-REST-API-KEY']);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(String(url))).rejects.toThrow('fetch failed');
  });

  it('gets its arguments as they are, flags of ours among them', async () => {
    const args = ['--help', '--version', '--', 'a b', '--port', '1', '$HOME'];
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const run = command(['exec', '--', process.execPath, '-e', script, '--', ...args]);
    expect(JSON.parse((await run.ended).stdout)).toEqual(args);
  });

  it('keeps PORT and every other variable, and may run a mock beside a mock', async () => {
    const environment = { PORT: '3000', FOO: 'bar', BRAZE_MOCK_SEED: 'x', BRAZE_REST_URL: 'elsewhere' };
    const found = await printed(
      execNode(env('PORT', 'FOO', 'BRAZE_MOCK_SEED', 'BRAZE_REST_HTTPS_URL'), [], environment),
    );
    expect(found).toEqual({ PORT: '3000', FOO: 'bar', BRAZE_MOCK_SEED: 'x', BRAZE_REST_HTTPS_URL: null });
    const nested = [
      'exec',
      '--',
      process.execPath,
      'dist/cli.js',
      'exec',
      '--',
      process.execPath,
      '-e',
      env('BRAZE_API_KEY'),
    ];
    expect(await printed(command(nested, environment))).toEqual({ BRAZE_API_KEY: 'YOUR-REST-API-KEY' });
  });

  it('reads what it is given', async () => {
    const run = execNode(`process.stdin.pipe(process.stdout)`);
    run.child.stdin?.end('hello');
    expect(await run.ended).toEqual({ code: 0, stdout: 'hello', stderr: '' });
  });

  it.each([
    [{ key: 'ALL' }],
    [{ key: 'ALL', permissions: ['segments.data_series', 'segments.list', 'segments.details'] }],
  ])('gets the key with the most permissions: %j', async (most) => {
    const file = join(temporaryFolder(), 'own.json');
    const apiKeys = [{ key: 'NONE', permissions: [] }, most, { key: 'LESS', permissions: ['campaigns.list'] }];
    writeFileSync(file, JSON.stringify({ workspaces: [{ name: 'own', apiKeys, segments: [{ id: 'segment_1234' }] }] }));
    expect(await printed(execNode(ASK, ['--fixtures', file]))).toMatchObject({ status: 200, key: 'ALL' });
  });

  it('gets the key made up for a workspace that has none, which a warning names too', async () => {
    const file = join(temporaryFolder(), 'bare.json');
    writeFileSync(file, JSON.stringify({ workspaces: [{ name: 'bare', segments: [{ id: 'segment_1234' }] }] }));
    const { stdout, stderr } = await execNode(ASK, ['--fixtures', file]).ended;
    const { status, key } = JSON.parse(stdout) as { status: number; key: string };
    expect([status, stderr]).toEqual([200, expect.stringContaining(`workspace "bare" has no apiKeys`) as string]);
    expect(stderr).toContain(key);
  });

  it('gets what a client of https needs', async () => {
    const dir = temporaryFolder();
    const script = `
      const { BRAZE_REST_HTTPS_URL: url, BRAZE_API_KEY: key, BRAZE_REST_CA: file } = process.env;
      const { status } = await fetch(url + '${PATH}', { headers: { authorization: 'Bearer ' + key } });
      console.log(JSON.stringify({ status, file }));
    `;
    const file = join(dir, 'ca.pem');
    expect(await printed(execNode(script, ['--tls', 'auto', '--tls-dir', dir]))).toEqual({ status: 200, file });
    const own = { NODE_EXTRA_CA_CERTS: file, BRAZE_MOCK_TLS: 'auto', BRAZE_MOCK_TLS_DIR: dir };
    expect(await printed(execNode(env('NODE_EXTRA_CA_CERTS'), [], own))).toEqual({ NODE_EXTRA_CA_CERTS: file });
  });

  it('has the log of the mock on stderr, if it is asked for', async () => {
    const { code, stdout, stderr } = await execNode(ASK, ['--log-level', 'info']).ended;
    expect([code, stdout.split('\n').length]).toEqual([0, 2]);
    expect(stderr).toMatch(/^\{.*"outcome":"success".*\}\n$/);
  });
});

describe('the exit code', () => {
  it.each([0, 1, 2, 42])('is the command’s: %i', async (code) => {
    expect(await execNode(`process.exit(${code})`).ended).toMatchObject({ code, stderr: '' });
  });

  it.each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
  ])('of a command that %s ended is %i', async (signal, code) => {
    const script = `process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000)`;
    expect(await execNode(script).ended).toMatchObject({ code });
  });

  it('is 127 where there is no such command, 126 where it may not be executed', async () => {
    const file = join(temporaryFolder(), 'script');
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
    const missing = command(['exec', '--', 'no-such-command'], { PATH: SEARCH });
    expect(await missing.ended).toEqual({
      code: 127,
      stdout: '',
      stderr: 'error: no-such-command: there is no such command\n',
    });
    const refused = command(['exec', '--', file]);
    expect(await refused.ended).toEqual({ code: 126, stdout: '', stderr: `error: ${file}: may not be executed\n` });
  });

  it.each<[string[], RegExp]>([
    [
      ['exec'],
      /^error: exec: found no command, expected one after "--", as in: braze-segments-mock exec -- npm test\n$/,
    ],
    [['exec', '--'], /^error: exec: found no command/],
    [['exec', 'npm', 'test'], /^error: exec: found no command/],
    [['exec', '--prot', '1', '--', 'true'], /^error: --prot: found an unknown flag/],
    [['exec', '--tls-cert', 'c', '--', 'true'], /^error: --tls-key: found nothing/],
  ])('of %j is 2', async (args, words) => {
    const { code, stdout, stderr } = await command(args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });
});

describe('signals', () => {
  const PATIENT = `
    for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => {
      console.log(name);
      fetch(process.env.BRAZE_REST_URL + '/__mock/health').then(({ status }) => { console.log(status); process.exit(7); });
    });
    setInterval(() => {}, 1000);
    console.log('up');
  `;

  it.each(['SIGTERM', 'SIGINT'] as const)('%s is passed on once, and the mock outlives the command', async (signal) => {
    const run = execNode(PATIENT);
    await heard(run, 'up\n');
    run.child.kill(signal);
    expect(await run.ended).toEqual({ code: 7, stdout: `up\n${signal}\n200\n`, stderr: '' });
  });

  it('end a command that does not heed them', async () => {
    const run = execNode(`setInterval(() => {}, 1000); console.log('up')`);
    await heard(run, 'up\n');
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
  });
});

it('the package has a bin of the name that the help shows', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: object };
  expect(Object.keys(bin)).toEqual(['braze-segments-mock']);
});

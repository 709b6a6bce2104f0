import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { command, type Command, commandInProcess } from '../support/command.js';
import { temporaryFolder } from '../support/tls.js';

const PATH = '/segments/data_series?segment_id=segment_1234&length=1';
const { PATH: SEARCH = '' } = process.env;

const nodeCommand = (script: string) => [process.execPath, '--input-type=module', '-e', script];

/** Runs a script of JavaScript beside a mock in a process of its own. */
function execNode(script: string): Command {
  return command(['exec', '--', ...nodeCommand(script)]);
}

interface Result {
  code: number | null;
  /** What the mock printed. */
  stdout: string;
  stderr: string;
  /** What the command printed. */
  printed: string;
}

/** Runs a command beside a mock in this process. A shell sends the command's output, which would be ours, to a file. */
async function execHere(
  words: string[],
  flags: string[] = [],
  environment: Record<string, string> = {},
): Promise<Result> {
  const file = join(temporaryFolder(), 'printed');
  const shell = ['/bin/sh', '-c', 'exec "$@" > "$0"', file];
  const run = commandInProcess(['exec', ...flags, '--', ...shell, ...words], { PATH: SEARCH, ...environment });
  return { ...(await run.ended), printed: readFileSync(file, 'utf8') };
}

/** Prints variables as JSON, and what the mock answers. */
const ASK = nodeCommand(`
  const { BRAZE_REST_URL: url, BRAZE_API_KEY: key } = process.env;
  const { get } = await import('node:http');
  get(url + '${PATH}', { headers: { authorization: 'Bearer ' + key } }, ({ statusCode: status }) => {
    console.log(JSON.stringify({ status, url, key }));
    process.exit();
  });
`);

function parsed({ code, stderr, printed }: Result): Record<string, unknown> {
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(printed) as Record<string, unknown>;
}

/** What a command finds in its environment. */
async function variablesOf(flags: string[], environment: Record<string, string>): Promise<Record<string, string>> {
  const { code, stderr, printed } = await execHere(['env'], flags, environment);
  expect([code, stderr]).toEqual([0, '']);
  return Object.fromEntries(printed.split('\n').map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}

describe('exec', () => {
  it('runs the command with a mock on a free port and passes its output through', async () => {
    const script = ASK.at(-1) ?? '';
    const { code, stdout, stderr } = await execNode(script).ended;
    expect([code, stderr]).toEqual([0, '']);
    const { status, url, key } = JSON.parse(stdout) as Record<string, unknown>;
    expect([status, key]).toEqual([200, 'YOUR-REST-API-KEY']);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(String(url))).rejects.toThrow('fetch failed');
  });

  it("passes arguments through unchanged, including the mock's own flags", async () => {
    const args = ['--help', '--version', '--', 'a b', '--port', '1', '$HOME'];
    const { printed } = await execHere(['/bin/sh', '-c', 'printf "%s\\n" "$@"', 'sh', ...args]);
    expect(printed).toBe(args.map((arg) => `${arg}\n`).join(''));
  });

  it('keeps PORT and all other environment variables', async () => {
    const environment = { PORT: '3000', FOO: 'bar', BRAZE_MOCK_SEED: 'x', BRAZE_REST_URL: 'elsewhere' };
    const { BRAZE_REST_URL, ...kept } = environment;
    const variables = await variablesOf([], environment);
    expect(variables).toMatchObject(kept);
    expect(variables).not.toHaveProperty('BRAZE_REST_HTTPS_URL');
    expect(variables['BRAZE_REST_URL']).not.toBe(BRAZE_REST_URL);
  });

  it('can be nested', async () => {
    const nested = ['exec', '--', process.execPath, 'dist/cli.js', 'exec', '--', 'sh', '-c', 'echo $BRAZE_API_KEY'];
    const environment = { PORT: '3000', BRAZE_REST_URL: 'elsewhere' };
    expect(await command(nested, environment).ended).toEqual({ code: 0, stdout: 'YOUR-REST-API-KEY\n', stderr: '' });
  });

  it('passes stdin through', async () => {
    const run = command(['exec', '--', 'cat']);
    run.child.stdin?.end('hello');
    expect(await run.ended).toEqual({ code: 0, stdout: 'hello', stderr: '' });
  });

  it.each([
    [{ key: 'ALL' }],
    [{ key: 'ALL', permissions: ['segments.data_series', 'segments.list', 'segments.details'] }],
  ])('provides the key with the most permissions: %j', async (most) => {
    const file = join(temporaryFolder(), 'own.json');
    const apiKeys = [{ key: 'NONE', permissions: [] }, most, { key: 'LESS', permissions: ['campaigns.list'] }];
    writeFileSync(file, JSON.stringify({ workspaces: [{ name: 'own', apiKeys, segments: [{ id: 'segment_1234' }] }] }));
    expect(parsed(await execHere(ASK, ['--fixtures', file]))).toMatchObject({ status: 200, key: 'ALL' });
  });

  it('provides the generated key of a workspace without API keys and warns about it', async () => {
    const file = join(temporaryFolder(), 'bare.json');
    writeFileSync(file, JSON.stringify({ workspaces: [{ name: 'bare', segments: [{ id: 'segment_1234' }] }] }));
    const { printed, stderr } = await execHere(ASK, ['--fixtures', file]);
    const { status, key } = JSON.parse(printed) as { status: number; key: string };
    expect([status, stderr]).toEqual([200, expect.stringContaining(`workspace "bare" has no apiKeys`) as string]);
    expect(stderr).toContain(key);
  });

  it('provides the HTTPS URL and the CA file', async () => {
    const dir = temporaryFolder();
    const script = nodeCommand(`
      const { BRAZE_REST_HTTPS_URL: url, BRAZE_API_KEY: key, BRAZE_REST_CA: file } = process.env;
      const { status } = await fetch(url + '${PATH}', { headers: { authorization: 'Bearer ' + key } });
      console.log(JSON.stringify({ status, file }));
    `);
    const file = join(dir, 'ca.pem');
    expect(parsed(await execHere(script, ['--tls', 'auto', '--tls-dir', dir]))).toEqual({ status: 200, file });
    const own = { NODE_EXTRA_CA_CERTS: file, BRAZE_MOCK_TLS: 'auto', BRAZE_MOCK_TLS_DIR: dir };
    expect(await variablesOf([], own)).toMatchObject({ NODE_EXTRA_CA_CERTS: file });
  });

  it.each(['', '/v1'])('provides the URL with the base path "%s", and the origin', async (basePath) => {
    const script = nodeCommand(`
      const { BRAZE_REST_URL: url, BRAZE_REST_ORIGIN: origin, BRAZE_API_KEY: key } = process.env;
      const { status } = await fetch(url + '${PATH}', { headers: { authorization: 'Bearer ' + key } });
      const { status: health } = await fetch(origin + '/__mock/health');
      console.log(JSON.stringify({ path: url.slice(origin.length), status, health }));
    `);
    const variables: Record<string, string> = basePath === '' ? {} : { BRAZE_MOCK_BASE_PATH: basePath };
    expect(parsed(await execHere(script, [], variables))).toEqual({ path: basePath, status: 200, health: 200 });
  });

  it("writes the mock's log to stderr when a log level is set", async () => {
    const { code, stdout, stderr } = await execHere(ASK, ['--log-level', 'info']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^\{.*"outcome":"success".*\}\n$/);
  });
});

describe('the exit code of exec', () => {
  it.each([0, 1, 2, 42])('is that of the command: %i', async (code) => {
    expect(await execHere(['sh', '-c', `exit ${code}`])).toMatchObject({ code, stderr: '' });
  });

  it('is the exit code of the process', async () => {
    expect(await command(['exec', '--', 'sh', '-c', 'exit 42']).ended).toEqual({ code: 42, stdout: '', stderr: '' });
  });

  it.each([
    ['KILL', 137],
    ['TERM', 143],
  ])('after SIG%s is %i', async (signal, code) => {
    expect(await execHere(['sh', '-c', `kill -${signal} $$`])).toMatchObject({ code });
  });

  it('is 127 if the command is not found and 126 if it is not executable', async () => {
    const file = join(temporaryFolder(), 'script');
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
    const missing = commandInProcess(['exec', '--', 'no-such-command'], { PATH: SEARCH });
    expect(await missing.ended).toEqual({
      code: 127,
      stdout: '',
      stderr: 'error: no-such-command: command not found\n',
    });
    const refused = commandInProcess(['exec', '--', file]);
    expect(await refused.ended).toEqual({
      code: 126,
      stdout: '',
      stderr: `error: ${file}: not executable; check its permissions\n`,
    });
  });

  it.each<[string[], RegExp]>([
    [
      ['exec'],
      /^error: exec: found no command, expected one after "--", as in: braze-segments-mock exec -- npm test\n$/,
    ],
    [['exec', '--'], /^error: exec: found no command/],
    [['exec', '--', ''], /^error: exec: found an empty command, expected one after "--"/],
    [['exec', '--', '', 'true'], /^error: exec: found an empty command/],
    [['exec', 'npm', 'test'], /^error: exec: found no command/],
    [['exec', '--prot', '1', '--', 'true'], /^error: --prot: found an unknown flag/],
    [['exec', '--tls-cert', 'c', '--', 'true'], /^error: --tls-key: found nothing/],
  ])('is 2 for %j', async (args, words) => {
    const { code, stdout, stderr } = await commandInProcess(args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });
});

it.each([
  ['/etc/passwd/x', 126],
  ['.', 126],
  ['no-such-command', 127],
  ['x'.repeat(5000), 126],
])('a command that cannot be started, %s, is a sentence and exit code %i', async (name, expected) => {
  const { code, stdout, stderr } = await commandInProcess(['exec', '--', name]).ended;
  expect([code, stdout, stderr.split('\n').length, stderr.startsWith(`error: ${name}: `)]).toEqual([
    expected,
    '',
    2,
    true,
  ]);
});

describe('signals to exec', () => {
  const PATIENT = `
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {
      console.log(name);
      fetch(process.env.BRAZE_REST_URL + '/__mock/health').then(({ status }) => { console.log(status); process.exit(7); });
    });
    setInterval(() => {}, 1000);
    console.log('up');
  `;

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'forwards %s once and keeps the mock up until the command exits',
    async (signal) => {
      const run = execNode(PATIENT);
      await run.printed('up\n');
      run.child.kill(signal);
      expect(await run.ended).toEqual({ code: 7, stdout: `up\n${signal}\n200\n`, stderr: '' });
    },
  );

  it('terminate a command without a signal handler', async () => {
    const run = execNode(`setInterval(() => {}, 1000); console.log('up')`);
    await run.printed('up\n');
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
  });
});

describe('--ui', () => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  const execUi = (script: string, stdin: PassThrough, flags: string[] = []) =>
    commandInProcess(['exec', '--ui', ...flags, '--', 'sh', '-c', script], { PATH: SEARCH }, {}, stdin);
  const stays = /look at the mock: (http:\/\/\S+)\nexit code 3; \1 stays until you press Enter\n/;

  it.each<[string, (stdin: PassThrough) => void]>([
    ['Enter', (stdin) => stdin.write('\n')],
    ['the end of stdin', (stdin) => stdin.end()],
  ])('keeps the mock after a failing command until %s', async (_what, press) => {
    const stdin = terminal();
    const run = execUi('exit 3', stdin);
    await expect.poll(() => run.stderr()).toMatch(stays);
    const [, ui = ''] = stays.exec(run.stderr()) ?? [];
    expect((await fetch(ui)).status).toBe(200);
    press(stdin);
    expect((await run.ended).code).toBe(3);
    await expect(fetch(ui)).rejects.toThrow('fetch failed');
  });

  it('stops waiting on a signal', async () => {
    const run = execUi('exit 3', terminal());
    await expect.poll(() => run.stderr()).toMatch(stays);
    run.stop('SIGTERM');
    expect((await run.ended).code).toBe(3);
  });

  it('names the page beside the base path', async () => {
    const { stderr } = await execUi('exit 0', terminal(), ['--base-path', '/v1']).ended;
    expect(stderr).toMatch(/^look at the mock: http:\/\/127\.0\.0\.1:\d+\/__mock\/ui\n$/);
  });

  it.each<[string, string, PassThrough, number]>([
    ['after a success', 'exit 0', terminal(), 0],
    ['without a terminal', 'exit 3', new PassThrough(), 3],
  ])('does not wait %s', async (_when, script, stdin, code) => {
    const { stderr, ...outcome } = await execUi(script, stdin).ended;
    expect(outcome.code).toBe(code);
    expect(stderr).toMatch(/^look at the mock: http:\/\/127\.0\.0\.1:\d+\/__mock\/ui\n$/);
  });

  it('is refused beside --no-control', async () => {
    const { code, stderr } = await execUi('true', new PassThrough(), ['--no-control']).ended;
    expect([code, stderr]).toEqual([2, 'error: --ui: not possible with --no-control, which removes the page\n']);
  });
});

it('the package has a bin with the name shown in the help', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: object };
  expect(Object.keys(bin)).toEqual(['braze-segments-mock']);
});

it.each<[Record<string, string>, string[], string, string]>([
  [{}, [], '127.0.0.1', '127.0.0.1'],
  [{ NO_PROXY: '' }, ['--host', 'localhost'], 'localhost', 'localhost'],
  [{ NO_PROXY: 'a.test, b.test' }, [], 'a.test,b.test,127.0.0.1', 'a.test,b.test,127.0.0.1'],
  [{ no_proxy: 'c.test 127.0.0.1' }, [], 'c.test,127.0.0.1', 'c.test,127.0.0.1'],
  [{ NO_PROXY: 'a.test', no_proxy: 'c.test' }, [], 'a.test,127.0.0.1', 'c.test,127.0.0.1'],
  [{ NO_PROXY: '*' }, [], '*', '*'],
  [{}, ['--host', '::1'], '::1,[::1]', '::1,[::1]'],
])('%j with %j: the mock is called without a proxy', async (environment, flags, upper, lower) => {
  const { NO_PROXY, no_proxy } = await variablesOf(flags, environment);
  expect([NO_PROXY, no_proxy]).toEqual([upper, lower]);
});

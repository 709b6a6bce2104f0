import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NO_RAW_REPLY } from '../../src/operations/fidelity.js';
import { settings } from '../../src/start/settings.js';
import { type Command, command, commandInProcess, outcomeOf } from '../support/command.js';
import { API_KEY, bearer, get } from '../support/server.js';
import { connectSecurely, getSecurely, temporaryFolder } from '../support/tls.js';

const PATH = '/segments/data_series?segment_id=segment_1234&length=1';
const REQUEST = `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${API_KEY}\r\n\r\n`;
const STATUS = 'HTTP/1.1 200';
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** A port on which something else listens. */
async function portInUse(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  return (other.address() as AddressInfo).port;
}

/** Ends a command by a signal, and gives its exit code. */
async function endBy(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', { child }: Command): Promise<number | null> {
  child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A connection on which bytes are written as they are, and all that came back. */
async function talk(
  url: string,
  bytes: string,
): Promise<{ socket: Socket; heard: () => string; closed: Promise<unknown> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => (text += '<broken>'));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  if (bytes !== '') socket.write(bytes);
  return { socket, heard: () => text, closed };
}

/** Resolves when so many replies with status 200 have come. */
async function heardUntil({ socket, heard }: Awaited<ReturnType<typeof talk>>, replies: number): Promise<void> {
  let [seen, from] = [0, 0];
  for (;;) {
    for (let at; (at = heard().indexOf(STATUS, from)) >= 0; from = at + STATUS.length) seen++;
    if (seen >= replies) return;
    from = Math.max(from, heard().length - STATUS.length + 1);
    await once(socket, 'data');
  }
}

function temporaryFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'bad.json');
  writeFileSync(file, text);
  return file;
}

describe('flags that print and exit', () => {
  it('--version of the built command prints the bare version', async () => {
    expect(await command(['--version']).ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([['--version'], ['-v'], ['serve', '--version'], ['--version', '--nonsense']])(
    '%s prints the bare version',
    async (...args) => {
      expect(await outcomeOf(args)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    },
  );

  it.each([['--help'], ['-h'], ['serve', '--help']])('%s prints every flag, variable and default', async (...args) => {
    const { code, stdout, stderr } = await outcomeOf(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: braze-segments-mock [serve] [flags]');
    const names = settings.flatMap(({ flag, variable, schema }) => [
      `  ${flag} `,
      'default' in schema ? `(${variable}, default ${String(schema['default'])})` : `(${variable})`,
    ]);
    expect(names.filter((name) => !stdout.includes(name))).toEqual([]);
    expect(stdout).toContain('--help');
    expect(stdout).toContain('--version');
  });

  it('--help states the evidence behind the profiles', async () => {
    const { stdout } = await outcomeOf(['--help']);
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain(`mostly of its other endpoints. ${NO_RAW_REPLY} "documented" or "observed" (`);
  });
});

describe('the ready line', () => {
  it.each([
    [['--port', '0'], {}],
    [['serve', '--port', '0', '--log-level', 'silent'], {}],
    [['--log-format=pretty'], { PORT: '0' }],
  ] satisfies [string[], Record<string, string>][])(
    'is printed once on stdout, and its url answers: %j %j',
    async (args, environment) => {
      const mock = commandInProcess(args, environment);
      const line = await mock.ready();
      const time = expect.any(Number) as number;
      const { url } = line;
      const ui = `${url}/__mock/ui`;
      expect(line).toEqual({ level: 30, time, msg: 'ready', url, ui, version, profile: 'documented' });
      expect(line.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect((await get(line.url + PATH, bearer(API_KEY))).status).toBe(200);
      expect(mock.stdout().match(/"msg":"ready"/g)).toHaveLength(1);
      expect(mock.stderr()).toBe('');
    },
  );

  it.each([
    [['--profile', 'observed'], {}],
    [[], { BRAZE_MOCK_PROFILE: 'observed' }],
  ] satisfies [string[], Record<string, string>][])(
    'names the profile selected by %j %j',
    async (args, environment) => {
      const { stdout } = await outcomeOf(['--port', '0', ...args], environment);
      expect(JSON.parse(stdout)).toMatchObject({ msg: 'ready', profile: 'observed' });
    },
  );

  it('has the base path in its URLs, and the origin beside them', async () => {
    const tls = ['--tls', 'auto', '--tls-dir', temporaryFolder(), '--https-port', '0'];
    const mock = commandInProcess(['--port', '0', ...tls], { BRAZE_MOCK_BASE_PATH: '/api/v1' });
    const line = await mock.ready();
    expect(line).toMatchObject({ url: `${line.origin}/api/v1`, ui: `${line.origin}/__mock/ui` });
    expect(line.httpsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
    expect((await get(line.url + PATH, bearer(API_KEY))).status).toBe(200);
  });

  it.each([
    ['--log-format', 'json'],
    ['--log-format=json', '--log-level', 'silent'],
  ])('is printed to a terminal too with %j', async (...args) => {
    const { stdout } = await outcomeOf(['--port', '0', ...args], {}, { isTTY: true });
    expect(JSON.parse(stdout)).toMatchObject({ msg: 'ready', profile: 'documented' });
  });
});

describe('the banner on a terminal', () => {
  const bannerOf = async (...args: string[]) =>
    (await outcomeOf(['--port', '0', ...args], {}, { isTTY: true })).stdout.split('\n');
  const URL = /^ {2}URL {7}(http:\/\/127\.0\.0\.1:\d+)$/;

  it('shows a first call and explains the default profile', async () => {
    const lines = await bannerOf();
    const [, url = ''] = URL.exec(lines[3] ?? '') ?? [];
    expect(lines).toEqual([
      '',
      `braze-segments-mock ${version} is ready`,
      '',
      `  URL       ${url}`,
      `  API key   ${API_KEY} (workspace default)`,
      '  Profile   documented: replies follow the endpoint reference, not what Braze was seen to send.',
      '            To test production code, start with --profile observed.',
      `  Look      ${url}/__mock/ui`,
      `  API docs  ${url}/__mock/docs`,
      '',
      `  curl '${url}/segments/data_series?segment_id=segment_1234&length=7' \\`,
      `    --header 'Authorization: Bearer ${API_KEY}'`,
      '',
      '',
    ]);
  });

  it('has the base path in the first call, and not in the pages', async () => {
    const lines = await bannerOf('--base-path', '/v1');
    const [, origin = ''] = /^ {2}URL {7}(\S+)\/v1$/.exec(lines[3] ?? '') ?? [];
    expect(lines).toEqual(
      expect.arrayContaining([
        `  Look      ${origin}/__mock/ui`,
        `  API docs  ${origin}/__mock/docs`,
        `  curl '${origin}/v1/segments/data_series?segment_id=segment_1234&length=7' \\`,
      ]),
    );
  });

  it.each([
    ['--log-level', 'silent'],
    ['--log-format', 'pretty'],
  ])('is printed with %s %s', async (...args) => {
    expect(await bannerOf(...args)).toContain(`braze-segments-mock ${version} is ready`);
  });

  it('shows the HTTPS URL, and loopback instead of 0.0.0.0', async () => {
    const lines = await bannerOf(
      '--tls',
      'auto',
      '--tls-dir',
      temporaryFolder(),
      '--https-port',
      '0',
      '--host',
      '0.0.0.0',
    );
    expect(lines[3]).toMatch(URL);
    expect(lines[4]).toMatch(/^ {2}HTTPS {5}https:\/\/127\.0\.0\.1:\d+$/);
  });

  it('leaves out the pages that --no-control leaves out', async () => {
    const { stdout } = await outcomeOf(['--port', '0', '--no-control']);
    expect(JSON.parse(stdout)).not.toHaveProperty('ui');
    expect((await bannerOf('--no-control')).join('\n')).not.toContain('/__mock');
  });

  it('shows the key, profile and a segment of the workspace, quoted for a shell', async () => {
    const segments = [
      { id: 'off', analyticsTrackingEnabled: false },
      { id: 'bad', fault: { status: 500 } },
      { id: "it's" },
    ];
    const apiKeys = [{ key: "IT'S" }];
    const file = temporaryFile(
      JSON.stringify({ workspaces: [{ name: 'own', profile: 'observed', apiKeys, segments }] }),
    );
    const text = (await bannerOf('--fixtures', file)).join('\n');
    expect(text).toContain("  API key   IT'S (workspace own)\n  Profile   observed: ");
    expect(text).not.toContain('--profile observed');
    expect(text).toContain("segment_id=it%27s&length=7' \\\n    --header 'Authorization: Bearer IT'\\''S'\n");
  });

  it.each<[string, object]>([
    ['may ask for no series', { apiKeys: [{ key: 'LISTS', permissions: ['segments.list'] }], segments: [{ id: 'a' }] }],
    ['has no segment', { apiKeys: [{ key: 'ALL' }] }],
  ])('shows no call if the key %s', async (_what, workspace) => {
    const file = temporaryFile(JSON.stringify({ workspaces: [{ name: 'own', ...workspace }] }));
    expect((await bannerOf('--fixtures', file)).join('\n')).not.toContain('curl');
  });
});

describe('a workspace without API keys', () => {
  const bare = (...names: string[]) =>
    JSON.stringify({ workspaces: names.map((name) => ({ name, segments: [{ id: 'segment_1234' }] })) });

  it('gets a generated key, named in a warning and stable across restarts', async () => {
    const args = ['--port', '0', '--log-level', 'silent', '--fixtures', temporaryFile(bare('one', 'two'))];
    const mock = commandInProcess(args);
    const { url } = await mock.ready();
    const pattern = /^warning: workspace "(\w+)" has no apiKeys; this key was generated for it: (\S+)$/gm;
    const warned = [...mock.stderr().matchAll(pattern)].map(([, name, key]) => [name, key] as const);
    expect(warned.map(([name]) => name)).toEqual(['one', 'two']);
    for (const [, key = ''] of warned) expect((await get(url + PATH, bearer(key))).status).toBe(200);
    expect((await outcomeOf(args)).stderr).toBe(mock.stderr());
  });

  it.each([
    [[], 'GET /__mock/workspaces shows them'],
    [['--no-control'], 'start again to have them printed'],
  ])('added by a reload with %j is logged without its key', async (args, where) => {
    const file = temporaryFile(bare('one'));
    const mock = commandInProcess(['--port', '0', '--watch', '--fixtures', file, ...args]);
    await mock.ready();
    const before = mock.stderr();
    writeFileSync(file, bare('one', 'two'));
    await mock.printed('API keys were generated');
    const lines = mock
      .stdout()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { level: 30, msg: 'fixtures reloaded' },
      { level: 40, workspaces: ['two'], msg: `API keys were generated for workspaces without apiKeys; ${where}` },
    ]);
    expect(mock.stderr()).toBe(before);
    expect(mock.stdout()).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-8/);
  });
});

it('logs a generated key again when a reload changes it', async () => {
  const file = temporaryFile(JSON.stringify({ workspaces: [{ name: 'one' }] }));
  const mock = command(['--port', '0', '--watch', '--fixtures', file]);
  const { url } = await mock.ready();
  const keyOf = async (name: string) => {
    const { body } = await get(`${url}/__mock/workspaces/${name}`);
    return (body as { apiKeys: [{ key: string }] }).apiKeys[0].key;
  };
  const key = await keyOf('one');
  writeFileSync(file, JSON.stringify({ workspaces: [{ name: 'one' }, { name: 'two', apiKeys: [{ key }] }] }));
  while (!mock.stdout().includes('API keys were generated')) await once(mock.child.stdout!, 'data');
  expect(mock.stdout()).toContain('"workspaces":["one"]');
  expect(await keyOf('one')).not.toBe(key);
});

describe('startup errors', () => {
  it('exits 1 and names the port if it is in use', async () => {
    const port = await portInUse();
    const outcome = {
      code: 1,
      stdout: '',
      stderr: `error: port ${port} on 127.0.0.1 is in use; stop the process that uses it, or choose another with --port (0 picks a free one)\n`,
    };
    expect(await command(['--port', String(port)]).ended).toEqual(outcome);
    expect(await outcomeOf([], { PORT: String(port) })).toEqual(outcome);
  });

  it('exits 1 for an address of another machine', async () => {
    const { code, stdout, stderr } = await outcomeOf(['--port', '0', '--host', '192.0.2.1']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/\nerror: cannot listen on 192\.0\.2\.1, port 0: .*EADDRNOTAVAIL.*\n$/);
  });

  it('exits 2 and lists all errors in flags, variables and fixtures', async () => {
    const file = temporaryFile('{"workspaces":[{"name":"a b","apiKeys":[{}]}]}');
    const environment = { BRAZE_MOCK_RATE_LIMIT: '0', BRAZE_MOCK_SEDE: '1' };
    const mock = command(['--prot', '80', '--log-level', 'loud', '--fixtures', file], environment);
    const { code, stdout, stderr } = await mock.ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').map((line) => line.split(': found')[0])).toEqual([
      'error: --prot',
      'error: BRAZE_MOCK_SEDE',
      'error: BRAZE_MOCK_RATE_LIMIT',
      'error: --log-level',
      `error: ${file}: $.workspaces[0].name`,
      `error: ${file}: $.workspaces[0].apiKeys[0].key`,
      '',
    ]);
  });

  it.each([
    [['healthchek', '--port', '1'], 'healthcheck'],
    [['exce', '--', 'npm', 'test'], 'exec'],
    [['server'], 'serve'],
  ])('exits 2 for the misspelt command in %j, and suggests %s', async (args, meant) => {
    const { code, stdout, stderr } = await outcomeOf(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: ${args[0]}: found an unknown command, expected one of serve, exec, rehearse, ca, healthcheck, ` +
        `pull, record, import, export, verify; did you mean ${meant}?\n`,
    );
  });

  it.each([
    ['a missing file', () => join(tmpdir(), 'there-is-no-such-file.json'), 'cannot be read as fixtures'],
    ['no JSON', () => temporaryFile('{'), 'found broken JSON'],
  ])('exits 2 if the fixtures are %s', async (_name, file, words) => {
    const path = file();
    const { code, stdout, stderr } = await outcomeOf(['--port', '0', '--fixtures', path]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^error: ${path}.*${words}.*\n$`));
  });

  it('warns once about variables injected by Kubernetes and starts', async () => {
    const mock = commandInProcess([], {
      PORT: '0',
      BRAZE_MOCK_PORT: 'tcp://10.0.0.1:80',
      BRAZE_MOCK_SERVICE_HOST: '10.0.0.1',
    });
    await mock.ready();
    expect(mock.stderr()).toBe(
      'warning: ignored BRAZE_MOCK_PORT, BRAZE_MOCK_SERVICE_HOST: ' +
        'Kubernetes injects such variables for a service called braze-mock\n',
    );
  });
});

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('exits 0 on %s', (signal) => {
  it('in every state of its connections', async () => {
    const mock = command(['--port', '0']);
    const { url } = await mock.ready();
    const table: [name: string, bytes: string, replies: number][] = [
      ['nothing sent', '', 0],
      ['half a request', REQUEST.slice(0, 50), 0],
      ['half a request behind another', REQUEST + REQUEST.slice(0, 50), 1],
      ['idle and kept alive', REQUEST, 1],
      ['pipelined requests in flight', REQUEST.repeat(500), 500],
    ];
    const connections = await Promise.all(table.map(([, bytes]) => talk(url, bytes)));
    await heardUntil(connections.at(-1)!, 1);
    expect(await endBy(signal, mock)).toBe(0);
    await Promise.all(connections.map(({ closed }) => closed));
    const replies = connections.map(({ heard }, index) => [table[index]![0], heard().split(STATUS).length - 1]);
    expect(replies).toEqual(table.map(([name, , expected]) => [name, expected]));
    const { stdout, stderr } = await mock.ended;
    expect(stdout.split('"outcome":"success"')).toHaveLength(502 + 1);
    expect(stderr).toBe('');
  });

  it('when the signal comes twice, as under npm', async () => {
    const mock = command(['--port', '0']);
    const { url } = await mock.ready();
    const nothing = await talk(url, '');
    await talk(url, REQUEST.slice(0, 50));
    await get(url);
    mock.child.kill(signal);
    await nothing.closed;
    expect(await endBy(signal, mock)).toBe(0);
  });
});

describe('a log without a reader', () => {
  const MORE_THAN_A_PIPE_HOLDS = 2000;

  it.each([
    ['is closed', (mock: Command) => mock.child.stdout?.destroy()],
    ['is not read', (mock: Command) => mock.child.stdout?.removeAllListeners('data').pause()],
  ])('does not block the server or its shutdown if stdout %s', async (_name, stop) => {
    const mock = command(['--port', '0', '--rate-limit', 'off']);
    const { url } = await mock.ready();
    stop(mock);
    const connection = await talk(url, REQUEST.repeat(MORE_THAN_A_PIPE_HOLDS));
    await heardUntil(connection, MORE_THAN_A_PIPE_HOLDS);
    expect((await get(url + PATH, bearer(API_KEY))).status).toBe(200);
    expect(await endBy('SIGTERM', mock)).toBe(0);
  });
});

describe('TLS', () => {
  it('prints the HTTPS URL in the ready line', async () => {
    const tlsDir = temporaryFolder();
    const mock = commandInProcess(['--port', '0'], {
      BRAZE_MOCK_TLS: 'auto',
      BRAZE_MOCK_TLS_DIR: tlsDir,
      BRAZE_MOCK_HTTPS_PORT: '0',
    });
    const { url, httpsUrl = '' } = await mock.ready();
    const ca = readFileSync(join(tlsDir, 'ca.pem'), 'utf8');
    expect((await getSecurely(httpsUrl + PATH, ca)).status).toBe(200);
    expect((await get(url + PATH, bearer(API_KEY))).status).toBe(200);
    expect(mock.stderr()).toBe('');
  });

  it("`ca` prints the CA and creates it if needed, in the given folder or the user's", async () => {
    const home = temporaryFolder();
    const [given, custom] = [join(home, 'given'), join(home, 'braze-segments-mock')];
    const printed = [await outcomeOf(['ca', '--tls-dir', given]), await outcomeOf(['ca'], { XDG_DATA_HOME: home })];
    const kept = [given, custom].map((dir) => readFileSync(join(dir, 'ca.pem'), 'utf8'));
    expect(printed).toEqual(kept.map((stdout) => ({ code: 0, stdout, stderr: '' })));
    expect(await outcomeOf(['ca', '--tls-dir', given])).toEqual(printed[0]);
  });

  it.each([
    [['ca', '--tls-cert', 'c.pem'], '--tls-cert: not supported by the command ca'],
    [['ca', '--tls', 'on'], '--tls: found "on", expected "off" or "auto"'],
    [['ca', '--tls-dir', 'package.json'], 'package.json: cannot hold the certificates'],
    [['--tls', 'auto', '--tls-dir', 'package.json'], 'package.json: cannot hold the certificates'],
    [['ca', '--tls-dir', 'package.json/a/b'], 'package.json/a/b: cannot hold the certificates: ENOTDIR'],
    [['ca', '--tls-dir', '/proc/self/x/y'], '/proc/self/x/y: cannot hold the certificates: ENOENT'],
    [['--tls', 'auto', '--tls-dir', '/proc/self/x'], '/proc/self/x: cannot hold the certificates: ENOENT'],
    [['--tls-key', 'k.pem'], '--tls-cert: found nothing, expected a file to go with --tls-key'],
  ])('exits 2 for %j', async (args, words) => {
    const { code, stdout, stderr } = await outcomeOf(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('exits 1 if the HTTPS port is in use and names the flag to change', async () => {
    const port = await portInUse();
    const args = ['--port', '0', '--tls', 'auto', '--https-port', String(port), '--tls-dir', temporaryFolder()];
    const { code, stderr } = await outcomeOf(args);
    expect([code, stderr]).toEqual([
      1,
      `error: port ${port} on 127.0.0.1 is in use; stop the process that uses it, or choose another with --https-port (0 picks a free one)\n`,
    ]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s drops no request that was read', async (signal) => {
    const tlsDir = temporaryFolder();
    const args = ['--port', '0', '--https-port', '0', '--tls', 'auto', '--rate-limit', 'off', '--log-level', 'warn'];
    const mock = command([...args, '--tls-dir', tlsDir]);
    const { httpsUrl = '' } = await mock.ready();
    const ca = readFileSync(join(tlsDir, 'ca.pem'), 'utf8');
    // As many as come in one record, so that all are read when the first is answered.
    const pipelined = 50;
    const clients = Array.from({ length: 16 }, async () => {
      const socket = await connectSecurely(httpsUrl, ca);
      const replies = textOf(socket);
      socket.write(REQUEST.repeat(pipelined));
      await once(socket, 'readable');
      return { replies };
    });
    const talks = await Promise.all(clients);
    const code = await endBy(signal, mock);
    const counts = await Promise.all(talks.map(async ({ replies }) => (await replies).split(STATUS).length - 1));
    expect([code, counts]).toEqual([0, Array<number>(16).fill(pipelined)]);
  });
});

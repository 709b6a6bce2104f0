import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { portWithoutListener } from '../support/port.js';
import { healthProblem, plainAddress, readWait, waitForHealth } from '../../src/cli/healthcheck.js';
import { readSettings } from '../../src/cli/parse-settings.js';
import { command, commandInProcess, outcomeOf } from '../support/command.js';
import { startTestServer } from '../support/server.js';

/** Some server that is none of ours. */
async function listening(listener: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(listener).listen(0, host);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const portOf = ({ url }: { url: string }) => new URL(url).port;

describe('healthProblem()', () => {
  it.each(['127.0.0.1', 'localhost', '0.0.0.0'])('reports no problem for a server on %s', async (host) => {
    const server = await startTestServer();
    expect(await healthProblem({ host, port: Number(portOf(server)) })).toBeUndefined();
  });

  it.each([
    ['::1', '::1', '[::1]'],
    ['::', '::1', '[::1]'],
    ['0.0.0.0', '127.0.0.1', '127.0.0.1'],
    ['braze', 'braze', 'braze'],
  ])('for the host %s sends the request to %s', async (host, asked, shown) => {
    const connect = vi.spyOn(net, 'connect').mockImplementation(() => {
      throw new Error('asked');
    });
    onTestFinished(() => connect.mockRestore());
    expect(await healthProblem({ host, port: 80 })).toBe(`http://${shown}:80/__mock/health does not answer: asked`);
    expect(connect.mock.calls).toEqual([[expect.objectContaining({ host: asked, port: 80 })]]);
  });

  it.each([
    ['closes the connection', ''],
    ['speaks another protocol', '220 mail.test ESMTP\r\n'],
    ['sends a line without an end', 'x'.repeat(20_000)],
    ['sends an interim reply without an end', `HTTP/1.1 103 Early Hints\r\n${'Link: </a>\r\n'.repeat(2000)}`],
    ['sends an interim reply alone', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['sends something else after an interim reply', 'HTTP/1.1 100 Continue\r\n\r\n220 mail.test ESMTP\r\n'],
  ])('reports a server that %s', async (_what, bytes) => {
    const server = net
      .createServer((socket) => void socket.on('error', () => undefined).end(bytes))
      .listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await healthProblem({ host: '127.0.0.1', port })).toBe(
      `http://127.0.0.1:${port}/__mock/health does not answer: the reply is not HTTP`,
    );
  });

  const EARLY_HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n';
  it.each([
    ['', '503 Service Unavailable'],
    ['HTTP/1.1 100 Continue\r\n\r\n', '503 Service Unavailable'],
    [`${EARLY_HINTS}HTTP/1.1 102 Processing\n\n${EARLY_HINTS}`, '503 Service Unavailable'],
    // No HTTP follows it.
    ['', '101 Switching Protocols'],
  ])('reads a reply that comes byte by byte, after the interim replies %j: %s', async (interim, status) => {
    const server = net.createServer({ noDelay: true }, (socket) => {
      let sent = 0;
      socket.on('error', () => undefined);
      const send = () => {
        socket.write(`${interim}HTTP/1.1 ${status}\r\n`.charAt(sent++));
        if (!socket.destroyed) setImmediate(send);
      };
      socket.once('data', send);
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await healthProblem({ host: '127.0.0.1', port })).toMatch(new RegExp(` answered ${status.slice(0, 3)}$`));
  });

  it.each([
    ['100', (reply: ServerResponse) => reply.writeContinue()],
    ['103', (reply: ServerResponse) => reply.writeEarlyHints({ link: '</a>; rel=preload' })],
  ])('waits for the reply after a %s', async (_status, send) => {
    const port = await listening((_request, response) => {
      send(response);
      setImmediate(() => response.end());
    });
    expect(await healthProblem({ host: '127.0.0.1', port })).toBeUndefined();
  });

  it.each(['127.0.0.1', 'localhost'])('reports a refused connection to %s', async (host) => {
    const port = await portWithoutListener();
    expect(await healthProblem({ host, port })).toMatch(
      new RegExp(`^http://${host}:${port}/__mock/health does not answer: .*ECONNREFUSED`),
    );
  });

  it('asks by the host and port', async () => {
    const heads: unknown[] = [];
    const port = await listening(({ method, url, headers }, response) => {
      heads.push({ method, url, headers });
      response.end();
    });
    expect(await healthProblem({ host: '0.0.0.0', port })).toBeUndefined();
    const headers = { host: `127.0.0.1:${port}`, connection: 'close' };
    expect(heads).toEqual([{ method: 'GET', url: '/__mock/health', headers }]);
  });

  it('rejects a status other than 200', async () => {
    const port = await listening((_request, response) => response.writeHead(404).end());
    expect(await healthProblem({ host: '127.0.0.1', port })).toBe(
      `http://127.0.0.1:${port}/__mock/health answered 404`,
    );
  });
});

describe('the command healthcheck', () => {
  it.each([{}, { noControl: true }, { controlToken: 'secret' }, { basePath: '/v1' }])(
    'exits 0 if a mock runs with %j',
    async (settings) => {
      const server = await startTestServer(settings);
      // The image's health check runs with the variables of the server.
      const variables: Record<string, string> = 'basePath' in settings ? { BRAZE_MOCK_BASE_PATH: '/v1' } : {};
      const outcome = await outcomeOf(['healthcheck', '--port', portOf(server)], variables);
      expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  it('exits 0 as a process', async () => {
    const server = await startTestServer();
    const { ended } = command(['healthcheck', '--port', portOf(server)]);
    expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(['BRAZE_MOCK_PORT', 'PORT'])('reads the port from %s', async (variable) => {
    const server = await startTestServer();
    expect(await outcomeOf(['healthcheck'], { [variable]: portOf(server) })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('exits 1 if no mock runs', async () => {
    const port = await portWithoutListener();
    const { ended } = command(['healthcheck', `--port=${port}`]);
    expect(await ended).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: http:\S+ does not answer: .*\n$/) as string,
    });
  });

  const BRACKETS =
    'found "[::1]", expected a host name or an IP address without brackets and port, such as 127.0.0.1 or ::1';
  it.each([[['healthcheck']], [['healthcheck', '--wait=1s']], [['serve']], [[]]])(
    'exits 2 for a host in the brackets of a URL, as %j does',
    async (words) => {
      const flag = await outcomeOf([...words, '--host', '[::1]', '--port=0']);
      expect(flag).toEqual({ code: 2, stdout: '', stderr: `error: --host: ${BRACKETS}\n` });
      const variable = await outcomeOf([...words, '--port=0'], { BRAZE_MOCK_HOST: '[::1]' });
      expect(variable).toEqual({ code: 2, stdout: '', stderr: `error: BRAZE_MOCK_HOST: ${BRACKETS}\n` });
    },
  );

  it('exits 2 for a bad flag', async () => {
    const { code, stdout, stderr } = await outcomeOf(['healthcheck', '--port', 'x', '--prot', '1']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: --port: found "x", expected a port/m);
    expect(stderr).toMatch(/^error: --prot: found an unknown flag/m);
  });
});

describe('healthcheck without the schema of the settings', () => {
  const ports = ['0', '1', '80', '9999', '59999', '65535', '65536', '99999', '080', '-1', '1e3', 'x', ''];
  const FLAGS = [
    ...ports.flatMap((port) => [['--port', port], [`--port=${port}`]]),
    [],
    ['--host', 'braze'],
    ...[
      '::1',
      '::',
      '[::1]',
      '127.0.0.1',
      '127.0.0.1:80',
      'a:80',
      'http://a',
      'a/b',
      'a b',
      'fe80::1%eth0',
      'a.',
      '_a',
    ].map((host) => [`--host=${host}`]),
    ['--host='],
    ['--host=-x'],
    ['--host'],
    ['--host', '--port=80'],
    ['--port', '1', '--port', '2'],
    ['--port', '1', '--host', 'a'],
    ['--port', '1', '2'],
    ['--port=1=2'],
    ['x'],
    [''],
    ['--seed', 'x'],
    ['--prot', '1'],
    ['--constructor', '1'],
    ['--watch'],
    ['--base-path=/v1'],
    ['--', '--port', '1'],
  ];
  const VARIABLES: Record<string, string>[] = [
    {},
    ...ports.flatMap((port) => [{ PORT: port }, { BRAZE_MOCK_PORT: port }, { BRAZE_MOCK_PORT: '1', PORT: port }]),
    {
      BRAZE_MOCK_HOST: '0.0.0.0',
      BRAZE_MOCK_FIXTURES: '/fixtures',
      BRAZE_MOCK_TLS_DIR: '/tls',
      NODE_ENV: 'production',
    },
    ...['BRAZE_MOCK_HOST', 'BRAZE_MOCK_TLS_DIR', 'BRAZE_MOCK_FIXTURES'].map((name) => ({ [name]: '' })),
    { BRAZE_MOCK_HOST: '[::1]' },
    ...['a,b', 'a,,b', ',', 'a,'].map((text) => ({ BRAZE_MOCK_FIXTURES: text })),
    { BRAZE_MOCK_SEED: 'x' },
    { BRAZE_MOCK_SEDE: 'x' },
    { BRAZE_MOCK_constructor: 'x' },
    { BRAZE_MOCK_PORT: 'tcp://10.0.0.1:80' },
  ];

  it('finds the address that the settings have, or leaves it to them', () => {
    const plain = FLAGS.flatMap((flags) =>
      VARIABLES.flatMap((variables) => {
        const found = plainAddress(flags, variables);
        if (found === undefined) return [];
        const { settings, problems } = readSettings(flags, variables);
        expect([flags, variables, found, problems]).toEqual([
          flags,
          variables,
          { host: settings.host, port: settings.port },
          [],
        ]);
        return [found];
      }),
    );
    expect(plain.length).toBeGreaterThan(100);
  });

  it.each<[string[], Record<string, string>]>([
    [[], {}],
    [['--port', '80', '--host=a', '--wait', '10s'], { BRAZE_MOCK_PORT: '8080' }],
    [['--host', '::1'], { BRAZE_MOCK_HOST: '::' }],
    [['--host', 'braze-mock.test'], { BRAZE_MOCK_HOST: '127.0.0.1' }],
    [[], { BRAZE_MOCK_HOST: '0.0.0.0', BRAZE_MOCK_FIXTURES: '/fixtures', BRAZE_MOCK_TLS_DIR: '/tls' }],
  ])('reads %j and %j', (flags, variables) => {
    expect(plainAddress(flags, variables)).toBeDefined();
  });

  it.each([['--wait', '10'], ['--wait=1s', '--wait=2s'], ['--wait']])('leaves %j %j to the settings', (...flags) => {
    expect(plainAddress(flags, {})).toBeUndefined();
  });
});

describe('--wait', () => {
  it.each([
    [[], 0, []],
    [['--wait', '10s'], 10_000, []],
    [['--port', '1', '--wait=500ms'], 500, ['--port', '1']],
    [['--wait', '2m', '--port', '1'], 120_000, ['--port', '1']],
  ])('reads %j', (args, waitMs, others) => {
    expect(readWait(args)).toEqual({ waitMs, others });
  });

  it.each([
    [['--wait'], '--wait: found nothing, expected a time such as 500ms, 10s or 2m'],
    [['--wait', '10'], '--wait: found "10", expected a time'],
    [['--wait=-1s'], '--wait: found "-1s", expected a time'],
    [['--wait', '1.5s'], '--wait: found "1.5s", expected a time'],
    [['--wait', '1s', '--wait', '2s'], '--wait: found a second time, expected once'],
  ])('refuses %j', async (args, message) => {
    expect(() => readWait(args)).toThrow(message);
    const { code, stderr } = await commandInProcess(['healthcheck', ...args]).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('asks again until the server is healthy', async () => {
    let asked = 0;
    const port = await listening((_request, reply) => reply.writeHead(++asked < 3 ? 503 : 200).end());
    expect(await commandInProcess(['healthcheck', '--wait', '2m', '--port', String(port)]).ended).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(asked).toBe(3);
  });

  it('ends with the last problem when the time is over, or it is stopped', async () => {
    const port = await portWithoutListener();
    const problem = /ECONNREFUSED/;
    expect(await waitForHealth({ host: '127.0.0.1', port }, 1, new AbortController().signal)).toMatch(problem);
    const stop = new AbortController();
    const waiting = waitForHealth({ host: '127.0.0.1', port }, 600_000, stop.signal);
    stop.abort();
    expect(await waiting).toMatch(problem);
  });
});

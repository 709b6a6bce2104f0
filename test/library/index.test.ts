import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigurationError,
  type MockOptions,
  type RunningMock,
  startMock,
  type Logger,
} from '../../src/library/index.js';
import { bearer, get } from '../support/server.js';
import { getSecurely, temporaryFolder } from '../support/tls.js';

const NOON = '2024-01-31T12:00:00Z';
const OWN = { workspaces: [{ name: 'own', apiKeys: [{ key: 'OWN' }], segments: [{ id: 'ours', size: 7 }] }] };

async function started(options?: MockOptions): Promise<RunningMock> {
  const mock = await startMock(options);
  onTestFinished(() => mock.stop());
  return mock;
}

const series = ({ url }: RunningMock, apiKey: string, id = 'segment_1234') =>
  get(`${url}/segments/data_series?segment_id=${id}&length=1`, bearer(apiKey));

/** What a call throws. */
async function thrown(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('startMock', () => {
  it('serves the built-in workspaces on a free loopback port', async () => {
    const [one, other] = [await started(), await started()];
    expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(other.url).not.toBe(one.url);
    expect([one.workspace.name, one.apiKey, one.workspace.apiKey]).toEqual([
      'default',
      'YOUR-REST-API-KEY',
      one.apiKey,
    ]);
    expect((await series(one, one.apiKey)).status).toBe(200);
  });

  it("accepts the CLI's settings as options", async () => {
    const options = { clock: NOON, rateLimit: 7, unknownSegments: 'generate', strictParameters: true } as const;
    const mock = await started({ ...options, journalSize: 1, noControl: true, prefer: false, seed: 'x' });
    const reply = await series(mock, mock.apiKey, 'made-up');
    expect([reply.status, reply.headers['x-ratelimit-limit']]).toEqual([200, '7']);
    expect((await get(`${mock.url}/segments/data_series?lenght=1`, bearer(mock.apiKey))).text).toContain(
      'parameter_unknown',
    );
    expect((await get(`${mock.url}/__mock/version`)).status).toBe(404);
    expect(mock.workspace.requests.list()).toHaveLength(1);
    expect(mock.workspace.clock.get().now).toBe('2024-01-31T12:00:00.000Z');
  });

  it('treats an undefined option as not given', async () => {
    const mock = await started({ seed: undefined, port: undefined, fixtures: undefined } as unknown as MockOptions);
    expect(mock.workspace.name).toBe('default');
  });

  it('accepts fixtures as the path of a file or folder, or as an object', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fixtures-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'own.json');
    writeFileSync(file, JSON.stringify(OWN));
    for (const fixtures of [file, folder, OWN]) {
      const mock = await started({ fixtures });
      expect([mock.workspace.name, mock.apiKey, (await series(mock, 'OWN', 'ours')).status]).toEqual([
        'own',
        'OWN',
        200,
      ]);
    }
  });

  it('ignores later changes to the fixtures object', async () => {
    const fixtures = structuredClone({
      workspaces: [{ ...OWN.workspaces[0]!, faults: [{ effect: { status: 503 } }] }],
    });
    const mock = await started({ fixtures });
    fixtures.workspaces[0]!.faults[0]!.effect.status = 418;
    mock.reset();
    expect((await series(mock, 'OWN', 'ours')).status).toBe(503);
  });

  it.each([{}, { apiKeys: [] }])(
    'generates an API key for workspaces with %j and keeps it after a reset',
    async (keys) => {
      const segments = [{ id: 'a' }];
      const workspaces = [
        { name: 'bare', ...keys, segments },
        { name: 'other', ...keys, segments },
      ];
      const mock = await started({ fixtures: { workspaces } });
      const { body } = await get(`${mock.url}/__mock/workspaces`);
      const all = (body as { workspaces: { apiKeys: { key: string }[] }[] }).workspaces.map(({ apiKeys }) => apiKeys);
      expect([all.length, all[0]?.[0]?.key]).toEqual([2, mock.apiKey]);
      for (const reset of [() => undefined, () => mock.reset(), () => mock.workspace.reset()]) {
        reset();
        for (const [apiKey] of all) expect((await series(mock, apiKey?.key ?? '', 'a')).status).toBe(200);
      }
    },
  );

  it.each<[options: unknown, ...problems: RegExp[]]>([
    [{ port: 70_000, seed: '' }, /^\$\.port: found 70000/, /^\$\.seed: found ""/],
    [{ sed: 'x' }, /^\$\.sed: found an unknown field with "x", expected one of port, host, basePath, profile, seed/],
    [{ fixture: 'x' }, /^\$\.fixture: found an unknown field with "x", expected one of port, .+, fixtures, logger$/],
    [{ host: '[::1]' }, /^\$\.host: found "\[::1\]", expected a host name or an IP address without brackets and port/],
    [{ watch: true }, /^\$\.watch: found an unknown field/],
    [{ logFormat: 'json' }, /^\$\.logFormat: found an unknown field/],
    [{ clock: 'yesterday' }, /^\$\.clock: found "yesterday", expected "system" or an ISO 8601 instant/],
    [{ tlsCert: 'c.pem' }, /^\$\.tlsKey: found nothing, expected a file to go with \$\.tlsCert$/],
    [{ tls: 'auto', tlsCert: 'c', tlsKey: 'k' }, /^\$\.tls: found auto together with \$\.tlsCert/],
    [{ tls: 'auto', port: 5, httpsPort: 5 }, /^\$\.httpsPort: found 5, expected another port than \$\.port$/],
    [
      { tlsCert: '/no/c', tlsKey: '/no/k' },
      /^--tls-cert: \/no\/c cannot be read/,
      /^--tls-key: \/no\/k cannot be read/,
    ],
    [{ rateLimit: 0 }, /^\$\.rateLimit: found 0, expected a whole number of requests/],
    [{ fixtures: {} }, /^fixtures: \$\.workspaces: found nothing, expected a list/],
    [{ fixtures: { workspaces: [] } }, /^fixtures: \$\.workspaces: found \[\]/],
    [{ fixtures: { workspaces: [{ name: 'a' }, { name: 'a' }] } }, /^fixtures: \$\.workspaces\[1\]\.name: found "a"/],
    [
      { fixtures: { workspaces: [{ name: 'a', apiKeys: [{ key: 'K' }, { key: 'K' }] }] } },
      /^fixtures: \$\.workspaces\[0\]\.apiKeys\[1\]\.key: /,
    ],
    [
      { fixtures: { workspaces: [{ name: 'a', faults: [{ effect: {} }] }] } },
      /^fixtures: \$\.workspaces\[0\]\.faults\[0\]\.effect: found \{\}/,
    ],
    [{ fixtures: '/nowhere' }, /\/nowhere/],
  ])('rejects %j with every problem', async (options, ...problems) => {
    const error = (await thrown(() => startMock(options as MockOptions))) as ConfigurationError;
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.problems).toEqual(problems.map((problem) => expect.stringMatching(problem) as string));
  });

  it('serves HTTPS under its own CA and leaves no file behind', async () => {
    const mock = await started({ tls: 'auto' });
    const { href } = new URL(mock.httpsUrl ?? '');
    expect(href).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    const { status } = await getSecurely(`${href}segments/data_series?segment_id=segment_1234&length=1`, mock.ca);
    expect([status, (await series(mock, mock.apiKey)).status]).toEqual([200, 200]);
    expect((await started({ tls: 'auto' })).ca).not.toBe(mock.ca);
  });

  it('keeps the CA in the given folder', async () => {
    const tlsDir = temporaryFolder();
    const [one, other] = [await started({ tls: 'auto', tlsDir }), await started({ tls: 'auto', tlsDir })];
    expect([one.ca, other.ca]).toEqual([readFileSync(join(tlsDir, 'ca.pem'), 'utf8'), one.ca]);
  });

  it('has no HTTPS URL or CA without TLS', async () => {
    expect(await started()).not.toHaveProperty('httpsUrl');
    expect(await started()).not.toHaveProperty('ca');
  });

  it('rejects if the port is in use', async () => {
    const { url } = await started();
    expect(await thrown(() => startMock({ port: Number(new URL(url).port) }))).toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a process with a mock', () => {
  const LIBRARY = new URL('../../dist/index.js', import.meta.url).href;
  const SCRIPT = `
    const handled = () => process.eventNames().filter((name) => /^(SIG|u|beforeExit)/.test(String(name)));
    const { startMock } = await import('${LIBRARY}');
    const mock = await startMock();
    const answers = [
      await fetch(mock.url + '/segments/data_series?segment_id=segment_1234&length=1&lenght=2',
        { headers: { authorization: 'Bearer ' + mock.apiKey } }),
      await fetch(mock.url + '/nowhere'),
    ];
    const during = handled();
    await mock.stop();
    console.log(JSON.stringify([answers.map(({ status }) => status), during, new URL(mock.url).port === '1']));
  `;

  it('prints nothing, reads no environment, handles no signals, and exits once the mock is stopped', async () => {
    const env = { PATH: process.env['PATH'], PORT: '1', BRAZE_MOCK_RATE_LIMIT: 'none', BRAZE_MOCK_NOBODY: 'knows' };
    const run = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', SCRIPT], { env });
    expect(run).toEqual({ stdout: '[[200,404],[],false]\n', stderr: '' });
  });
});

describe('stop()', () => {
  it('closes keep-alive connections and is idempotent', async () => {
    const mock = await startMock();
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const [response] = (await once(httpGet(`${mock.url}/__mock/health`, { agent }), 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    const free = agent.freeSockets[Object.keys(agent.freeSockets)[0]!]![0]!;
    const closed = once(free, 'close');
    await Promise.all([mock.stop(), mock.stop()]);
    await mock.stop();
    await closed;
    await expect(fetch(`${mock.url}/__mock/health`)).rejects.toThrow(TypeError);
  });

  it('is what `await using` calls', async () => {
    const mock = await startMock();
    await mock[Symbol.asyncDispose]();
    await expect(fetch(`${mock.url}/__mock/health`)).rejects.toThrow(TypeError);
  });
});

describe('the option logger', () => {
  it("accepts an object with pino's methods, which receives the request lines", async () => {
    const lines: [string, object, string | undefined][] = [];
    const method = (level: string) => (fields: object, message?: string) => void lines.push([level, fields, message]);
    const logger: Logger = {
      level: 'info',
      fatal: method('fatal'),
      error: method('error'),
      warn: method('warn'),
      info: method('info'),
      debug: method('debug'),
      trace: method('trace'),
      silent: method('silent'),
      child: () => logger,
    };
    const mock = await startMock({ logger });
    await fetch(`${mock.url}/segments/list`, { headers: { authorization: `Bearer ${mock.apiKey}` } });
    await mock.stop();
    expect(lines).toEqual([
      ['info', expect.objectContaining({ path: '/segments/list', status: 200, outcome: 'success' }), 'request'],
    ]);
  });

  it.each([[{}], ['pino'], [null]])('rejects %j and lists the missing methods', async (logger) => {
    await expect(startMock({ logger: logger as never })).rejects.toThrow(
      "$.logger: found a logger without fatal, error, warn, info, debug, trace, silent, child, expected an object with pino's methods",
    );
  });
});

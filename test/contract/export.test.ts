import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Har } from 'har-format';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFixtures } from '../support/load-fixtures.js';
import { commandInProcess } from '../support/command.js';
import { httpServer, temporaryFolder } from '../support/contract.js';
import { harProblems } from '../support/har.js';
import { fixtureSchema } from '../support/schema.js';
import { API_KEY, bearer, get, startTestServer } from '../support/server.js';

const CLOCK = '2024-03-01T09:00:00Z';
const KEYS = ['8f6ad2a1-5f0b-4f3c-9b1e-2d7c44a0e911', '${HOME}-3c9b1e2d7c44a0e9'];

const run = (args: string[], environment: Record<string, string> = {}) =>
  commandInProcess(['export', ...args], environment).ended;

async function exported(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ text: string; stderr: string }> {
  const { code, stdout, stderr } = await run(args, environment);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return { text: stdout, stderr };
}

/** The archive in a text, which fits its schema. */
function archiveIn(text: string): Har {
  const har: unknown = JSON.parse(text);
  const problems = harProblems(har);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return har as Har;
}

it('the schema of archives rejects an entry without its fields', () => {
  const text = JSON.stringify({ log: { version: '1.2', creator: { name: 'x', version: '1' }, entries: [{}] } });
  expect(() => archiveIn(text)).toThrow('startedDateTime');
});

describe('a workspace as a fixture', () => {
  const workspaces = () => [
    {
      name: 'checkout',
      profile: 'observed' as const,
      processingDelay: 'PT4H',
      apiKeys: KEYS.map((key) => ({ key: key.replace('${', '$${') })),
      segments: [
        { id: 'vip', size: 40_000, description: `made with ${KEYS[0]}`, campaigns: [{ on: '2024-02-01', lift: 0.3 }] },
        { id: 'half', subsetOf: { segment: 'vip', share: 0.5 } },
        { id: 'off', analyticsTrackingEnabled: false },
        { id: 'recorded', points: { '2024-02-20': 7 }, gaps: 'omit' as const },
      ],
      faults: [{ trigger: { segmentId: 'never' }, effect: { status: 500 } }],
    },
  ];

  it('loads unchanged and answers the same series, without its keys', async () => {
    const theirs = await startTestServer({ clock: CLOCK, workspaces: workspaces() });
    await theirs.control('PATCH', '/workspaces/checkout/segments/off', { analyticsTrackingEnabled: true });
    const out = join(temporaryFolder(), 'checkout.json');
    const { stderr } = await exported(['--to', 'fixture', '--url', theirs.url, '--out', out]);
    expect(stderr).toContain('without its API keys (2)');
    const text = readFileSync(out, 'utf8');
    for (const key of KEYS) for (const part of [key, key.slice(0, 8)]) expect(text).not.toContain(part);
    const [workspace] = loadFixtures(out);
    expect(workspace?.apiKeys).toBeUndefined();
    const ours = await startTestServer({ workspaces: [{ ...workspace!, apiKeys: [{ key: API_KEY }] }] });
    for (const id of ['vip', 'half', 'off', 'recorded']) {
      const path = `/segments/data_series?segment_id=${id}&length=60`;
      const [before, after] = await Promise.all([
        get(theirs.url + path, bearer(KEYS[0]!)),
        get(ours.url + path, bearer(API_KEY)),
      ]);
      expect([id, after.status, after.text]).toEqual([id, 200, before.text]);
    }
  });

  it('is that of --workspace, otherwise default, otherwise the first; an unknown one lists the known', async () => {
    const one = await startTestServer({ workspaces: [{ name: 'a' }, { name: 'default' }] });
    const other = await startTestServer({ workspaces: [{ name: 'b' }, { name: 'c' }] });
    const nameAt = async (url: string, ...args: string[]) =>
      (
        JSON.parse((await exported(['--to', 'fixture', '--url', url, ...args])).text) as {
          workspaces: { name: string }[];
        }
      ).workspaces[0]?.name;
    expect([await nameAt(one.url), await nameAt(other.url), await nameAt(other.url, '--workspace', 'c')]).toEqual([
      'default',
      'b',
      'c',
    ]);
    expect(await run(['--to', 'fixture', '--url', other.url, '--workspace', 'd'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: unknown workspace "d"; known: b, c\n',
    });
  });

  it('names the seed if it is not the default', async () => {
    const server = await startTestServer({ seed: 'my own' });
    expect((await exported(['--to', 'fixture', '--url', server.url])).stderr).toContain('--seed "my own"');
    const usual = await startTestServer();
    expect((await exported(['--to', 'fixture', '--url', usual.url])).stderr).not.toContain('--seed');
  });

  it('of a mock with a token takes BRAZE_MOCK_CONTROL_TOKEN', async () => {
    const { url } = await startTestServer({ controlToken: 'open-sesame' });
    const args = ['--to', 'fixture', '--url', url];
    await exported(args, { BRAZE_MOCK_CONTROL_TOKEN: 'open-sesame' });
    for (const environment of [{}, { BRAZE_MOCK_CONTROL_TOKEN: 'wrong' }])
      expect(await run(args, environment)).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: ${url} expects its --control-token in BRAZE_MOCK_CONTROL_TOKEN\n`,
      });
  });
});

describe('a journal as an archive', () => {
  it('has every request of the workspace, oldest first, as HAR 1.2 and without a part of a key', async () => {
    const key = KEYS[0]!;
    const server = await startTestServer({
      clock: CLOCK,
      workspaces: [{ name: 'default', apiKeys: [{ key }], segments: [{ id: 'a b/c' }] }],
    });
    const targets = [
      '/segments/data_series?segment_id=a%20b/c&length=7&length=8',
      `/segments/list?api_key=${key}&page=0`,
      `/segments/list/${key}`,
      '/segments/data_series?segment_id=none&length=7',
    ];
    for (const target of targets) await get(server.url + target, bearer(key));
    const { text } = await exported(['--to', 'har', '--url', `${server.url}/`]);
    for (let length = 4; length <= key.length; length++) expect(text).not.toContain(key.slice(0, length));
    const { log } = archiveIn(text);
    expect(log.creator.name).toBe('braze-segments-mock');
    expect(log.entries.map(({ request: { method, url } }) => [method, url.slice(server.url.length)])).toEqual([
      ['GET', '/segments/data_series?segment_id=a+b%2Fc&length=7&length=8'],
      ['GET', '/segments/list?api_key=REPLACED-KEY&page=0'],
      ['GET', '/segments/list/REPLACED-KEY'],
      ['GET', '/segments/data_series?segment_id=none&length=7'],
    ]);
    expect(log.entries.map(({ response }) => [response.status, response.statusText])).toEqual([
      [400, 'Bad Request'],
      [200, 'OK'],
      [404, 'Not Found'],
      [404, 'Not Found'],
    ]);
    const [first] = log.entries;
    expect(first?.startedDateTime).toBe('2024-03-01T09:00:00.000Z');
    expect(first?.request.queryString).toEqual([
      { name: 'segment_id', value: 'a b/c' },
      { name: 'length', value: '7' },
      { name: 'length', value: '8' },
    ]);
    expect(first?.request.headers).toContainEqual({ name: 'authorization', value: 'Bearer REPLACED-KEY' });
    expect(first?.time).toBe(first?.timings.wait);
    expect(first?.comment).toMatch(/^parameter_\w+/);
  });

  it('of a workspace without requests is empty', async () => {
    const { url } = await startTestServer();
    expect(archiveIn((await exported(['--to', 'har', '--url', url])).text).log.entries).toEqual([]);
  });
});

describe('exchanges as an archive', () => {
  it('has the committed exchanges with what was sent and recorded', async () => {
    const { text, stderr } = await exported(['--to', 'har', '--exchanges', 'fixtures/exchanges']);
    const { log } = archiveIn(text);
    expect(
      log.entries.map(({ startedDateTime, request, response, comment }) => [
        startedDateTime.slice(0, 10),
        request.url.replace(/\?.*/, ''),
        response.status,
        comment,
      ]),
    ).toMatchInlineSnapshot(`
      [
        [
          "2020-06-17",
          "http://127.0.0.1:27293/email/hard_bounces",
          200,
          "sibling",
        ],
        [
          "2020-06-17",
          "http://127.0.0.1:27293/canvas/details",
          400,
          "sibling",
        ],
        [
          "2020-06-17",
          "http://127.0.0.1:27293/users/track",
          401,
          "sibling",
        ],
        [
          "2020-06-17",
          "http://127.0.0.1:27293/segments/list",
          200,
          "recorded",
        ],
      ]
    `);
    expect(stderr.split('\n').filter((line) => line.includes('left out')).length).toBe(2);
    const list = log.entries.find(({ request }) => request.url.includes('/segments/list'));
    const file = JSON.parse(readFileSync('fixtures/exchanges/list-of-segments.json', 'utf8')) as {
      recorded: { body: string };
    };
    expect(list?.response.content.text).toBe(file.recorded.body);
    expect(list?.response.content.size).toBe(Buffer.byteLength(file.recorded.body));
    expect(list?.response.headers).toContainEqual({ name: 'content-type', value: 'application/json' });
  });

  it('has handwritten exchanges, several in a file, and none of their secrets', async () => {
    const folder = temporaryFolder();
    const request = {
      method: 'GET',
      target: '/kpi/mau/data_series?length=7&api_key=s3cret-key',
      headers: { authorization: 'Bearer s3cret-key', cookie: 'id=s3cret' },
    };
    const one = {
      class: 'handwritten',
      recorded: { status: 200, headers: { 'set-cookie': 'id=s3cret' }, body: { message: 'success' } },
      replay: { request },
    };
    writeFileSync(join(folder, 'two.json'), JSON.stringify([one, { ...one, recorded: { status: 204 } }]));
    const { text } = await exported(['--to', 'har', '--exchanges', folder]);
    expect(text).not.toContain('s3cret');
    const { entries } = archiveIn(text).log;
    expect(entries.map(({ request: { url }, response: { status, content } }) => [url, status, content.text])).toEqual([
      ['http://127.0.0.1:27293/kpi/mau/data_series?length=7&api_key=REPLACED-KEY', 200, '{"message":"success"}'],
      ['http://127.0.0.1:27293/kpi/mau/data_series?length=7&api_key=REPLACED-KEY', 204, undefined],
    ]);
  });

  it('that were recorded have the URL of their host, whatever the case of their headers', async () => {
    const folder = temporaryFolder();
    const asked = { method: 'GET', endpoint: '/segments/list' };
    const provenance = {
      host: 'rest.fra-01.braze.eu',
      date: '2024-01-31T12:00:00Z',
      asked,
      kept: 'all',
      replaced: 'the key',
    };
    const recorded = { status: 301, headers: { 'Content-Type': 'text/html', Location: '/x' }, body: 'moved' };
    const request = { method: 'GET', target: '/segments/list', headers: { Authorization: 'Bearer REPLACED-KEY' } };
    writeFileSync(
      join(folder, 'a.json'),
      JSON.stringify({ class: 'recorded', provenance, recorded, replay: { request } }),
    );
    const [entry] = archiveIn((await exported(['--to', 'har', '--exchanges', folder])).text).log.entries;
    expect(entry?.request.url).toBe('https://rest.fra-01.braze.eu/segments/list');
    expect(entry?.startedDateTime).toBe('2024-01-31T12:00:00.000Z');
    writeFileSync(
      join(folder, 'b.json'),
      JSON.stringify({
        class: 'recorded',
        provenance: { ...provenance, host: '127.0.0.1:8080' },
        recorded,
        replay: { request },
      }),
    );
    const { entries } = archiveIn((await exported(['--to', 'har', '--exchanges', folder])).text).log;
    expect(entries.map(({ request: { url } }) => url)).toContain('http://127.0.0.1:8080/segments/list');
    expect(entry?.response).toMatchObject({
      redirectURL: '/x',
      content: { mimeType: 'text/html', size: 5, text: 'moved' },
    });
  });

  it('are missing in a folder of workspaces', async () => {
    const { code, stderr } = await run(['--to', 'har', '--exchanges', 'fixtures/workspaces']);
    expect([code, stderr]).toEqual([2, 'error: --exchanges: found no exchange in fixtures/workspaces, expected one\n']);
  });

  it('are refused with file and place', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), '{"class":"handwritten","recorded":{"status":"200"}}');
    writeFileSync(join(folder, 'b.json'), '{');
    const { code, stdout, stderr } = await run(['--to', 'har', '--exchanges', folder]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/a\.json: \$\.recorded\.status: found "200"/);
    expect(stderr).toMatch(/b\.json: \$: found broken JSON/);
  });
});

it('the schema is that of fixture files, with its id', async () => {
  const { text } = await exported(['--to', 'schema']);
  expect(JSON.parse(text)).toEqual(fixtureSchema());
  expect(JSON.parse(text)).toHaveProperty('$id');
});

describe('the command', () => {
  it.each<[string, string[], RegExp]>([
    ['without --to', [], /--to: found nothing, expected/],
    ['to an unknown format', ['--to', 'pcap'], /--to: found "pcap", expected/],
    ['a fixture without a source', ['--to', 'fixture'], /--to fixture: found no source, expected --url; see --help/],
    ['an archive without a source', ['--to', 'har'], /--to har: found no source, expected --url or --exchanges/],
    [
      'an archive of two sources',
      ['--to', 'har', '--url', 'http://x', '--exchanges', 'y'],
      /found --url and --exchanges, expected/,
    ],
    ['a fixture of exchanges', ['--to', 'fixture', '--exchanges', 'y'], /--exchanges: not used by --to fixture/],
    ['the schema of a mock', ['--to', 'schema', '--url', 'http://x'], /--url: not used by --to schema/],
    [
      'a workspace of exchanges',
      ['--to', 'har', '--exchanges', 'y', '--workspace', 'z'],
      /--workspace: only used with --url/,
    ],
    ['from a URL with a fragment', ['--to', 'har', '--url', 'http://x/#y'], /--url: found/],
    ['from no folder', ['--to', 'har', '--exchanges', '/nowhere'], /\/nowhere: cannot be read as fixtures: ENOENT/],
    ['onto an existing file', ['--to', 'schema', '--out', 'package.json'], /package\.json, which exists/],
  ])('%s is wrong usage', async (_how, args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it.each<[string, Parameters<typeof httpServer>[0], RegExp]>([
    [
      'another web server',
      (_, reply) => reply.end('<html>'),
      /is not a mock of this version: GET \/__mock\/version was answered 200: <html>/,
    ],
    [
      'another API',
      (_, reply) => reply.writeHead(404).end('{"detail":"x"}'),
      /is not a mock of this version: .* 404: {"detail":"x"}/,
    ],
    ['a server that closes the connection', (request) => request.destroy(), /cannot be reached/],
  ])('says so of %s', async (_what, answer, message) => {
    const { code, stdout, stderr } = await run(['--to', 'har', '--url', await httpServer(answer)]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('explains that a mock has no control API', async () => {
    const { url } = await startTestServer({ noControl: true });
    const { code, stderr } = await run(['--to', 'har', '--url', url]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/is not a mock of this version: .* was answered 404/)]);
  });

  it('does not print the token that a server echoes', async () => {
    const url = await httpServer((request, reply) => reply.writeHead(403).end(request.headers.authorization));
    const { stderr } = await run(['--to', 'har', '--url', url], { BRAZE_MOCK_CONTROL_TOKEN: 'open-sesame' });
    expect(stderr).toContain('was answered 403: Bearer REPLACED-KEY');
  });

  it('overwrites only with --force, and leaves no file when it fails', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in'));
    const out = join(folder, 'out.json');
    const url = await httpServer((_, reply) => reply.end('{}'));
    expect((await run(['--to', 'har', '--url', url, '--out', out])).code).toBe(1);
    expect(readdirSync(folder)).toEqual(['in']);
    writeFileSync(out, 'old');
    expect((await run(['--to', 'schema', '--out', out])).code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect((await run(['--to', 'schema', '--out', out, '--force'])).code).toBe(0);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toHaveProperty('$schema');
  });

  it('overwrites neither a folder nor a device, even with --force', async () => {
    const folder = temporaryFolder();
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    for (const [out, kind] of [
      [folder, 'a folder'],
      [socket, 'a socket'],
    ] as const) {
      const { code, stderr } = await run(['--to', 'schema', '--out', out, '--force']);
      expect([code, stderr]).toEqual([
        2,
        `error: --out: found ${out}, which is ${kind}, expected the path of a file\n`,
      ]);
    }
    expect([readdirSync(folder), statSync(socket).isSocket()]).toEqual([['socket'], true]);
  });

  it('overwrites the target of a symbolic link and keeps the link', async () => {
    const folder = temporaryFolder();
    const [file, link] = [join(folder, 'file.json'), join(folder, 'link.json')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await exported(['--to', 'schema', '--out', link, '--force']);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('$schema');
    expect(readdirSync(folder).toSorted()).toEqual(['file.json', 'link.json']);
  });

  it('has --help with examples', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: braze-segments-mock export .*--exchanges.*Exit codes: 0 .*Examples:\n {2}braze/s);
  });
});

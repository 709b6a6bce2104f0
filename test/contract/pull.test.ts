import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pull, type PullOptions } from '../../src/contract/pull.js';
import { Upstream } from '../../src/contract/upstream.js';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { loadFixtures } from '../support/load-fixtures.js';
import { command, commandInProcess, outcomeOf } from '../support/command.js';
import { httpServer, ioOf, temporaryFolder } from '../support/contract.js';
import { API_KEY, bearer, get, startTestServer, type TestServer } from '../support/server.js';

const CLOCK = '2024-03-01T09:00:00Z';
const KEY = '8f6ad2a1-5f0b-4f3c-9b1e-2d7c44a0e911';

const SEGMENTS: SegmentFixture[] = [
  {
    id: 'vip',
    name: 'VIP',
    tags: ['a'],
    teams: ['b'],
    description: 'd',
    textDescription: 't',
    createdAt: '2019-01-01',
  },
  { id: 'gaps', createdAt: '2020-01-01', missingDays: ['2024-03-01', '2024-02-01', '2023-06-30'] },
  { id: 'young', createdAt: '2024-02-20T12:00:00Z' },
  { id: 'off', analyticsTrackingEnabled: false },
  { id: 'hidden', listed: false },
  { id: 'empty', size: 0 },
];

async function brazeWith(workspace: Partial<WorkspaceFixture> = {}): Promise<TestServer> {
  const workspaces = [{ name: 'real', apiKeys: [{ key: KEY }], segments: SEGMENTS, ...workspace }];
  return startTestServer({ clock: CLOCK, workspaces });
}

/** Pulls with overrides, and returns the workspace that was written. */
async function pulled(from: string, options: Partial<PullOptions> = {}, io = ioOf({ BRAZE_API_KEY: KEY })) {
  const out = join(temporaryFolder(), 'fixture.json');
  const defaults = { days: 250, rename: false, scale: 1, seed: 'seed', maxRequests: 1000, dryRun: false, force: false };
  await pull({ from, ...defaults, out, ...options }, io);
  return { text: readFileSync(out, 'utf8'), workspace: loadFixtures(out)[0] as WorkspaceFixture, io };
}

const byId = ({ segments = [] }: WorkspaceFixture, id: string) => segments.find((one) => one.id === id);
const daysOf = (segment: SegmentFixture | undefined) => Object.keys(segment?.points ?? {});

describe.each(['documented', 'observed'] as const)('pull from a mock in the profile %s', (profile) => {
  it('writes a fixture whose replies are those of the server', async () => {
    const braze = await brazeWith({ profile });
    const { text, workspace } = await pulled(braze.url);
    expect(text).not.toContain(KEY.slice(0, 8));
    expect(workspace.segments?.map(({ id }) => id)).toEqual(['off', 'empty', 'vip', 'gaps', 'young']);
    const copy = await startTestServer({
      clock: CLOCK,
      seed: 'another',
      workspaces: [{ ...workspace, profile, apiKeys: [{ key: KEY }] }],
    });
    const targets = workspace.segments?.flatMap(({ id }) => [
      `/segments/details?segment_id=${id}`,
      ...['2024-03-01', '2023-12-10', '2023-08-10'].map(
        (day) => `/segments/data_series?segment_id=${id}&length=40&ending_at=${day}`,
      ),
    ]);
    for (const target of ['/segments/list', ...(targets ?? [])]) {
      const [theirs, ours] = await Promise.all([braze, copy].map(({ url }) => get(url + target, bearer(KEY))));
      expect([target, ours?.status, ours?.text]).toEqual([target, theirs?.status, theirs?.text]);
    }
  });

  it.each([1, 99, 100, 101, 250])('has exactly %i days, up to the newest of the server', async (days) => {
    const braze = await brazeWith({ profile });
    const { workspace } = await pulled(braze.url, { days });
    const recorded = daysOf(byId(workspace, 'vip'));
    expect(recorded.length).toBe(days);
    expect([recorded[0], recorded.at(-1)]).toEqual([
      new Date(Date.UTC(2024, 2, 1) - (days - 1) * 86_400_000).toISOString().slice(0, 10),
      '2024-03-01',
    ]);
  });
});

it('reads every page of a list, and adjacent windows of 100 days', async () => {
  const segments = Array.from({ length: 101 }, (_, index) => ({
    id: `s${index}`,
    analyticsTrackingEnabled: index === 100,
  }));
  const braze = await brazeWith({ segments, profile: 'observed' });
  const { workspace, io } = await pulled(braze.url, { days: 400 });
  expect(workspace.segments?.length).toBe(101);
  const { body } = await braze.control('GET', '/workspaces/real/requests?limit=1000');
  const { requests } = body as { requests: { path: string; query: Record<string, string> }[] };
  expect(requests.filter(({ path }) => path === '/segments/list').map(({ query }) => query['page'])).toEqual([
    '1',
    '0',
  ]);
  expect(requests.filter(({ path }) => path === '/segments/data_series').map(({ query }) => query)).toEqual([
    { segment_id: 's100', length: '100', ending_at: '2023-05-06T12:00:00Z' },
    { segment_id: 's100', length: '100', ending_at: '2023-08-14T12:00:00Z' },
    { segment_id: 's100', length: '100', ending_at: '2023-11-22T12:00:00Z' },
    { segment_id: 's100', length: '100' },
  ]);
  expect(io.told).toContain('101 segments of 400 days: at most 106 requests');
});

it('misses no day while the newest snapshot is still being processed', async () => {
  const braze = await brazeWith({ processingDelay: 'PT12H', segments: [{ id: 'late' }] });
  const { workspace } = await pulled(braze.url, { days: 150 });
  const days = daysOf(byId(workspace, 'late'));
  expect([days.length, days[0], days.at(-1)]).toEqual([150, '2023-10-03', '2024-02-29']);
  expect(byId(workspace, 'late')?.missingDays).toBeUndefined();
});

it('reads the segments that are named, listed or not', async () => {
  const { workspace } = await pulled((await brazeWith()).url, { segments: 'hidden, off,hidden', days: 5 });
  expect(workspace.segments?.map(({ id, analyticsTrackingEnabled }) => [id, analyticsTrackingEnabled])).toEqual([
    ['hidden', undefined],
    ['off', false],
  ]);
});

describe('a disguise', () => {
  it('has only neutral ids and names, and sizes that cannot be divided back', async () => {
    const braze = await brazeWith();
    const plain = await pulled(braze.url);
    const { text, workspace } = await pulled(braze.url, { rename: true, scale: 0.01, seed: 'mine' });
    expect(text).not.toMatch(/vip|VIP|gaps|young|"a"|"b"|"d"|"t"/);
    expect(workspace.segments?.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5].map((number) => `Segment ${number}`));
    const before = Object.values(byId(plain.workspace, 'vip')?.points ?? {}) as number[];
    const after = Object.values(workspace.segments?.[2]?.points ?? {}) as number[];
    expect(after.length).toBe(before.length);
    const ratios = after.map((size, index) => size / before[index]!);
    expect(Math.min(...ratios)).toBeGreaterThan(0.009);
    expect(Math.max(...ratios)).toBeLessThan(0.011);
    expect(new Set(ratios.map((ratio) => ratio.toFixed(4))).size).toBeGreaterThan(5);
  });

  it('depends only on the seed', async () => {
    const braze = await brazeWith();
    const [one, again, other] = await Promise.all(
      ['one', 'one', 'other'].map((seed) => pulled(braze.url, { jitter: 0.1, seed })),
    );
    expect(one?.text).toBe(again?.text);
    expect(one?.text).not.toBe(other?.text);
  });
});

describe('the rate limit', () => {
  const limited = (effect: object, times = 1) =>
    ({ faults: [{ trigger: { times }, effect }] }) as Partial<WorkspaceFixture>;

  it('waits as a 429 says: retry-after, otherwise until x-ratelimit-reset', async () => {
    const braze = await brazeWith(limited({ status: 429, headers: { 'retry-after': '17' } }));
    expect((await pulled(braze.url)).io.waits).toEqual([17_000]);
    const hourly = await brazeWith({ profile: 'observed', ...limited({ status: 429 }) });
    const io = ioOf({ BRAZE_API_KEY: KEY });
    io.now = () => Date.parse('2024-03-01T09:40:00Z');
    expect((await pulled(hourly.url, {}, io)).io.waits).toEqual([20 * 60_000]);
  });

  it('waits a growing time after a 503, and gives up after five', async () => {
    const braze = await brazeWith(limited({ status: 503 }, 2));
    expect((await pulled(braze.url)).io.waits).toEqual([1000, 2000]);
    const down = await brazeWith(limited({ status: 503 }, 5));
    await expect(pulled(down.url)).rejects.toThrow('GET /segments/list?page=0 was answered 503, 5 times');
  });

  it('refuses to wait for longer than an hour', async () => {
    const braze = await brazeWith(limited({ status: 429, headers: { 'retry-after': '999999999' } }));
    await expect(pulled(braze.url)).rejects.toThrow('the server asks to wait 999999999 s');
  });

  it('leaves a tenth of the quota unused', async () => {
    const braze = await brazeWith({ rateLimit: { capacity: 10, refillPerHour: 1 } });
    await expect(pulled(braze.url)).rejects.toThrow('stopped: 1 of 10 requests are left');
    const { body } = await braze.control('GET', '/workspaces/real/rate-limit');
    expect(body).toMatchObject({ remaining: 1 });
  });

  it('sends no more requests than allowed, and says so before it reads a segment', async () => {
    const braze = await brazeWith();
    await expect(pulled(braze.url, { maxRequests: 4 })).rejects.toThrow(
      '5 segments of 250 days: at most 21 requests, more than the 3 left of --max-requests 4',
    );
    const { body } = await braze.control('GET', '/workspaces/real/requests');
    expect((body as { requests: unknown[] }).requests.length).toBe(1);
  });
});

describe('an upstream that', () => {
  const JSON_HEAD = { 'content-type': 'application/json' };

  it.each<[string, Parameters<typeof httpServer>[0], RegExp]>([
    [
      'answers HTML',
      (_, reply) => reply.end('<html>Sign in</html>'),
      /something else than expected: \$: found "<html>Sign in/,
    ],
    [
      'answers other JSON',
      (_, reply) => reply.end('{"message":"success","segments":[{"id":7}]}'),
      /\$\.segments\[0\]\.id: found 7/,
    ],
    [
      'announces more than it sends',
      (_, reply) => {
        reply.writeHead(200, { ...JSON_HEAD, 'content-length': '100' }).write('{"message"', () => reply.destroy());
      },
      /ended its reply after 10 of 100 bytes/,
    ],
    ['closes the connection', (request) => request.destroy(), /cannot be reached/],
    [
      'echoes the key',
      (request, reply) => reply.writeHead(401).end(JSON.stringify({ message: `no: ${request.headers.authorization}` })),
      /answered 401: {"message":"no: Bearer REPLACED-KEY"}; is this the instance/,
    ],
    [
      'redirects to another host',
      (_, reply) => reply.writeHead(302, { location: 'https://elsewhere.example/x' }).end(),
      /redirects to https:\/\/elsewhere\.example; not followed/,
    ],
    ['redirects in a circle', (_, reply) => reply.writeHead(302, { location: '/again' }).end(), /in a circle/],
  ])('%s ends the command with a sentence', async (_what, answer, message) => {
    const error = await pulled(await httpServer(answer)).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.name).toBe('Failure');
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toContain(KEY.slice(0, 8));
  });

  it('redirects within itself is followed', async () => {
    const braze = await brazeWith();
    const url = await httpServer((request, reply) => {
      if (!request.url!.startsWith('/moved'))
        return void reply.writeHead(307, { location: `/moved${request.url}` }).end();
      void get(braze.url + request.url!.slice(6), bearer(KEY)).then(({ status, text }) =>
        reply.writeHead(status).end(text),
      );
    });
    expect((await pulled(url)).workspace.segments?.length).toBe(5);
  });

  it('is reached below the path of its base URL', async () => {
    const paths: string[] = [];
    const url = await httpServer((request, reply) => {
      paths.push(request.url ?? '');
      reply.end('{"message":"success","segments":[]}');
    });
    await pulled(`${url}/gateway/`);
    expect(paths).toEqual(['/gateway/segments/list?page=0']);
  });

  it('never answers, or never stops sending, is abandoned', async () => {
    const silent = await httpServer(() => undefined);
    const endless = await httpServer((_, reply) => void reply.end('x'.repeat(5000)));
    const bounded = (url: string, timeoutMs: number) =>
      new Upstream(url, new AbortController().signal, { timeoutMs, bytes: 4000 });
    await expect(bounded(silent, 20).get('/x', {})).rejects.toThrow(/did not answer \/x in 0.02 s/);
    await expect(bounded(endless, 60_000).get('/x', {})).rejects.toThrow(/more than 4000 bytes/);
  });

  it('does not speak HTTP is reported', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-x\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    await expect(pulled(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toThrow(/broken HTTP/);
  });

  it('has a certificate of an unknown CA is refused', async () => {
    const braze = await startTestServer({ tls: 'auto' });
    await expect(pulled(braze.httpsUrl!)).rejects.toThrow(/has a certificate that is not trusted.*NODE_EXTRA_CA_CERTS/);
  });

  it('is slow does not delay an interrupt', async () => {
    const controller = new AbortController();
    const url = await httpServer(() => controller.abort());
    await expect(pulled(url, {}, { ...ioOf(), signal: controller.signal })).rejects.toThrow('stopped before the end');
  });
});

describe('the command', () => {
  const environment = { BRAZE_API_KEY: KEY };

  it('prints only a fixture if there is no terminal', async () => {
    const { url } = await brazeWith();
    const { code, stdout, stderr } = await outcomeOfWhole(['pull', '--from', url, '--days', '3'], environment);
    expect([code, stderr]).toEqual([0, '']);
    expect((JSON.parse(stdout) as { workspaces: object[] }).workspaces.length).toBe(1);
  });

  it('takes fractions in --scale and --jitter', async () => {
    const { url } = await brazeWith();
    const args = ['pull', '--from', url, '--days', '2', '--scale', '0.01', '--jitter', '0.0'];
    const { code, stdout, stderr } = await outcomeOfWhole(args, environment);
    expect([code, stderr]).toEqual([0, '']);
    const plain = await outcomeOfWhole(args.slice(0, 5), environment);
    const pointsIn = (text: string) =>
      (
        JSON.parse(text) as { workspaces: { segments: { points?: Record<string, number> }[] }[] }
      ).workspaces[0]?.segments.flatMap(({ points = {} }) => Object.values(points));
    expect(pointsIn(stdout)).toEqual(pointsIn(plain.stdout)?.map((size) => Math.round(size * 0.01)));
  });

  it('prints its plan with --dry-run', async () => {
    const { url } = await brazeWith();
    const { stdout } = await outcomeOfWhole(['pull', '--from', url, '--dry-run'], environment);
    const plan = '5 segments of 365 days: at most 25 requests';
    expect(stdout).toBe(`${plan} after 1 of the list\n`);
    const args = ['pull', '--from', url, '--max-requests', '20'];
    const excess = ', more than the 19 left of --max-requests 20\n';
    const dry = await outcomeOfWhole([...args, '--dry-run'], environment);
    expect([dry.code, dry.stdout]).toEqual([0, `${plan} after 1 of the list${excess}`]);
    const refused = await outcomeOfWhole(args, environment);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([1, '', `error: ${plan}${excess}`]);
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['without --from', [], environment, /--from: found nothing, expected the http or https URL of a server/],
    ['with a URL that has credentials', ['--from', 'https://a:b@x.example'], environment, /--from: found/],
    [
      'with an unknown flag',
      ['--from', 'http://x', '--dayz', '3'],
      environment,
      /--dayz: found an unknown flag.*did you mean --days/,
    ],
    ['with an argument', ['--from', 'http://x', 'y'], environment, /y: found an unknown argument/],
    ['with days out of range', ['--from', 'http://x', '--days', '0'], environment, /--days: found "0"/],
    ['without a key', ['--from', 'http://x'], {}, /BRAZE_API_KEY: found nothing/],
    ['with a key that is no header', ['--from', 'http://x'], { BRAZE_API_KEY: 'sécrèt-key' }, /not an API key/],
    [
      'with an unreadable file of a key',
      ['--from', 'http://x', '--api-key-file', '/nowhere'],
      {},
      /--api-key-file: found ENOENT/,
    ],
    [
      'onto an existing file',
      ['--from', 'http://x', '--out', 'package.json'],
      environment,
      /--out: found package.json, which exists/,
    ],
  ])('%s is wrong usage', async (_how, args, variables, message) => {
    const { code, stdout, stderr } = await outcomeOfWhole(['pull', ...args], variables);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('sécrèt');
  });

  it('reads the key from a file, overwrites with --force, and leaves no temporary file', async () => {
    const { url } = await brazeWith();
    const folder = temporaryFolder();
    const [key, out] = [join(folder, 'key'), join(folder, 'out.json')];
    writeFileSync(key, `${KEY}\n`);
    writeFileSync(out, 'old');
    const args = ['pull', '--from', url, '--days', '2', '--api-key-file', key, '--out', out];
    expect((await outcomeOfWhole(args, {})).code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect((await outcomeOfWhole([...args, '--force'], {})).code).toBe(0);
    expect(loadFixtures(out)[0]?.segments?.length).toBe(5);
    expect(readdirSync(folder).toSorted()).toEqual(['key', 'out.json']);
  });

  it('leaves no file when it fails', async () => {
    const folder = temporaryFolder();
    const url = await httpServer((_, reply) => reply.writeHead(500).end('{}'));
    const { code } = await outcomeOfWhole(['pull', '--from', url, '--out', join(folder, 'x.json')], environment);
    expect([code, readdirSync(folder)]).toEqual([1, []]);
  });

  it.skipIf(!existsSync('/dev/full'))('reports that the disk of standard output is full', async () => {
    const { url } = await brazeWith();
    const script = `exec "$0" "$1" pull --from ${url} --days 2 > /dev/full`;
    const { ended } = command([], environment, ['sh', '-c', script, process.execPath, 'dist/cli.js']);
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('error: cannot write to standard output: ')]);
  });

  it('has --help with examples', async () => {
    const { code, stdout } = await outcomeOf(['pull', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: braze-segments-mock pull .*--max-requests.*Exit codes: 0 .*Examples:\n {2}braze/s);
  });

  it('has no flag for the key', async () => {
    const { code } = await outcomeOfWhole(['pull', '--from', 'http://x', '--api-key', API_KEY], {});
    expect(code).toBe(2);
  });
});

/** Unlike `outcomeOf`, lets the command run to its end. */
function outcomeOfWhole(args: string[], environment: Record<string, string>) {
  return commandInProcess(args, environment).ended;
}

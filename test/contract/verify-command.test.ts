import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Evidence } from '../../src/contract/verdicts.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { checker } from '../../src/schema/checker.js';
import { commandInProcess, outcomeOf } from '../support/command.js';
import { httpServer, ioOf, temporaryFolder } from '../support/contract.js';
import { serverBefore } from '../support/mutated.js';
import { startTestServer } from '../support/server.js';
import { brazeWith, CLOCK, KEY, verified } from '../support/verify.js';

const environment = { BRAZE_API_KEY: KEY };
const run = (...args: string[]) => commandInProcess(['verify', ...args], environment).ended;

/** Every prefix of the key that is long enough to be told from other text. */
const expectNoKey = (text: string) => expect(text.toLowerCase()).not.toContain(KEY.slice(0, 6).toLowerCase());

describe('the command verify', () => {
  it('prints a report, and its exit code says whether there is drift', async () => {
    const { url } = await startTestServer({ profile: 'observed' });
    const args = ['--against', url];
    const fine = await commandInProcess(['verify', ...args], { BRAZE_API_KEY: 'YOUR-REST-API-KEY' }).ended;
    expect([fine.code, fine.stderr]).toEqual([0, '']);
    expect(fine.stdout).toMatch(/^confirmed {5}row-bare-date: A row is/m);
    expect(fine.stdout).toMatch(/^not probed {4}failure-500: Other failures are 500 \(a failure cannot be provoked/m);
    expect(fine.stdout).toMatch(/, profile observed, 29 requests: \d+ confirmed, \d+ not probed, 0 contradicted\n$/);
    const drift = await commandInProcess(['verify', ...args, '--profile', 'documented'], {
      BRAZE_API_KEY: 'YOUR-REST-API-KEY',
    }).ended;
    expect(drift.code).toBe(1);
    expect(drift.stdout).toMatch(
      /^contradicted {2}message-first: .*\n {14}GET \/segments\/list \(list\): order: found message last, expected message first$/m,
    );
  });

  it.each(['documented', 'observed'] as const)('verifies the profile that fits, %s', async (profile) => {
    const { url } = await startTestServer({ profile });
    const ended = commandInProcess(['verify', '--against', url], { BRAZE_API_KEY: 'YOUR-REST-API-KEY' }).ended;
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining(`, profile ${profile}, `)]);
  });

  it('writes JUnit for CI servers', async () => {
    const braze = await brazeWith({ profile: 'observed' });
    const text = '<"&\u0001\n>';
    const url = await serverBefore(braze, CLOCK, (answer, { path }) => {
      if (path.includes('no_such')) answer.headers['content-type'] = 'text/html';
      if (answer.status === 400) answer.text = JSON.stringify({ message: text });
    });
    const { code, stdout } = await run('--against', url, '--format', 'junit');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="verify http:.*>\n<testsuite name="fidelity\.observed" /,
    );
    const cases = stdout.match(/<testcase /g)?.length;
    const [, tests, failures, skipped] = /tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"/.exec(stdout) ?? [];
    expect([cases, stdout.match(/<failure /g)?.length, stdout.match(/<skipped /g)?.length].map(String)).toEqual([
      tests,
      failures,
      skipped,
    ]);
    expect(stdout).toContain('&lt;&quot;&amp;');
    // eslint-disable-next-line no-control-regex
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\0-\x1f]/);
    const texts = stdout.replaceAll(/<\/?[a-z]+( [a-z]+="[^"<&]*(&(#\d+|[a-z]+);[^"<&]*)*")*\/?>|<\?.*\?>/g, '');
    expect(texts).not.toMatch(/[<>]|&(?!#\d+;|[a-z]+;)/);
  });

  it('writes JSON', async () => {
    const { contradicted, text } = await verified(await serverBefore(await brazeWith({ profile: 'observed' }), CLOCK));
    expect(contradicted).toEqual([]);
    const report = JSON.parse(text) as { profile: string; requests: number; rows: object[] };
    expect(report).toMatchObject({ profile: 'observed', requests: 30 });
    expect(report.rows[0]).toEqual({
      id: 'row-bare-date',
      behaviour: 'A row is `time`, a bare date, and `size`',
      verdict: 'confirmed',
    });
  });

  it.each<[string, string[], RegExp]>([
    ['without --against', [], /--against: found nothing, expected the http or https URL/],
    ['with an unknown profile', ['--against', 'http://x', '--profile', 'seen'], /--profile: found "seen"/],
    ['with an unknown format', ['--against', 'http://x', '--format', 'xml'], /--format: found "xml"/],
    [
      'with the name of a company as account',
      ['--against', 'http://x', '--account', 'A & B'],
      /--account: found "A & B"/,
    ],
    [
      'onto an existing file',
      ['--against', 'http://x', '--write', 'package.json'],
      /--write: found package.json, which exists/,
    ],
    ['with the key as a flag', ['--against', 'http://x', '--api-key', KEY], /--api-key/],
  ])('%s is wrong usage', async (_how, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('has --help with examples', async () => {
    const { code, stdout } = await outcomeOf(['verify', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: braze-segments-mock verify .*--account.*Exit codes: 0 .*Examples:\n {2}braze/s);
  });
});

describe('an upstream that', () => {
  const list = '{"segments":[],"message":"success"}';

  it.each<[string, Parameters<typeof httpServer>[0], RegExp]>([
    [
      'answers HTML',
      (_, reply) => reply.end('<html></html>'),
      /GET \/segments\/list of http:.* was answered 200 with HTML or XML; is this a REST host of Braze\?/,
    ],
    ['answers nothing', (_, reply) => reply.writeHead(404).end(), /was answered 404 with nothing/],
    [
      'rejects the key',
      (request, reply) => reply.writeHead(401).end(JSON.stringify({ message: request.headers.authorization })),
      /was answered 401 with {message: text}; is this the instance of the API key\?/,
    ],
    [
      'redirects to another host',
      (_, reply) => reply.writeHead(302, { location: 'https://elsewhere.example/x' }).end(),
      /redirects to https:\/\/elsewhere\.example; not followed/,
    ],
    ['closes the connection', (request) => request.destroy(), /cannot be reached/],
    [
      'announces more than it sends',
      (_, reply) => void reply.writeHead(200, { 'content-length': '100' }).write('{"segm', () => reply.destroy()),
      /ended its reply after 6 of 100 bytes/,
    ],
    [
      'is broken after its first reply',
      (request, reply) => (request.url === '/segments/list' ? reply.end(list) : reply.writeHead(503).end()),
      /was answered 503, 5 times/,
    ],
  ])('%s ends the command with a sentence', async (_what, answer, message) => {
    const error = await verified(await httpServer(answer)).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.name).toBe('Failure');
    expect(error?.message).toMatch(message);
    expectNoKey(error?.message ?? '');
  });

  it('has a certificate of an unknown CA is refused', async () => {
    const { httpsUrl } = await startTestServer({ tls: 'auto' });
    await expect(verified(httpsUrl ?? '')).rejects.toThrow(/has a certificate that is not trusted/);
  });

  it('is slow does not delay an interrupt', async () => {
    const controller = new AbortController();
    const url = await httpServer(() => controller.abort());
    const io = { ...ioOf(environment), signal: controller.signal };
    await expect(verified(url, {}, io)).rejects.toThrow('stopped before the end');
  });

  it.each(['off-1', 'no-such-id'])(
    'has no series of the named segment %s is not contradicted by that',
    async (segment) => {
      for (const profile of ['documented', 'observed'] as const) {
        const { url } = await brazeWith({ profile });
        await expect(verified(url, { profile, segment })).rejects.toThrow(
          new RegExp(`--segment ${segment} was answered 4\\d\\d; name one with analytics tracking`),
        );
      }
    },
  );

  it('leaves no file when it fails', async () => {
    const folder = temporaryFolder();
    const url = await httpServer((_, reply) => reply.end('<html></html>'));
    const { code, stdout, stderr } = await run('--against', url, '--write', join(folder, 'evidence.json'));
    expect([code, stdout, readdirSync(folder)]).toEqual([1, '', []]);
    expect(stderr).toMatch(/^error: GET \/segments\/list/);
  });
});

describe('the rate limit', () => {
  const observed = (workspace: Partial<WorkspaceFixture>) => brazeWith({ profile: 'observed', ...workspace });

  it('is waited for as a 429 says, and the answer after it counts', async () => {
    const fault = { trigger: { times: 2 }, effect: { status: 429, headers: { 'retry-after': '17' } } } as const;
    const { contradicted, io } = await verified(await serverBefore(await observed({ faults: [fault] }), CLOCK));
    expect(contradicted).toEqual([]);
    expect(io.waits).toEqual([17_000, 17_000]);
  });

  it('is not used up', async () => {
    const braze = await observed({ rateLimit: { capacity: 20 } });
    await expect(verified(braze.url)).rejects.toThrow('stopped: 2 of 20 requests are left');
    const { body } = await braze.control('GET', '/workspaces/real/rate-limit');
    expect(body).toMatchObject({ remaining: 2 });
  });
});

describe('evidence', () => {
  const check = checker(Evidence);
  const write = async (account?: string, force = false) => {
    const out = join(temporaryFolder(), 'evidence.json');
    const url = await serverBefore(await brazeWith({ profile: 'observed' }), CLOCK);
    const { text } = await verified(url, { write: out, force, ...(account !== undefined && { account }) });
    return { out, url, written: readFileSync(out, 'utf8'), report: text };
  };

  it('has the verdicts and the forms of replies, and fits its schema', async () => {
    const { written } = await write('staging-1');
    const content = JSON.parse(written) as Evidence;
    expect(check(content).ok).toBe(true);
    expect(content).toMatchObject({ account: 'staging-1', profile: 'observed' });
    expect(content.rows.find(({ id }) => id === 'etag-304')).toEqual({ id: 'etag-304', verdict: 'confirmed' });
    expect(content.replies.length).toBe(30);
    expect(content.replies[2]).toEqual({
      request: 'GET /segments/data_series?segment_id=SEGMENT&length=100 (newest)',
      status: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'max-age=0, private, must-revalidate',
        vary: 'origin, accept-encoding',
        etag: 'a weak etag of 32 hex digits',
        'x-request-id': 'a UUID',
        'x-runtime': 'seconds with decimals',
        'x-ratelimit-limit': 'an integer',
        'x-ratelimit-remaining': 'an integer',
        'x-ratelimit-reset': 'an integer',
      },
      body: '{message: text, data: [{time: YYYY-MM-DD, size: whole number}]}',
    });
  });

  it('has no key, id, name, size, date of the account and host', async () => {
    const { written, url, report } = await write();
    expectNoKey(written + report);
    for (const secret of ['a2c1', 'off-1', 'third', 'VIP', 'Oslo', 'secret plan', '2024-01-', new URL(url).host])
      expect(written).not.toContain(secret);
    expect(written.replaceAll(/"account": "[\da-f]{16}"|"date": "[\d-]{10}"/g, '')).not.toMatch(/\d{4}-\d{2}|\d{5}/);
  });

  it('identifies an account by a hash that is stable and differs by host and key', async () => {
    const url = await serverBefore(await brazeWith({ profile: 'observed' }), CLOCK);
    const folder = temporaryFolder();
    const accountOf = async (name: string) => {
      await verified(url, { write: join(folder, name) });
      return (JSON.parse(readFileSync(join(folder, name), 'utf8')) as Evidence).account;
    };
    const other = await write();
    const [one, again] = [await accountOf('one.json'), await accountOf('again.json')];
    expect(one).toBe(again);
    expect((JSON.parse(other.written) as Evidence).account).not.toBe(one);
  });

  it('overwrites only with --force, and leaves no temporary file', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'evidence.json');
    writeFileSync(out, 'old');
    const url = await serverBefore(await brazeWith({ profile: 'observed' }), CLOCK);
    expect((await run('--against', url, '--write', out)).code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect((await run('--against', url, '--write', out, '--force')).code).toBe(0);
    expect(check(JSON.parse(readFileSync(out, 'utf8'))).ok).toBe(true);
    expect(readdirSync(folder)).toEqual(['evidence.json']);
  });

  it('is written even if there is drift', async () => {
    const out = join(temporaryFolder(), 'evidence.json');
    const url = await serverBefore(await brazeWith({ profile: 'documented' }), CLOCK);
    expect((await run('--against', url, '--profile', 'observed', '--write', out)).code).toBe(1);
    const { rows } = JSON.parse(readFileSync(out, 'utf8')) as Evidence;
    expect(rows.find(({ id }) => id === 'etag-304')).toEqual({
      id: 'etag-304',
      verdict: 'contradicted',
      drift: [
        'GET /segments/data_series?segment_id=SEGMENT&length=6&ending_at=DATET12:00:00Z (conditional): status: found 200, expected 304',
      ],
    });
  });
});

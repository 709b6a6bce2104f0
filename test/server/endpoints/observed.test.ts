import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { bearer, startTestServer, type TestServer, type TestServerOptions } from '../../support/server.js';
import { AUTHORIZATION, bytesOf, CLOSE, HOST, replyTo, type WireReply } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';
import { handClock } from '../../support/clock.js';

const CLOCK = '2024-01-31T12:34:56Z';
const NEXT_HOUR = String(Date.parse('2024-01-31T13:00:00Z') / 1000);
const SEGMENTS: SegmentFixture[] = [
  { id: 'a', gaps: 'omit', points: { '2024-01-29': 7, '2024-01-31': 9 } },
  { id: 'dark', analyticsTrackingEnabled: false },
];
const KEYS = [{ key: 'YOUR-REST-API-KEY' }, { key: 'NONE', permissions: [] }];

function start(options: TestServerOptions = {}): Promise<TestServer> {
  const workspaces = [{ name: 'w', instance: 'US-01' as const, apiKeys: KEYS, segments: SEGMENTS }];
  return startTestServer({ profile: 'observed', clock: CLOCK, workspaces, ...options });
}

const series = (query: string) => `/segments/data_series?${query}`;
const THREE = 'segment_id=a&length=3';
const BODY =
  '{"data":[{"time":"2024-01-29","size":7},{"time":"2024-01-30","size":0},{"time":"2024-01-31","size":9}],"message":"success"}';
const UNKNOWN_ID = '{"message":"segment_id must be a string of the segment api identifier"}';

const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;
/** Those of every reply; `date` and the two after it belong to the hop. */
const ALWAYS = {
  'content-type': 'application/json',
  vary: 'Origin,Accept-Encoding',
  'x-request-id': text(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
  'x-runtime': text(/^\d+\.\d{6}$/),
  date: text(/GMT$/),
  connection: 'close',
  'content-length': text(/^\d+$/),
};
const cached = { 'cache-control': 'max-age=0, private, must-revalidate', etag: text(/^W\/"[\da-f]{32}"$/) };
const uncached = { 'cache-control': 'no-cache' };
const limit = (remaining: number, capacity = 250_000) => ({
  'x-ratelimit-limit': String(capacity),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': NEXT_HOUR,
});
const EMPTY = { 'x-ratelimit-limit': '', 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '' };

async function ask(server: TestServer, target: string, ...headers: string[]): Promise<WireReply> {
  return replyTo(server.url, { target, headers: [HOST, CLOSE, ...headers] });
}

describe('a reply', () => {
  it('to a valid request matches byte for byte, with these headers and no others', async () => {
    expect(await ask(await start(), series(THREE), AUTHORIZATION)).toEqual({
      status: 200,
      headers: { ...ALWAYS, ...cached, ...limit(249_999) },
      text: BODY,
    });
  });

  it.each([
    [series('segment_id=a&length=1'), '{"data":[{"time":"2024-01-31","size":9}],"message":"success"}'],
    [
      series('segment_id=a&length=1&ending_at=2024-01-31'),
      '{"data":[{"time":"2024-01-30","size":0}],"message":"success"}',
    ],
    [
      series('segment_id=a&length=2&ending_at=2024-01-30T00:00:01Z'),
      '{"data":[{"time":"2024-01-29","size":7},{"time":"2024-01-30","size":0}],"message":"success"}',
    ],
  ])('to %s is %s', async (target, body) => {
    expect(await ask(await start(), target, AUTHORIZATION)).toMatchObject({ status: 200, text: body });
  });

  it.each([
    [series('segment_id=nobody&length=1'), 400, UNKNOWN_ID],
    [series('length=1'), 400, UNKNOWN_ID],
    [series(`segment_id=${'x'.repeat(257)}&length=1`), 400, UNKNOWN_ID],
    ['/segments/details?segment_id=nobody', 400, UNKNOWN_ID],
    [
      series('segment_id=a&length=101'),
      400,
      '{"message":"length must be a whole number from 1 to 100; found \\"101\\""}',
    ],
    [
      series('segment_id=a&length=1&ending_at=2024-02-01'),
      400,
      '{"message":"ending_at must not be later than now, 2024-01-31T12:34:56.000Z"}',
    ],
    [series('segment_id=dark&length=1'), 422, '{"message":"Analytics tracking is not enabled for this segment"}'],
  ])('to %s is %d %s, and costs a token', async (target, status, body) => {
    expect(await ask(await start(), target, AUTHORIZATION)).toEqual({
      status,
      headers: { ...ALWAYS, ...uncached, ...limit(249_999) },
      text: body,
    });
  });

  // The evidence has this reply as inferred: nobody recorded a request without the header.
  it('without an Authorization header is the 401 of an unknown key, without the key', async () => {
    expect(await ask(await start(), series(THREE))).toEqual({
      status: 401,
      headers: { ...ALWAYS, ...uncached, ...EMPTY },
      text: '{"message":"Invalid API key: "}',
    });
  });

  it.each([
    ['with a header that is no bearer', ['Authorization: Basic abc'], ''],
    ['with a key that nobody has', ['Authorization: Bearer no-such"key'], 'no-such"key'],
  ])('%s is a 401 with empty rate-limit headers', async (_how, headers, key) => {
    expect(await ask(await start(), series(THREE), ...headers)).toEqual({
      status: 401,
      headers: { ...ALWAYS, ...uncached, ...EMPTY },
      text: JSON.stringify({ message: `Invalid API key: ${key}` }),
    });
  });

  it('to a key of another instance is a 401 like the others', async () => {
    const server = await start();
    const headers = ['Host: rest.fra-01.braze.eu', AUTHORIZATION, CLOSE];
    expect(await replyTo(server.url, { target: series(THREE), headers })).toEqual({
      status: 401,
      headers: { ...ALWAYS, ...uncached, ...EMPTY },
      text: '{"message":"Invalid API key: YOUR-REST-API-KEY"}',
    });
  });

  it('to a key without the permission is a 403 and costs no token', async () => {
    expect(await ask(await start(), series(THREE), 'Authorization: Bearer NONE')).toEqual({
      status: 403,
      headers: { ...ALWAYS, ...uncached, ...limit(250_000) },
      text: '{"message":"You do not have permission to access this resource"}',
    });
  });

  it.each([
    ['/campaigns/details', ''],
    ['/segments', ''],
    ['/', '; to look at the mock, open /__mock/ui in a browser'],
  ])('to the path %s is a plain 404 that lists the endpoints%s', async (path, more) => {
    const reply = await ask(await start(), path, AUTHORIZATION);
    expect(reply).toEqual({
      status: 404,
      headers: { ...ALWAYS, ...uncached },
      text: text(
        new RegExp(`^\\{"message":"[^"]*imitates only /segments/data_series[^"]*, /campaigns/list${more}"\\}$`),
      ),
    });
  });

  it('to a method other than GET and HEAD is a plain 405', async () => {
    const server = await start();
    const reply = await replyTo(server.url, { method: 'POST', target: series(THREE), headers: [HOST, CLOSE] });
    expect(reply).toMatchObject({ status: 405, headers: { ...ALWAYS, allow: 'GET, HEAD' } });
    expect(JSON.parse(reply.text)).toEqual({ message: text(/GET, HEAD/) });
  });

  it('to malformed HTTP is plain as well', async () => {
    const reply = await replyTo((await start()).url, 'GET / HTTP/9.9\r\n\r\n');
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toEqual({ message: text(/\S/) });
  });

  it('to HEAD has the headers of GET only', async () => {
    const head = await exchangeBytes((await start()).url, bytesOf({ method: 'HEAD', target: series(THREE) }));
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain(`content-length: ${BODY.length}\r\n`);
    expect(head).toMatch(/\r\netag: W\/"[\da-f]{32}"\r\n/);
    expect(head.split('\r\n\r\n')[1]).toBe('');
  });

  it('has no rate-limit headers if the limit is off', async () => {
    const { headers } = await ask(await start({ rateLimit: 'off' }), series(THREE), AUTHORIZATION);
    expect(headers).toEqual({ ...ALWAYS, ...cached });
  });
});

describe('If-None-Match', () => {
  it.each([
    ['the etag', (etag: string) => etag, 304],
    ['the etag without W/', (etag: string) => etag.slice(2), 304],
    ['one of several', (etag: string) => `"x", ${etag}`, 304],
    ['one of several, with spaces', (etag: string) => `  "x"  ,  ${etag}  ,`, 304],
    ['*', () => '*', 304],
    ['another etag', () => 'W/"99914b932bd37a50b983c5e7c90ae93b"', 200],
  ])('with %s is answered', async (_what, sent, status) => {
    const server = await start();
    const { etag = '' } = (await ask(server, series(THREE), AUTHORIZATION)).headers;
    const reply = await ask(server, series(THREE), AUTHORIZATION, `If-None-Match: ${sent(etag)}`);
    expect(reply).toMatchObject({
      status,
      headers: { ...cached, etag, vary: ALWAYS.vary, ...limit(249_998) },
      text: status === 304 ? '' : BODY,
    });
  });

  it('does not turn an error into a 304', async () => {
    const reply = await ask(await start(), series('segment_id=a'), AUTHORIZATION, 'If-None-Match: *');
    expect(reply.status).toBe(400);
  });

  it('is ignored in the profile documented, which has no etag', async () => {
    const server = await start({ profile: 'documented' });
    expect((await ask(server, series(THREE), AUTHORIZATION, 'If-None-Match: *')).status).toBe(200);
  });
});

it('limits requests by the clock hour, without retry-after', async () => {
  const clock = handClock('2024-01-31T12:34:56Z');
  const { clock: _frozen, ...options } = { clock: CLOCK, rateLimit: 2, baseClock: clock };
  const workspaces = [{ name: 'w', apiKeys: KEYS, segments: SEGMENTS }];
  const server = await startTestServer({ profile: 'observed', workspaces, ...options });
  const get = () => server.get(series(THREE), bearer('YOUR-REST-API-KEY'));
  expect([(await get()).status, (await get()).status]).toEqual([200, 200]);
  clock.pass(25 * 60_000);
  const refused = await ask(server, series(THREE), AUTHORIZATION);
  expect(refused).toEqual({
    status: 429,
    headers: { ...ALWAYS, ...uncached, ...limit(0, 2) },
    text: text(/^\{"message":"[^"]+"\}$/),
  });
  clock.pass(4_000);
  expect((await get()).headers['x-ratelimit-remaining']).toBe('1');
});

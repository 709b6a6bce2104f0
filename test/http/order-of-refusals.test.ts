import { expect, test } from 'vitest';
import { LIMITS } from '../../src/http/limits.js';
import { parseInstant } from '../../src/series/calendar.js';
import type { WorkspaceFixture } from '../../src/workspaces/fixture.js';
import { startTestServer } from '../support/server.js';
import { bytesOf, CLOSE, expectRefusal, HOST, replyTo } from '../support/wire.js';

const TOKENS = 5;
const WORKSPACE: WorkspaceFixture = {
  name: 'staging',
  instance: 'US-01',
  rateLimit: { capacity: TOKENS, refillPerHour: TOKENS },
  apiKeys: [{ key: 'KEY' }, { key: 'KEY-WITHOUT-PERMISSIONS', permissions: [] }],
  segments: [{ id: 'tracked' }, { id: 'untracked', analyticsTrackingEnabled: false }],
  faults: [{ trigger: { segmentId: 'faulty' }, effect: { status: 503 } }],
};

const FOREIGN_HOST = 'Host: rest.fra-01.braze.com';
const TOO_LONG = 'a'.repeat(LIMITS.url);

/** What is wrong with the request. Each step mends one thing and leaves the rest as it is. */
const WRONG_IN_EVERY_WAY = {
  hour: 0,
  method: 'POST',
  path: '/segments/data_serie',
  query: `?segment_id=faulty&segment_id=&length=0&ending_at=&limit=1&%ff=${TOO_LONG}`,
  host: [] as string[],
  authorization: [] as string[],
  body: [`Content-Length: ${LIMITS.body + 1}`],
};
type Request = typeof WRONG_IN_EVERY_WAY;

const PARAMETERS = '?segment_id=faulty&segment_id=&length=0&ending_at=&limit=1';
const STEPS: [mended: string, mend: Partial<Request>, status: number, ...codes: string[]][] = [
  ['nothing yet', {}, 400, 'http_malformed'],
  ['names a host', { host: [FOREIGN_HOST] }, 414, 'uri_too_long'],
  ['is shorter', { query: `${PARAMETERS}&%ff` }, 400, 'query_malformed'],
  ['has a query that can be decoded', { query: PARAMETERS }, 413, 'body_too_large'],
  ['has no body', { body: [] }, 404, 'not_found'],
  ['has a known path', { path: '/segments/data_series' }, 405, 'method_not_allowed'],
  ['is a GET', { method: 'GET' }, 401, 'api_key_missing'],
  ['has a key', { authorization: ['Authorization: Bearer UNKNOWN'] }, 401, 'api_key_invalid'],
  ['has a known key', { authorization: ['Authorization: Bearer KEY-WITHOUT-PERMISSIONS'] }, 401, 'api_key_invalid'],
  ["names its workspace's instance", { host: ['Host: rest.iad-01.braze.com'] }, 403, 'permission_denied'],
  ['has a key with the permission', { authorization: ['Authorization: Bearer KEY'] }, 429, 'rate_limited'],
  ['comes when there are tokens again', { hour: 1 }, 503, 'service_unavailable'],
  [
    'names a segment without a fault',
    { query: '?segment_id=unknown&segment_id=&length=0&ending_at=&limit=1' },
    400,
    'length_invalid',
    'ending_at_invalid',
    'parameter_repeated',
    'parameter_unknown',
  ],
  ['has good parameters', { query: '?segment_id=unknown&length=1' }, 404, 'segment_not_found'],
  ['names a known segment', { query: '?segment_id=untracked&length=1' }, 422, 'analytics_not_enabled'],
];

test('a request wrong in every way is refused for one thing after another, in the order of the contract', async () => {
  let now = parseInstant('2024-01-31T12:00:00Z') as number;
  const started = now;
  const server = await startTestServer({
    workspaces: [WORKSPACE],
    driver: { now: () => now, frozen: false, scale: 1 },
    strictParameters: true,
  });
  for (let spent = 0; spent < TOKENS; spent++)
    await server.get('/segments/data_series', { authorization: 'Bearer KEY' });

  const request = { ...WRONG_IN_EVERY_WAY };
  for (const [mended, mend, status, ...codes] of STEPS) {
    Object.assign(request, mend);
    now = started + request.hour * 3_600_000;
    const reply = await replyTo(server.url, toBytes(request));
    expect({ mended, status: reply.status }).toEqual({ mended, status });
    expectRefusal(reply, status, ...codes);
  }
  const reply = await replyTo(server.url, toBytes({ ...request, host: [HOST], query: '?segment_id=tracked&length=1' }));
  expect(reply.status).toBe(200);
});

function toBytes({ method, path, query, host, authorization, body }: Request): string {
  return bytesOf({ method, target: path + query, headers: [...host, ...authorization, ...body, CLOSE] });
}

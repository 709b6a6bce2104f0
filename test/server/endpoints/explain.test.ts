import { expect, it } from 'vitest';
import type { ExplainStep } from '../../../src/core/journal/entry.js';
import { API_KEY, startTestServer, type TestServer } from '../../support/server.js';
import { AUTHORIZATION, CLOSE, HOST, replyTo } from '../../support/wire.js';

const GOOD = '/segments/data_series?segment_id=segment_1234&length=1';
const NO_KEY = 'Authorization: Bearer KEY-WITHOUT-PERMISSIONS';
const FOREIGN = 'Host: rest.fra-01.braze.com';
const ORDER =
  'request path method authorization apiKey permission rateLimit fault parameters segment analytics window'.split(' ');

async function explained(
  server: TestServer,
  target: string,
  headers: string[],
  method = 'GET',
): Promise<ExplainStep[]> {
  await replyTo(server.url, { method, target, headers: [...headers, CLOSE] });
  for (const path of ['/workspaces/default/requests', '/requests']) {
    const { requests } = (await server.control('GET', path)).body as { requests: { explain: ExplainStep[] }[] };
    if (requests[0] !== undefined) return requests[0].explain;
  }
  throw new Error('the request is in no journal');
}

it('lists every check of a success, in order', async () => {
  const server = await startTestServer({ clock: '2024-01-31T12:00:00Z' });
  expect(await explained(server, GOOD, [HOST, AUTHORIZATION])).toEqual([
    { check: 'request', saw: `GET with a URL of ${GOOD.length} bytes`, decided: 'readable' },
    { check: 'path', saw: '/segments/data_series', decided: 'an endpoint' },
    { check: 'method', saw: 'GET', decided: 'answered there' },
    { check: 'authorization', saw: 'Bearer YOUR…', decided: 'carries an API key' },
    {
      check: 'apiKey',
      saw: `key YOUR… of ${API_KEY.length} characters; Host localhost, which names no instance`,
      decided: 'opens the workspace default',
    },
    {
      check: 'permission',
      saw: "the key's permissions: segments.data_series, segments.list, segments.details, campaigns.list",
      decided: 'has the one needed',
    },
    { check: 'rateLimit', saw: '249999 of 250000 left after this request', decided: 'took a token' },
    { check: 'fault', saw: '0 planned', decided: 'none struck' },
    { check: 'parameters', saw: 'segment_id=segment_1234, length=1', decided: 'all valid' },
    { check: 'segment', saw: 'segment_1234', decided: 'found' },
    { check: 'analytics', saw: 'segment_1234', decided: 'tracking is on' },
    { check: 'window', saw: '2024-01-31 to 2024-01-31, at 2024-01-31T12:00:00.000Z', decided: '1 day served' },
  ]);
});

it.each([
  ['request', '/segments/data_series?%ff', [HOST, AUTHORIZATION], '400 query_malformed', /URL of 25 bytes/],
  ['request', GOOD, [HOST, AUTHORIZATION, 'Content-Length: 9999999'], '413 body_too_large', /GET/],
  ['path', '/segments/data_serie', [HOST, AUTHORIZATION], '404 not_found', /^\/segments\/data_serie$/],
  ['authorization', GOOD, [HOST], '401 api_key_missing', /^no Authorization header$/],
  ['authorization', GOOD, [HOST, `Authorization: ${API_KEY}`], '401 api_key_missing', /not "Bearer <key>"/],
  [
    'apiKey',
    GOOD,
    [HOST, 'Authorization: Bearer your-rest-api-key'],
    '401 api_key_invalid',
    /^key your… of 17 characters/,
  ],
  ['apiKey', GOOD, [FOREIGN, AUTHORIZATION], '401 api_key_invalid', /Host rest\.fra-01\.braze\.com, which names EU-01/],
  ['permission', GOOD, [HOST, NO_KEY], '403 permission_denied', /^the key's permissions: none$/],
  ['parameters', '/segments/data_series?length=0', [HOST, AUTHORIZATION], '400 segment_id_required', /^length=0$/],
  ['segment', '/segments/data_series?segment_id=x&length=1', [HOST, AUTHORIZATION], '404 segment_not_found', /^x$/],
  [
    'analytics',
    '/segments/data_series?segment_id=segment_without_analytics&length=1',
    [HOST, AUTHORIZATION],
    '422 analytics_not_enabled',
    /^segment_without_analytics$/,
  ],
])('ends at the check %s of %s with %j: rejected with %s', async (check, target, headers, refused, saw) => {
  const steps = await explained(await startTestServer(), target, headers);
  expect(steps.map((step) => step.check)).toEqual(ORDER.slice(0, ORDER.indexOf(check) + 1));
  expect(steps.slice(0, -1).filter(({ decided }) => decided.startsWith('refused'))).toEqual([]);
  expect(steps.at(-1)).toMatchObject({
    saw: expect.stringMatching(saw) as string,
    decided: expect.stringMatching(new RegExp(`^refused with ${refused}: \\S`)) as string,
  });
});

it('names the right host for a key of another instance', async () => {
  const steps = await explained(await startTestServer(), GOOD, [FOREIGN, AUTHORIZATION]);
  expect(steps.at(-1)?.decided).toContain('it belongs to the instance US-01, whose host is rest.iad-01.braze.com');
  // The key is known, and meant.
  expect(steps.at(-1)?.decided).not.toContain('in another case');
});

it('ends at the method check', async () => {
  const steps = await explained(await startTestServer(), GOOD, [HOST, AUTHORIZATION], 'DELETE');
  expect(steps.at(-1)).toMatchObject({ check: 'method', saw: 'DELETE' });
  expect(steps.at(-1)?.decided).toMatch(/^refused with 405 method_not_allowed/);
});

it('lists every problem of the parameters', async () => {
  const steps = await explained(await startTestServer(), '/segments/data_series?length=0', [HOST, AUTHORIZATION]);
  expect(steps.at(-1)?.decided).toMatch(/400 segment_id_required: .*; refused with 400 length_invalid: .*found "0"/);
});

it.each([
  [{ remaining: 0 }, '0 of 250000 left after this request', /^refused with 429 rate_limited/],
  ['off', 'no limit', /^let through$/],
])('reports the state of the limit set to %j', async (limit, saw, decided) => {
  const server = await startTestServer({ clock: '2024-01-31' });
  await server.control('PUT', '/workspaces/default/rate-limit', limit);
  const steps = await explained(server, GOOD, [HOST, AUTHORIZATION]);
  const step = steps.find(({ check }) => check === 'rateLimit');
  expect(step).toEqual({ check: 'rateLimit', saw, decided: expect.stringMatching(decided) as string });
});

it.each([
  [{ status: 503 }, 'fault'],
  [{ status: 404 }, 'fault'],
  [{ delay: { kind: 'fixed', ms: 1 } }, 'window'],
  [{ data: 'extra_field' }, 'window'],
])('names the triggered fault %j, and continues to %s', async (effect, last) => {
  const server = await startTestServer();
  await server.control('POST', '/workspaces/default/faults', { effect });
  const steps = await explained(server, GOOD, [HOST, AUTHORIZATION]);
  expect(steps.at(-1)?.check).toBe(last);
  expect(steps.find(({ check }) => check === 'fault')).toEqual({
    check: 'fault',
    saw: '1 planned',
    decided: `fault-1 struck: ${JSON.stringify(effect)}`,
  });
});

it('reports an outcome forced by Prefer, and an ignored one', async () => {
  const preferred = await explained(await startTestServer(), GOOD, [HOST, AUTHORIZATION, 'Prefer: code=422']);
  expect(preferred.at(-1)).toEqual({
    check: 'fault',
    saw: 'Prefer: code=422; 0 planned',
    decided: expect.stringMatching(/^refused with 422 analytics_not_enabled: .* \(as preferred\)$/) as string,
  });
  const off = await explained(await startTestServer({ prefer: false }), GOOD, [
    HOST,
    AUTHORIZATION,
    'Prefer: code=422',
  ]);
  expect(off[7]).toEqual({
    check: 'fault',
    saw: 'Prefer: code=422 (ignored); 0 planned',
    decided: 'none struck',
  });
});

it("reports the segment's own fault", async () => {
  const target = '/segments/data_series?segment_id=segment_timeout&length=1';
  const steps = await explained(await startTestServer(), target, [HOST, AUTHORIZATION]);
  expect(steps.at(-1)?.decided).toBe('the segment\'s own fault struck: {"status":504}');
});

it.each([
  [API_KEY, 'the header is a known key, but "Bearer " is missing before it'],
  [`Basic ${API_KEY}`, 'found the scheme Basic'],
  [`Bearer "${API_KEY}"`, 'it is a known key without the characters around it'],
  [`Bearer ${API_KEY.toLowerCase()}`, 'in another case it is a key of the workspace default; keys are case-sensitive'],
])('suggests a fix for Authorization: %s', async (header, hint) => {
  const steps = await explained(await startTestServer(), GOOD, [HOST, `Authorization: ${header}`]);
  expect(steps.at(-1)?.decided).toMatch(/^refused with 401 .*; /);
  expect(steps.at(-1)?.decided.endsWith(`; ${hint}`)).toBe(true);
});

import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/server/transport/limits.js';
import { parseInstant } from '../../../src/core/time/calendar.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { startTestServer } from '../../support/server.js';
import { bytesOf, CLOSE, expectRefusal, HOST, replyTo } from '../../support/wire.js';

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

interface Request {
  hour: number;
  method: string;
  path: string;
  query: string;
  host: string[];
  authorization: string[];
  body: string[];
}
type Step = [corrected: string, correction: Partial<Request>, status: number, ...codes: string[]];

interface EndpointCase {
  path: string;
  /** Wrong in every way that the endpoint's parameters can be; it names the segment with the fault. */
  badQuery: string;
  badParameters: string[];
  /** The checks behind the parameters. */
  rest: Step[];
  goodQuery: string;
}

const BAD_PAGE = '?segment_id=faulty&page=-1&sort_direction=up&page=&limit=1';
const PAGE_CODES = ['sort_direction_invalid', 'parameter_repeated', 'parameter_unknown', 'parameter_unknown'];

const ENDPOINTS: EndpointCase[] = [
  {
    path: '/segments/data_series',
    badQuery: '?segment_id=faulty&segment_id=&length=0&ending_at=&limit=1',
    badParameters: ['length_invalid', 'ending_at_invalid', 'parameter_repeated', 'parameter_unknown'],
    rest: [
      ['has good parameters', { query: '?segment_id=unknown&length=1' }, 404, 'segment_not_found'],
      ['names a known segment', { query: '?segment_id=untracked&length=1' }, 422, 'analytics_not_enabled'],
    ],
    goodQuery: '?segment_id=tracked&length=1',
  },
  {
    path: '/segments/details',
    badQuery: '?segment_id=faulty&segment_id=&length=0',
    badParameters: ['parameter_repeated', 'parameter_unknown'],
    rest: [['has good parameters', { query: '?segment_id=unknown' }, 404, 'segment_not_found']],
    goodQuery: '?segment_id=untracked',
  },
  { path: '/segments/list', badQuery: BAD_PAGE, badParameters: PAGE_CODES, rest: [], goodQuery: '?page=7' },
  {
    path: '/campaigns/list',
    badQuery: `${BAD_PAGE}&include_archived=false&last_edit.time[gt]=2020-06-28T23:59:59`,
    badParameters: PAGE_CODES,
    rest: [],
    goodQuery: '?page=7&include_archived=true&sort_direction=desc&last_edit.time[gt]=2020-06-28T23:59:59-5:00',
  },
];

/** What is wrong with the request. Each step corrects one thing and leaves the rest as it is. */
function stepsOf({ path, badQuery, badParameters, rest }: EndpointCase): Step[] {
  return [
    ['nothing yet', {}, 400, 'http_malformed'],
    ['names a host', { host: [FOREIGN_HOST] }, 414, 'uri_too_long'],
    ['is shorter', { query: `${badQuery}&%ff` }, 400, 'query_malformed'],
    ['has a query that can be decoded', { query: badQuery }, 413, 'body_too_large'],
    ['has no body', { body: [] }, 404, 'not_found'],
    ['has a known path', { path }, 405, 'method_not_allowed'],
    ['is a GET', { method: 'GET' }, 401, 'api_key_missing'],
    ['has a key', { authorization: ['Authorization: Bearer UNKNOWN'] }, 401, 'api_key_invalid'],
    ['has a known key', { authorization: ['Authorization: Bearer KEY-WITHOUT-PERMISSIONS'] }, 401, 'api_key_invalid'],
    ["names its workspace's instance", { host: ['Host: rest.iad-01.braze.com'] }, 403, 'permission_denied'],
    ['has a key with the permission', { authorization: ['Authorization: Bearer KEY'] }, 429, 'rate_limited'],
    ['comes when there are tokens again', { hour: 1 }, 503, 'service_unavailable'],
    ['names a segment without a fault', { query: badQuery.replace('faulty', 'unknown') }, 400, ...badParameters],
    ...rest,
  ];
}

test.each(ENDPOINTS)(
  'a request for $path with every mistake is rejected in the order of the contract',
  async (given) => {
    let now = parseInstant('2024-01-31T12:00:00Z') as number;
    const started = now;
    const server = await startTestServer({
      workspaces: [WORKSPACE],
      baseClock: { now: () => now, frozen: false, scale: 1 },
      strictParameters: true,
    });
    for (let spent = 0; spent < TOKENS; spent++) await server.get(given.path, { authorization: 'Bearer KEY' });

    const request: Request = {
      hour: 0,
      method: 'POST',
      path: `${given.path}s`,
      query: `${given.badQuery}&%ff=${TOO_LONG}`,
      host: [],
      authorization: [],
      body: [`Content-Length: ${LIMITS.body + 1}`],
    };
    for (const [corrected, correction, status, ...codes] of stepsOf(given)) {
      Object.assign(request, correction);
      now = started + request.hour * 3_600_000;
      const reply = await replyTo(server.url, toBytes(request));
      expect({ corrected, status: reply.status }).toEqual({ corrected, status });
      expectRefusal(reply, status, ...codes);
    }
    const reply = await replyTo(server.url, toBytes({ ...request, host: [HOST], query: given.goodQuery }));
    expect(reply.status).toBe(200);
  },
);

function toBytes({ method, path, query, host, authorization, body }: Request): string {
  return bytesOf({ method, target: path + query, headers: [...host, ...authorization, ...body, CLOSE] });
}

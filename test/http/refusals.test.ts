import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/http/limits.js';
import { REFUSALS, type RefusalCode } from '../../src/refusals/refusals.js';
import { Mock } from '../../src/mock.js';
import { defaultSettings } from '../../src/settings.js';
import { BUILT_IN, loadFixtures } from '../../src/workspaces/load.js';
import {
  AUTHORIZATION,
  bytesOf,
  CLOSE,
  expectRefusal,
  HOST,
  replyTo,
  serve,
  type WireRequest,
} from '../support/wire.js';

const PATH = '/segments/data_series';
const BROKEN_SEGMENT = 'segment_9012';
const SECRET = 'the secret of our own failure';

function target(query: string): WireRequest {
  return { target: `${PATH}?${query}` };
}

/** A request for every code there is; a code without one is an error of types. */
const REQUESTS: Record<Exclude<RefusalCode, 'ending_at_in_future'>, WireRequest | string> = {
  http_malformed: 'garbage\r\n\r\n',
  query_malformed: target('%ff'),
  request_timeout: 'GET / HTTP/1.1\r\n',
  body_too_large: { headers: [HOST, CLOSE, `Content-Length: ${LIMITS.body + 1}`] },
  uri_too_long: target('a'.repeat(LIMITS.url)),
  expectation_failed: { headers: [HOST, CLOSE, 'Expect: miracles'] },
  headers_too_large: { headers: [HOST, CLOSE, `X-A: ${'a'.repeat(LIMITS.headers)}`] },
  not_found: { target: '/nowhere' },
  method_not_allowed: { method: 'POST' },
  api_key_missing: { headers: [HOST, CLOSE] },
  api_key_invalid: { headers: [HOST, CLOSE, 'Authorization: Bearer UNKNOWN'] },
  permission_denied: { headers: [HOST, CLOSE, 'Authorization: Bearer KEY-WITHOUT-PERMISSIONS'] },
  rate_limited: target('segment_id=segment_rate_limited&length=1'),
  segment_id_required: target('length=1'),
  segment_id_invalid: target(`segment_id=${'a'.repeat(257)}&length=1`),
  length_required: target('segment_id=segment_1234'),
  length_invalid: target('segment_id=segment_1234&length=101'),
  ending_at_invalid: target('segment_id=segment_1234&length=1&ending_at=now'),
  page_invalid: { target: '/segments/list?page=-1' },
  sort_direction_invalid: { target: '/segments/list?sort_direction=up' },
  parameter_repeated: target('segment_id=segment_1234&length=1&length=1'),
  parameter_unknown: target('segment_id=segment_1234&length=1&page=1'),
  segment_not_found: target('segment_id=unknown&length=1'),
  analytics_not_enabled: target('segment_id=segment_without_analytics&length=1'),
  internal_server_error: target(`segment_id=${BROKEN_SEGMENT}&length=1`),
};

/** The built-in workspaces, with a segment on which the mock itself fails. */
function brokenMock(): Mock {
  const mock = new Mock({ ...defaultSettings, strictParameters: true }, loadFixtures(BUILT_IN));
  const original = mock.seriesOf;
  const seriesOf: Mock['seriesOf'] = (segment) => {
    if (segment.id === BROKEN_SEGMENT) throw new Error(SECRET);
    return original(segment);
  };
  return Object.assign(mock, { seriesOf });
}

describe('every code', () => {
  it.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])('%s is answered', async (code) => {
    const url = await serve(brokenMock(), { headersTimeout: 500, requestTimeout: 500, timeoutsCheckedEvery: 50 });
    const reply = await replyTo(url, REQUESTS[code]);
    expectRefusal(reply, REFUSALS[code].status, code);
    expect(reply.headers['allow']).toBe(code === 'method_not_allowed' ? 'GET, HEAD' : undefined);
  });

  it('of a planned fault that is documented elsewhere is the same', async () => {
    const url = await serve(brokenMock());
    const reply = await replyTo(url, target('segment_id=segment_rate_limited&length=1'));
    expect(reply.headers).toMatchObject({ 'retry-after': '1', 'x-ratelimit-remaining': '249999' });
  });

  it.each([
    ['segment_server_error', 500, 'internal_server_error'],
    ['segment_bad_gateway', 502, 'bad_gateway'],
    ['segment_unavailable', 503, 'service_unavailable'],
    ['segment_timeout', 504, 'gateway_timeout'],
  ])('of the planned fault on %s is that of status %d', async (segmentId, status, code) => {
    const url = await serve(brokenMock());
    const reply = await replyTo(url, target(`segment_id=${segmentId}`));
    expectRefusal(reply, status, code);
    expect(reply.headers['x-ratelimit-remaining']).toBe('249999');
  });
});

describe('our own failure', () => {
  it('is told to the log, whole, and to the caller in the envelope without a word of it', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const url = await serve(brokenMock(), {}, log);
    const { headers, ...reply } = await replyTo(url, REQUESTS.internal_server_error);
    expect(reply).toEqual({
      status: 500,
      text: '{"message":"error","errors":[{"code":"internal_server_error","message":"Internal server error; try again later"}]}',
    });
    expect(Object.keys(headers)).not.toContain('server');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ level: 50, err: { type: 'Error', message: SECRET } });
  });

  it('does not end the connection, nor the server', async () => {
    const url = await serve(brokenMock());
    const failing = bytesOf({
      ...(REQUESTS.internal_server_error as WireRequest),
      headers: [HOST, AUTHORIZATION, CLOSE],
    });
    await replyTo(url, failing);
    expect((await replyTo(url, target('segment_id=segment_1234&length=1'))).status).toBe(200);
  });
});

describe('a HEAD that is refused', () => {
  it.each(['not_found', 'api_key_missing', 'segment_not_found', 'analytics_not_enabled'] as const)(
    'with %s has the status and the headers of the GET, and no body',
    async (code) => {
      const url = await serve(brokenMock());
      const request = REQUESTS[code] as WireRequest;
      const got = await replyTo(url, request);
      const head = await replyTo(url, { ...request, method: 'HEAD' });
      const varying = { date: '', 'content-length': '', 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '' };
      expect({ ...head, headers: { ...head.headers, ...varying } }).toEqual({
        status: REFUSALS[code].status,
        headers: { ...got.headers, ...varying },
        text: '',
      });
    },
  );
});

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../../src/core/refusals/codes.js';
import type { Mock } from '../../../src/core/mock.js';
import { BROKEN_SEGMENT, REQUESTS, target } from '../../support/outcomes.js';
import {
  AUTHORIZATION,
  bytesOf,
  CLOSE,
  expectRefusal,
  HOST,
  replyTo,
  serve,
  type WireRequest,
} from '../../support/wire.js';
import { SHORT_TIMEOUTS } from '../../support/transport.js';
import { mockOf } from '../../support/mock.js';

const SECRET = 'the secret of our own failure';

/** The built-in workspaces, with a segment on which the mock itself fails. */
function brokenMock(): Mock {
  const mock = mockOf({ strictParameters: true });
  const original = mock.seriesOf;
  const seriesOf: Mock['seriesOf'] = (segment) => {
    if (segment.id === BROKEN_SEGMENT) throw new Error(SECRET);
    return original(segment);
  };
  return Object.assign(mock, { seriesOf });
}

describe('every code', () => {
  it.each(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])('%s is returned', async (code) => {
    const url = await serve(brokenMock(), code === 'request_timeout' ? SHORT_TIMEOUTS : {});
    const reply = await replyTo(url, REQUESTS[code]);
    expectRefusal(reply, REFUSALS[code].status, code);
    expect(reply.headers['allow']).toBe(code === 'method_not_allowed' ? 'GET, HEAD' : undefined);
  });

  it("of a segment's planned 429 has the same headers as a real one", async () => {
    const url = await serve(brokenMock());
    const reply = await replyTo(url, target('segment_id=segment_rate_limited&length=1'));
    expect(reply.headers).toMatchObject({ 'retry-after': '1', 'x-ratelimit-remaining': '249999' });
  });

  it.each([
    ['segment_server_error', 500, 'internal_server_error'],
    ['segment_bad_gateway', 502, 'bad_gateway'],
    ['segment_unavailable', 503, 'service_unavailable'],
    ['segment_timeout', 504, 'gateway_timeout'],
  ])('of a planned fault on %s is that of status %d', async (segmentId, status, code) => {
    const url = await serve(brokenMock());
    const reply = await replyTo(url, target(`segment_id=${segmentId}`));
    expectRefusal(reply, status, code);
    expect(reply.headers['x-ratelimit-remaining']).toBe('249999');
  });
});

describe('an internal error', () => {
  it('is logged in full, and returned in the envelope without details', async () => {
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

  it('does not end the connection or the server', async () => {
    const url = await serve(brokenMock());
    const failing = bytesOf({
      ...(REQUESTS.internal_server_error as WireRequest),
      headers: [HOST, AUTHORIZATION, CLOSE],
    });
    await replyTo(url, failing);
    expect((await replyTo(url, target('segment_id=segment_1234&length=1'))).status).toBe(200);
  });
});

describe('a rejected HEAD', () => {
  it.each(['not_found', 'api_key_missing', 'segment_not_found', 'analytics_not_enabled'] as const)(
    'with %s has the status and headers of the GET, and no body',
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

import { describe, expect, it } from 'vitest';
import type { Reason } from '../../../src/core/refusals/codes.js';
import { documented } from '../../../src/core/profiles/documented.js';
import { formatDay, parseDay, parseInstant } from '../../../src/core/time/calendar.js';
import { estimatesFrom, rowsOf, textOf } from '../../support/estimates.js';

function seriesOf(first: number, sizes: (number | undefined)[]): Uint8Array {
  return documented.series({ first: 0, last: 0 }, estimatesFrom(first, sizes));
}

function errorsOf(...reasons: [Reason, ...Reason[]]): { code: string; message: string }[] {
  const { message, errors, ...others } = JSON.parse(documented.refusal(reasons)) as {
    message: string;
    errors: { code: string; message: string }[];
  };
  expect({ message, others }).toEqual({ message: 'error', others: {} });
  return errors;
}

function messageOf(reason: Reason): string {
  return errorsOf(reason)[0]?.message ?? '';
}

describe('a window', () => {
  it.each([
    ['2023-12-31T23:59:59-05:00', 14, '2023-12-19', '2024-01-01'],
    ['2023-12-31T00:00:00Z', 1, '2023-12-31', '2023-12-31'],
    ['2023-12-30T23:59:59.999Z', 1, '2023-12-30', '2023-12-30'],
    ['1969-12-31T23:59:59Z', 2, '1969-12-30', '1969-12-31'],
  ])('with ending_at %s and length %d covers %s to %s', (endingAt, length, first, last) => {
    const window = documented.window(parseInstant(endingAt) as number, length);
    expect([formatDay(window.first), formatDay(window.last)]).toEqual([first, last]);
  });
});

describe('a series', () => {
  it('has the shape of the reference with estimated sizes only', () => {
    const first = parseDay('2023-01-01') as number;
    expect(textOf(seriesOf(first, [145678, 146234]))).toBe(
      '{"message":"success","data":[' +
        '{"time":"2023-01-01T00:00:00+00:00","size":145678},{"time":"2023-01-02T00:00:00+00:00","size":146234}]}',
    );
  });

  it('omits days without a snapshot', () => {
    const first = parseDay('2023-01-01') as number;
    expect(rowsOf(seriesOf(first, [undefined, 7, undefined, 0]))).toEqual([
      { time: '2023-01-02T00:00:00+00:00', size: 7 },
      { time: '2023-01-04T00:00:00+00:00', size: 0 },
    ]);
  });

  it('can be empty', () => {
    expect(textOf(seriesOf(0, []))).toBe('{"message":"success","data":[]}');
  });
});

describe('a refusal', () => {
  it('for an unknown segment matches the reference byte for byte', () => {
    expect(documented.refusal([{ code: 'segment_not_found', segmentId: 'invalid_segment_id' }])).toBe(
      '{"message":"error","errors":[{"code":"segment_not_found",' +
        '"message":"Segment with ID \'invalid_segment_id\' not found"}]}',
    );
  });

  it('for a segment without analytics matches the reference byte for byte', () => {
    expect(documented.refusal([{ code: 'analytics_not_enabled' }])).toBe(
      '{"message":"error","errors":[{"code":"analytics_not_enabled",' +
        '"message":"Analytics tracking is not enabled for this segment"}]}',
    );
  });

  it('reports all reasons in order', () => {
    const reasons = errorsOf(
      { code: 'segment_id_required' },
      { code: 'length_required', minimum: 1, maximum: 100 },
      { code: 'ending_at_invalid', found: '' },
    );
    expect(reasons.map(({ code }) => code)).toEqual(['segment_id_required', 'length_required', 'ending_at_invalid']);
  });

  it.each<[Reason, string[]]>([
    [
      { code: 'not_found', method: 'GET', path: '/x', known: ['/segments/data_series'] },
      ['/x', '/segments/data_series'],
    ],
    [{ code: 'method_not_allowed', method: 'POST', path: '/x', allow: 'GET, HEAD' }, ['POST', 'GET, HEAD']],
    [{ code: 'api_key_missing', authorization: undefined }, ['Authorization: Bearer YOUR-REST-API-KEY']],
    [{ code: 'api_key_missing', authorization: 'Basic secret' }, ['Bearer YOUR-REST-API-KEY']],
    [
      {
        code: 'api_key_invalid',
        apiKey: 'secret',
        foreignInstance: { key: 'US-01', host: 'rest.fra-01.braze.eu', restHost: 'rest.iad-01.braze.com' },
      },
      ['US-01', 'rest.fra-01.braze.eu', 'rest.iad-01.braze.com'],
    ],
    [{ code: 'permission_denied', permission: 'segments.data_series' }, ['segments.data_series']],
    [{ code: 'rate_limited', limit: 10, retryAfterSeconds: 7 }, ['10', '7 s']],
    [{ code: 'segment_id_invalid', length: 300, maxLength: 256 }, ['300', '256']],
    [{ code: 'length_required', minimum: 1, maximum: 100 }, ['length', '1 to 100']],
    [{ code: 'length_invalid', found: '101', minimum: 1, maximum: 100 }, ['"101"', '1 to 100']],
    [{ code: 'length_invalid', found: 'a'.repeat(5000), minimum: 1, maximum: 100 }, [`"${'a'.repeat(100)}"…`]],
    [{ code: 'ending_at_invalid', found: '2023-02-30' }, ['"2023-02-30"', 'YYYY-MM-DDTHH:mm:ss']],
    [{ code: 'parameter_repeated', name: 'length', times: 3 }, ['length', '3 times']],
    [
      { code: 'parameter_unknown', name: 'ending_date', known: ['ending_at'], resembles: 'ending_at' },
      ['"ending_date"', 'did you mean ending_at?'],
    ],
    [
      { code: 'parameter_unknown', name: 'x', known: ['length', 'ending_at'], resembles: undefined },
      ['length, ending_at'],
    ],
    [{ code: 'uri_too_long', limit: 8192 }, ['8192']],
  ])('for %j tells how to fix the request', (reason, words) => {
    for (const word of words) expect(messageOf(reason)).toContain(word);
    expect(messageOf(reason)).not.toContain('secret');
  });

  it.each(['2023-12-31T23:59:59 05:00', '2023-12-31T23:59:59 0530', '2023-12-31T23:59:59 5:00'])(
    'for an ending_at of %j says to send "+" as %%2B',
    (found) => {
      expect(messageOf({ code: 'ending_at_invalid', found })).toContain('%2B');
    },
  );

  it.each(['2023-12-31 23:59:59', '2023-12-31T23:59:59%2B05:00', 'now', '', '2023-02-30T00:00:00+05:00'])(
    'for an ending_at of %j does not blame a "+"',
    (found) => {
      expect(messageOf({ code: 'ending_at_invalid', found })).not.toContain('must be sent');
    },
  );

  it.each([
    [400, 'bad_request'],
    [502, 'bad_gateway'],
    [503, 'service_unavailable'],
    [504, 'gateway_timeout'],
    [599, 'status_599'],
  ])('planned with status %d has the code %s', (status, code) => {
    expect(errorsOf({ code: 'as_planned', status })).toEqual([
      { code, message: expect.stringMatching(/\S/) as string },
    ]);
  });
});

describe('the headers', () => {
  const limit = { admitted: true, limit: 250_000, remaining: 249_999, resetAt: 1_706_702_401, retryAfter: 0 };
  const TYPE = { 'content-type': 'application/json; charset=utf-8' };
  const three = { 'x-ratelimit-limit': '250000', 'x-ratelimit-remaining': '249999', 'x-ratelimit-reset': '1706702401' };

  it.each([
    [200, three],
    [403, three],
    [429, { ...three, 'retry-after': '7' }],
    [500, three],
  ])('of a %d match', (status, headers) => {
    const facts = { body: '', durationMs: 1, limit, retryAfterSeconds: 7 };
    expect(documented.headers({ status, ...facts })).toEqual({ ...TYPE, ...headers });
  });

  it('are only the content type if there is no limit', () => {
    expect(documented.headers({ status: 200, body: '', durationMs: 1 })).toEqual(TYPE);
  });
});

import { describe, expect, it } from 'vitest';
import { observed } from '../../../src/core/profiles/observed.js';
import { clockHour } from '../../../src/core/rate-limit/clock-hour.js';
import type { Reason } from '../../../src/core/refusals/codes.js';
import { toSegment } from '../../../src/core/segments/segment.js';
import { formatDay, MS_PER_DAY, parseInstant } from '../../../src/core/time/calendar.js';
import { estimatesFrom, rowsOf, textOf } from '../../support/estimates.js';
import { dayAt } from '../../support/segments.js';

const SEGMENT_ID = 'segment_id must be a string of the segment api identifier';

function window(first: string, last: string) {
  return { first: dayAt(first), last: dayAt(last) };
}

describe('a window', () => {
  it.each([
    ['2022-12-09', 99, '2022-09-01', '2022-12-08'],
    ['2022-12-15', 6, '2022-12-09', '2022-12-14'],
    ['2023-12-31T00:00:00Z', 1, '2023-12-30', '2023-12-30'],
    ['2023-12-31T00:00:00.001Z', 1, '2023-12-31', '2023-12-31'],
    ['2023-12-31T23:59:59Z', 1, '2023-12-31', '2023-12-31'],
    ['2023-12-31T23:59:59-05:00', 14, '2023-12-19', '2024-01-01'],
    ['2023-12-31T19:00:00-05:00', 14, '2023-12-18', '2023-12-31'],
    ['2020-03-01', 2, '2020-02-28', '2020-02-29'],
    ['1970-01-01', 1, '1969-12-31', '1969-12-31'],
    ['1969-12-31T12:00:00Z', 2, '1969-12-30', '1969-12-31'],
  ])('with ending_at %s and length %d covers %s to %s', (endingAt, length, first, last) => {
    const days = observed.window(parseInstant(endingAt) as number, length);
    expect([formatDay(days.first), formatDay(days.last)]).toEqual([first, last]);
  });

  it.each(['2022-12-09', '2022-12-09T00:00:00.001Z', '2022-12-08T23:59:59.999Z', '1969-12-31T12:00:00Z'])(
    'with ending_at %s has exactly the days that start before it',
    (endingAt) => {
      const end = parseInstant(endingAt) as number;
      const { first, last } = observed.window(end, 3);
      const starts = Array.from({ length: 9 }, (_, index) => (first - 3 + index) * MS_PER_DAY);
      const held = starts.filter((start) => start >= end - 3 * MS_PER_DAY && start < end);
      expect(held).toEqual([first, first + 1, last].map((day) => day * MS_PER_DAY));
    },
  );
});

describe('a series', () => {
  it('has data before message, and bare dates as time', () => {
    const estimates = estimatesFrom(dayAt('2023-01-01'), [145678, 146234]);
    expect(textOf(observed.series(window('2023-01-01', '2023-01-02'), estimates))).toBe(
      '{"data":[{"time":"2023-01-01","size":145678},{"time":"2023-01-02","size":146234}],"message":"success"}',
    );
  });

  it('has a row for every day of the window, with 0 for days without a snapshot', () => {
    const estimates = estimatesFrom(dayAt('2023-01-02'), [undefined, 7]);
    expect(rowsOf(observed.series(window('2023-01-01', '2023-01-04'), estimates))).toEqual([
      { time: '2023-01-01', size: 0 },
      { time: '2023-01-02', size: 0 },
      { time: '2023-01-03', size: 7 },
      { time: '2023-01-04', size: 0 },
    ]);
  });

  it('starts at the first representable day', () => {
    const first = dayAt('0000-01-01');
    const body = observed.series({ first: first - 2, last: first }, estimatesFrom(first, []));
    expect(rowsOf(body)).toEqual([{ time: '0000-01-01', size: 0 }]);
  });
});

describe('ending_at', () => {
  const now = parseInstant('2024-01-31T12:00:00Z') as number;

  it.each([
    ['2024-01-31T12:00:00Z', undefined],
    ['2024-01-31T11:59:59.999Z', undefined],
    ['2024-01-31T12:00:00.001Z', { code: 'ending_at_in_future', now }],
    ['2024-02-01', { code: 'ending_at_in_future', now }],
  ])('%s: %j', (endingAt, problem) => {
    expect(observed.endingAtProblem(parseInstant(endingAt) as number, now)).toEqual(problem);
  });
});

describe('the companion endpoints', () => {
  const full = toSegment({
    id: 'a',
    name: 'A "b"',
    description: 'd',
    textDescription: 't',
    tags: ['x'],
    teams: ['y'],
    analyticsTrackingEnabled: false,
    createdAt: '2021-03-01T12:00:00.5-05:00',
    updatedAt: '2022-01-01',
  });

  it('the list', () => {
    expect(observed.list([full, toSegment({ id: 'b' })])).toBe(
      '{"segments":[{"id":"a","name":"A \\"b\\"","analytics_tracking_enabled":false,"tags":["x"]},' +
        '{"id":"b","name":"b","analytics_tracking_enabled":true,"tags":[]}],"message":"success"}',
    );
  });

  it('the details', () => {
    expect(observed.details(full)).toBe(
      '{"created_at":"2021-03-01T17:00:00+00:00","updated_at":"2022-01-01T00:00:00+00:00","name":"A \\"b\\"",' +
        '"description":"d","text_description":"t","tags":["x"],"teams":["y"],"message":"success"}',
    );
  });
});

describe('a refusal', () => {
  it.each<[Reason, number, string]>([
    [{ code: 'api_key_missing', authorization: undefined }, 401, 'Invalid API key: '],
    [{ code: 'api_key_missing', authorization: 'Basic secret' }, 401, 'Invalid API key: '],
    [{ code: 'api_key_invalid', apiKey: 'my-key' }, 401, 'Invalid API key: my-key'],
    [
      {
        code: 'api_key_invalid',
        apiKey: 'my-key',
        foreignInstance: { key: 'US-01', host: 'rest.fra-01.braze.eu', restHost: 'rest.iad-01.braze.com' },
      },
      401,
      'Invalid API key: my-key',
    ],
    [{ code: 'permission_denied', permission: 'p' }, 403, 'You do not have permission to access this resource'],
    [{ code: 'segment_id_required' }, 400, SEGMENT_ID],
    [{ code: 'segment_id_invalid', length: 300, maxLength: 256 }, 400, SEGMENT_ID],
    [{ code: 'segment_not_found', segmentId: 'x' }, 400, SEGMENT_ID],
    [{ code: 'analytics_not_enabled' }, 422, 'Analytics tracking is not enabled for this segment'],
    [{ code: 'internal_server_error' }, 500, 'Internal server error; try again later'],
    [{ code: 'as_planned', status: 503 }, 503, 'Service Unavailable'],
  ])('for %j has status %d and the message %s', (reason, status, message) => {
    expect([observed.status(reason), observed.refusal([reason])]).toEqual([status, JSON.stringify({ message })]);
  });

  it('joins all reasons and repeats no sentence', () => {
    expect(
      observed.refusal([
        { code: 'segment_id_required' },
        { code: 'segment_id_invalid', length: 300, maxLength: 256 },
        { code: 'parameter_repeated', name: 'length', times: 2 },
      ]),
    ).toBe(`{"message":"${SEGMENT_ID}; length must be given once; found it 2 times"}`);
  });
});

describe('the headers', () => {
  const limit = { admitted: true, limit: 250_000, remaining: 249_999, resetAt: 1_706_706_000, retryAfter: 0 };
  const three = { 'x-ratelimit-limit': '250000', 'x-ratelimit-remaining': '249999', 'x-ratelimit-reset': '1706706000' };
  const empty = { 'x-ratelimit-limit': '', 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '' };
  const always = {
    'content-type': 'application/json',
    vary: 'Origin,Accept-Encoding',
    'x-request-id': expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/) as string,
    'x-runtime': '0.012346',
  };
  const cached = {
    'cache-control': 'max-age=0, private, must-revalidate',
    etag: 'W/"3b802dfcb266515d718d8ed07ecaf366"',
  };
  const uncached = { 'cache-control': 'no-cache' };
  const facts = { body: '{}', durationMs: 12.3456 };

  it.each([
    [200, 'a limit', limit, { ...cached, ...three }],
    [200, 'none', undefined, cached],
    [400, 'a limit', limit, { ...uncached, ...three }],
    [401, 'none', undefined, { ...uncached, ...empty }],
    [401, 'a limit', limit, { ...uncached, ...empty }],
    [403, 'a limit', limit, { ...uncached, ...three }],
    [404, 'none', undefined, uncached],
    [429, 'a limit', limit, { ...uncached, ...three }],
    [500, 'a limit', limit, { ...uncached, ...three }],
  ])('of a %d with %s match, with no others', (status, _limit, known, others) => {
    expect(observed.headers({ status, ...facts, limit: known, retryAfterSeconds: 7 })).toEqual({
      ...always,
      ...others,
    });
  });

  it('have an etag that depends on the body, and a unique request id', () => {
    const [one, same, other] = ['a', 'a', 'b'].map((body) => observed.headers({ status: 200, body, durationMs: 0 }));
    expect(one?.['etag']).toBe(same?.['etag']);
    expect(one?.['etag']).not.toBe(other?.['etag']);
    expect(one?.['x-request-id']).not.toBe(same?.['x-request-id']);
  });
});

it('limits requests by the clock hour', () => {
  expect(observed.rateLimitAlgorithm).toBe(clockHour);
});

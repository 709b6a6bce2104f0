import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { formatDay, MS_PER_DAY, parseDay } from '../../../src/core/time/calendar.js';
import { type Settings } from '../../../src/start/settings.js';
import type { WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { BUILT_IN } from '../../../src/fixtures/built-in.js';
import { handClock } from '../../support/clock.js';
import { API_KEY, bearer, get, startTestServer, type TestReply } from '../../support/server.js';
import { AUTHORIZATION, bytesOf, JSON_TYPE, repliesTo, replyTo, serve } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';
import { mockOf } from '../../support/mock.js';

const CLOCK = '2024-01-31T12:00:00Z';

/** The reference's example response, byte for byte but for its white space. */
const EXAMPLE_RESPONSE =
  '{"message":"success","data":[' +
  '{"time":"2023-12-25T00:00:00+00:00","size":248576},' +
  '{"time":"2023-12-26T00:00:00+00:00","size":249134},' +
  '{"time":"2023-12-27T00:00:00+00:00","size":248892},' +
  '{"time":"2023-12-28T00:00:00+00:00","size":250145},' +
  '{"time":"2023-12-29T00:00:00+00:00","size":251678},' +
  '{"time":"2023-12-30T00:00:00+00:00","size":251923},' +
  '{"time":"2023-12-31T00:00:00+00:00","size":252467}]}';
const EXAMPLE_TARGET = '/segments/data_series?segment_id=segment_5678&length=7&ending_at=2023-12-31T23:59:59Z';

interface Row {
  time: string;
  size: number;
}

function rowsOf({ status, body }: TestReply): Row[] {
  const { message, data, ...others } = body as { message: string; data: Row[] };
  expect({ status, message, others }).toEqual({ status: 200, message: 'success', others: {} });
  return data;
}

/** The dates of a reply, after looking at the form of every row. */
function datesOf(reply: TestReply): string[] {
  return rowsOf(reply).map((row) => {
    expect(Object.keys(row)).toEqual(['time', 'size']);
    expect(row.time).toMatch(/^\d{4}-\d{2}-\d{2}T00:00:00\+00:00$/);
    expect(Number.isSafeInteger(row.size) && row.size >= 0).toBe(true);
    return row.time.slice(0, 10);
  });
}

function daysFrom(first: string, last: string): string[] {
  const start = parseDay(first) as number;
  return Array.from({ length: (parseDay(last) as number) - start + 1 }, (_, index) => formatDay(start + index));
}

describe("the reference's examples", () => {
  it.each([
    ['segment_id=segment_1234&length=30', '2024-01-02', '2024-01-31'],
    ['segment_id=segment_5678&length=14&ending_at=2023-12-31T23:59:59-05:00', '2023-12-19', '2024-01-01'],
    ['segment_id=segment_9012&length=90', '2023-11-03', '2024-01-31'],
  ])('%s returns its days', async (query, first, last) => {
    const { series } = await startedAt(CLOCK);
    expect(datesOf(await series(query))).toEqual(daysFrom(first, last));
  });

  it('returns the example response, byte for byte', async () => {
    const server = await startedAt(CLOCK);
    expect((await get(server.url + EXAMPLE_TARGET, bearer(API_KEY))).text).toBe(EXAMPLE_RESPONSE);
  });

  it('has these headers and no others', async () => {
    const server = await startedAt(CLOCK);
    const [first, second] = await repliesTo(
      server.url,
      bytesOf({ target: EXAMPLE_TARGET, headers: ['Host: localhost', AUTHORIZATION] }) +
        bytesOf({ target: EXAMPLE_TARGET }),
    );
    const headers = {
      'content-type': JSON_TYPE,
      'x-ratelimit-limit': '250000',
      'x-ratelimit-remaining': '249999',
      'x-ratelimit-reset': String(Date.parse(CLOCK) / 1000 + 1),
      'content-length': String(EXAMPLE_RESPONSE.length),
      date: expect.stringContaining('GMT') as string,
    };
    const keptAlive = { ...headers, connection: 'keep-alive', 'keep-alive': 'timeout=72' };
    const closed = { ...headers, 'x-ratelimit-remaining': '249998', connection: 'close' };
    expect(first).toEqual({ status: 200, headers: keptAlive, text: EXAMPLE_RESPONSE });
    expect(second).toEqual({ status: 200, headers: closed, text: EXAMPLE_RESPONSE });
  });

  it('answers HEAD with the headers of GET only', async () => {
    const server = await startedAt(CLOCK, { rateLimit: 'off' });
    const head = await exchangeBytes(server.url, bytesOf({ method: 'HEAD', target: EXAMPLE_TARGET }));
    expect(head.replace(/^Date: .* GMT/m, 'Date: now')).toBe(
      `HTTP/1.1 200 OK\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${EXAMPLE_RESPONSE.length}\r\n` +
        'Date: now\r\nConnection: close\r\n\r\n',
    );
  });
});

describe('the path', () => {
  it.each([
    '//segments/data_series',
    '/segments//data_series',
    '/segments/data_series/',
    '///segments///data_series//',
    '/%73egments/data_series',
    'http://localhost/segments/data_series',
    'HTTP://rest.iad-01.braze.com:80//segments/data_series/',
  ])('can be written %s', async (path) => {
    const server = await startedAt(CLOCK);
    const target = EXAMPLE_TARGET.replace('/segments/data_series', path);
    expect(await replyTo(server.url, { target })).toMatchObject({ status: 200, text: EXAMPLE_RESPONSE });
  });
});

describe('the window', () => {
  it.each([
    ['length=1&ending_at=2023-12-31', '2023-12-31', '2023-12-31'],
    ['length=2&ending_at=2023-12-31T00:00:00Z', '2023-12-30', '2023-12-31'],
    ['length=2&ending_at=2023-12-30T23:59:59.999Z', '2023-12-29', '2023-12-30'],
    ['length=2&ending_at=2023-12-31T00:00:00', '2023-12-30', '2023-12-31'],
    ['length=2&ending_at=2023-12-31T00:00:00%2B00:01', '2023-12-29', '2023-12-30'],
    ['length=2&ending_at=2023-12-31T19:00:00-5:00', '2023-12-31', '2024-01-01'],
    ['length=2&ending_at=2023-12-31T18:59:59-0500', '2023-12-30', '2023-12-31'],
    ['length=3&ending_at=2020-03-01', '2020-02-28', '2020-03-01'],
    ['length=100&ending_at=2023-06-30', '2023-03-23', '2023-06-30'],
    ['length=100', '2023-10-24', '2024-01-31'],
  ])('of %s ends with the last midnight', async (query, first, last) => {
    const { series } = await startedAt(CLOCK);
    expect(datesOf(await series(`segment_id=segment_1234&${query}`))).toEqual(daysFrom(first, last));
  });

  it('includes today from midnight on', async () => {
    const before = await startedAt('2024-01-30T23:59:59.999Z');
    const after = await startedAt('2024-01-31T00:00:00Z');
    const query = 'segment_id=segment_1234&length=2';
    expect(datesOf(await before.series(query))).toEqual(['2024-01-29', '2024-01-30']);
    expect(datesOf(await after.series(query))).toEqual(['2024-01-30', '2024-01-31']);
  });

  it('grows day by day, also after repeated requests', async () => {
    const baseClock = handClock('2024-01-30T12:00:00Z');
    const server = await startTestServer({ baseClock });
    const query = 'segment_id=segment_1234&length=3&ending_at=2024-02-01';
    const dates = async () => datesOf(await server.get(`/segments/data_series?${query}`));
    for (let again = 0; again < 4; again++) expect(await dates()).toEqual(['2024-01-30']);
    baseClock.pass(MS_PER_DAY);
    for (let again = 0; again < 4; again++) expect(await dates()).toEqual(['2024-01-30', '2024-01-31']);
  });
});

describe('days without a snapshot are omitted', () => {
  it.each<[string, Partial<WorkspaceFixture>, Partial<SegmentFixture>, string, string[]]>([
    ['after today', {}, {}, 'length=4&ending_at=2024-02-02', ['2024-01-30', '2024-01-31']],
    ['all of them in the future', {}, {}, 'length=4&ending_at=2025-01-01', []],
    ['still being processed', { processingDelay: 'PT12H1S' }, {}, 'length=2', ['2024-01-30']],
    ['processed just now', { processingDelay: 'PT12H' }, {}, 'length=2', ['2024-01-30', '2024-01-31']],
    ['being processed for days', { processingDelay: 'P2D' }, {}, 'length=3', ['2024-01-29']],
    ['before the creation', {}, { createdAt: '2024-01-30' }, 'length=100', ['2024-01-30', '2024-01-31']],
    ['before an instant of creation', {}, { createdAt: '2024-01-30T00:00:01Z' }, 'length=100', ['2024-01-31']],
    ['before the creation, all of them', {}, { createdAt: '2024-01-30' }, 'length=9&ending_at=2024-01-29', []],
    ['not retained', { retentionDays: 1 }, {}, 'length=100', ['2024-01-30', '2024-01-31']],
    ['retained for today alone', { retentionDays: 0 }, {}, 'length=100', ['2024-01-31']],
    ['not retained, all of them', { retentionDays: 7 }, {}, 'length=9&ending_at=2024-01-23', []],
    [
      'missing, recorded or not',
      {},
      { missingDays: ['2024-01-30', '2024-01-28'], points: { '2024-01-30': 7 } },
      'length=4',
      ['2024-01-29', '2024-01-31'],
    ],
    ['not recorded', {}, { gaps: 'omit', points: { '2024-01-30': 7 } }, 'length=3', ['2024-01-30']],
  ])('%s', async (_why, workspace, segment, query, dates) => {
    const { series } = await startedAt(CLOCK, {
      workspaces: [{ name: 'w', ...workspace, apiKeys: [KEY], segments: [{ id: 'a', ...segment }] }],
    });
    expect(datesOf(await series(`segment_id=a&${query}`))).toEqual(dates);
  });

  it('unless the segment asks for 0; recorded sizes stay', async () => {
    const segments: SegmentFixture[] = [{ id: 'a', gaps: 'zero', points: { '2024-01-30': 7 } }];
    const { series } = await startedAt(CLOCK, { workspaces: [{ name: 'w', apiKeys: [KEY], segments }] });
    expect(rowsOf(await series('segment_id=a&length=3')).map(({ size }) => size)).toEqual([0, 7, 0]);
  });

  it('and an empty result is a success', async () => {
    const { series } = await startedAt(CLOCK);
    expect((await series('segment_id=segment_1234&length=1&ending_at=2024-02-01')).text).toBe(
      '{"message":"success","data":[]}',
    );
  });
});

describe('segment ids', () => {
  it.each(['__proto__', 'constructor', 'toString', 'invalid_segment_id', '\u{1F98A}', 'a\'b"c\\d'])(
    'like %s are quoted if the segment is unknown',
    async (id) => {
      const { series } = await startedAt(CLOCK);
      const { status, body } = await series(`segment_id=${encodeURIComponent(id)}&length=1`);
      const errors = [{ code: 'segment_not_found', message: `Segment with ID '${id}' not found` }];
      expect({ status, body }).toEqual({ status: 404, body: { message: 'error', errors } });
    },
  );

  it('have different series when unknown segments are generated', async () => {
    const { series } = await startedAt(CLOCK, { unknownSegments: 'generate' });
    const query = '&length=100';
    const [proto, other, again] = await Promise.all(
      ['__proto__', 'b', '__proto__'].map((id) => series(`segment_id=${id}${query}`)),
    );
    expect(rowsOf(proto as TestReply)).toHaveLength(100);
    expect(other?.text).not.toBe(proto?.text);
    expect(again?.text).toBe(proto?.text);
  });
});

const KEY = { key: API_KEY };

interface Options extends Partial<Settings> {
  workspaces?: WorkspaceFixture[];
}

async function startedAt(clock: string, { workspaces = BUILT_IN, ...settings }: Options = {}) {
  const url = await serve(mockOf({ ...settings, clock }, workspaces));
  return { url, series: (query: string) => get(`${url}/segments/data_series?${query}`, bearer(API_KEY)) };
}

import { describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../support/server.js';
import { NOW, SEGMENTS, sizes, startWithSegments } from '../support/run-time-segments.js';
import { expectRefusal } from '../support/wire.js';

describe('the series of a segment', () => {
  const truth = async (server: TestServer, id: string, range: string) =>
    (await server.control('GET', `${SEGMENTS}/${id}/series${range}`)).body;

  it('marks days as recorded or generated, including those hidden by retention and processing', async () => {
    const server = await startWithSegments();
    await server.control('PUT', `${SEGMENTS}/flat`, { type: 'static', size: 100, points: { '2024-01-29': 7 } });
    const day = (name: string, size: number, source: string, seen: string) => ({
      day: name,
      trueSize: size,
      estimatedSize: size,
      source,
      seen,
    });
    expect(await truth(server, 'flat', '?from=2024-01-28&to=2024-01-31')).toEqual({
      series: [
        day('2024-01-28', 100, 'generated', 'not_retained'),
        day('2024-01-29', 7, 'recorded', 'yes'),
        day('2024-01-30', 100, 'generated', 'not_processed'),
        day('2024-01-31', 100, 'generated', 'not_processed'),
      ],
    });
  });

  it('shows the true size next to the estimate that callers get', async () => {
    const server = await startWithSegments();
    const { series } = (await truth(server, 'large', '?from=2024-01-29&to=2024-01-29')) as {
      series: [{ trueSize: number; estimatedSize: number }];
    };
    expect(series[0].trueSize).toBe(1_000_000);
    expect(series[0].estimatedSize).not.toBe(1_000_000);
    expect(await sizes(server, 'large')).toEqual([series[0].estimatedSize]);
  });

  it.each([
    ['recorded', '', '2024-01-02', '2024-01-31', 30],
    ['recorded', '?to=2024-01-10', '2023-12-12', '2024-01-10', 30],
    ['recorded', '?from=2024-01-30', '2024-01-30', '2024-01-31', 2],
    ['recorded', '?from=2024-01-30&to=2024-02-20', '2024-01-30', '2024-02-20', 22],
    ['recorded', '?from=2015-01-01&to=2015-01-01', '2015-01-01', '2015-01-01', 1],
    ['young', '', '2024-01-29', '2024-01-31', 3],
    ['young', '?from=2024-01-01', '2024-01-01', '2024-01-31', 31],
    ['large', '?from=2024-01-29', '2024-01-29', '2024-01-31', 3],
    ['omitting', '', '2024-01-02', '2024-01-31', 30],
    ['untracked', '?from=2024-01-30', '2024-01-30', '2024-01-31', 2],
    ['recorded', '?from=2024-02-10&to=2024-02-20', '2024-02-10', '2024-02-20', 11],
    ['recorded', '?from=1924-02-01', '1924-02-01', '2024-01-31', 36_525],
  ])('of %s with %s goes from %s to %s: %i days', async (id, range, first, last, count) => {
    const { series } = (await truth(await startWithSegments(), id, range)) as { series: { day: string }[] };
    expect([series[0]?.day, series.at(-1)?.day, series.length]).toEqual([first, last, count]);
  });

  it('ends with the today of the workspace’s clock', async () => {
    const server = await startWithSegments();
    await server.control('PUT', '/workspaces/w/clock', { now: '2022-02-28T23:59:59Z', frozen: true });
    const { series } = (await truth(server, 'recorded', '')) as { series: { day: string }[] };
    expect(series.at(-1)?.day).toBe('2022-02-28');
  });

  it.each([
    ['?from=2024-01-28&to=2024-01-29&format=csv', {}, true],
    ['?from=2024-01-28&to=2024-01-29', { accept: 'text/csv' }, true],
    ['?from=2024-01-28&to=2024-01-29', { accept: 'text/csv;q=0.9, */*;q=0.1' }, true],
    ['?from=2024-01-28&to=2024-01-29&format=json', { accept: 'text/csv' }, false],
    ['?from=2024-01-28&to=2024-01-29', { accept: '*/*' }, false],
  ])('with %s and %j is CSV: %s', async (range, headers: Record<string, string>, asCsv) => {
    const reply = await (
      await startWithSegments()
    ).control('GET', `${SEGMENTS}/recorded/series${range}`, undefined, headers);
    const rows = ['2024-01-28,5,5,recorded,not_retained', '2024-01-29,7,7,recorded,yes'];
    const csv = ['day,trueSize,estimatedSize,source,seen', ...rows, ''].join('\n');
    const type = asCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
    expect([reply.status, reply.headers['content-type'], reply.text === csv]).toEqual([200, type, asCsv]);
  });

  it('exists for an unknown segment if unknown segments are generated', async () => {
    const server = await startTestServer({ clock: NOW, unknownSegments: 'generate' });
    const path = '/workspaces/default/segments/made-up/series?from=2024-01-31';
    const { series } = (await server.control('GET', path)).body as { series: { estimatedSize: number }[] };
    const reply = await server.get('/segments/data_series?segment_id=made-up&length=1');
    expect(reply.body).toMatchObject({ data: [{ size: series[0]?.estimatedSize }] });
  });

  it.each([
    ['young', '2024-01-28', null, 'before_creation'],
    ['young', '2024-01-29', null, 'before_creation'],
    ['young', '2024-01-30', 100, 'not_processed'],
    ['large', '2024-01-30', null, 'missing'],
    ['omitting', '2024-01-29', null, 'missing'],
    ['omitting', '2024-01-28', null, 'missing'],
    ['recorded', '2024-01-28', 5, 'not_retained'],
    ['recorded', '2024-01-29', 7, 'yes'],
    ['recorded', '2024-01-31', 100, 'not_processed'],
    ['recorded', '2024-02-01', null, 'not_processed'],
    ['omitting', '2024-02-01', null, 'not_processed'],
  ])('of %s has on %s the size %s and is seen: %s', async (id, day, size, seen) => {
    const server = await startWithSegments();
    await server.control('PATCH', `${SEGMENTS}/${id}`, { type: 'static' });
    const { series } = (await truth(server, id, `?from=${day}&to=${day}`)) as { series: object[] };
    const source = size === null ? null : size < 10 ? 'recorded' : 'generated';
    expect(series).toEqual([{ day, trueSize: size, estimatedSize: size, source, seen }]);
  });

  it('leaves cells empty in CSV on a day without a snapshot', async () => {
    const { text } = await (
      await startWithSegments()
    ).control('GET', `${SEGMENTS}/large/series?from=2024-01-30&to=2024-01-30&format=csv`);
    expect(text).toBe('day,trueSize,estimatedSize,source,seen\n2024-01-30,,,,missing\n');
  });

  it('says that a day is seen exactly if clients get a row for it', async () => {
    const server = await startWithSegments();
    for (const id of ['recorded', 'large', 'young', 'omitting']) {
      const { series } = (await truth(server, id, '?from=2024-01-01&to=2024-02-10')) as {
        series: { day: string; estimatedSize: number; seen: string }[];
      };
      const { body } = await server.get(
        `/segments/data_series?segment_id=${id}&length=41&ending_at=2024-02-10`,
        bearer('KEY'),
      );
      const seen = series.filter((row) => row.seen === 'yes');
      expect(seen.map(({ day, estimatedSize }) => ({ time: `${day}T00:00:00+00:00`, size: estimatedSize }))).toEqual(
        (body as { data: unknown }).data,
      );
    }
  });
});

describe.each(['series', 'trend'])('the range of %s', (view) => {
  it.each([
    ['from=2024-01-02&to=2024-01-01', '$.from: found "2024-01-02", expected a day not after 2024-01-01'],
    ['from=2024-02-01', `$.from: found "2024-02-01", expected a day not after 2024-01-31, the clock's today`],
    [
      'from=1924-01-31&to=2024-01-31',
      '$.from: found "1924-01-31", expected 1924-02-01 or later, 36525 days up to 2024-01-31',
    ],
    ['to=2024-02-30', '$.to: found "2024-02-30", expected a calendar date, YYYY-MM-DD'],
    ['length=7', '$.length'],
  ])('rejects %s', async (range, message) => {
    const reply = await (await startWithSegments()).control('GET', `${SEGMENTS}/recorded/${view}?${range}`);
    expectRefusal(reply, 400, 'query_invalid');
    expect(reply.text).toContain(JSON.stringify(message).slice(1, -1));
  });
});

describe('the trend of a segment', () => {
  const trend = async (server: TestServer, id: string, range: string) =>
    (await server.control('GET', `${SEGMENTS}/${id}/trend?${range}`)).body;

  it('is that of the estimated sizes in the range', async () => {
    const server = await startWithSegments();
    const points = { '2024-01-20': 100, '2024-01-26': 110, '2024-01-27': 120, '2024-01-28': 90, '2024-01-29': 99 };
    const campaigns = [
      { on: '2024-01-26', lift: 0.5 },
      { on: '2024-01-29', lift: 0.2 },
      { on: '2024-02-05', lift: 0.3 },
    ];
    await server.control('PUT', `${SEGMENTS}/lifted`, { points, gaps: 'omit', anchor: '2024-01-01', campaigns });
    expect(await trend(server, 'lifted', 'from=2024-01-22&to=2024-01-29')).toEqual({
      from: '2024-01-22',
      to: '2024-01-29',
      days: 4,
      first: 110,
      last: 99,
      change: { 7: null, 30: null, 90: null },
      slopePerDay: expect.closeTo(-6.3, 9) as number,
      mean7: null,
      yearOverYear: null,
      weekday: Array.from({ length: 7 }, () => null),
      month: Array.from({ length: 12 }, () => null),
      largestJump: { day: '2024-01-28', change: -30 },
      campaigns: [
        { on: '2024-01-26', expectedLift: 0.5, measuredLift: null },
        { on: '2024-01-29', expectedLift: 0.2, measuredLift: expect.closeTo(0.1, 9) as number },
      ],
    });
    expect(await trend(server, 'lifted', 'from=2024-01-20&to=2024-01-27')).toMatchObject({
      change: { 7: { absolute: 20, relative: expect.closeTo(0.2, 9) as number } },
    });
  });

  it('has no sizes of the future', async () => {
    const body = await trend(await startWithSegments(), 'recorded', 'from=2024-02-01&to=2024-03-01');
    expect(body).toMatchObject({ from: '2024-02-01', to: '2024-03-01', days: 0, first: null, last: null, mean7: null });
  });
});

import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import { type Day, formatDay, parseDay } from '../../src/core/time/calendar.js';
import { listAll, readSeries, type SeriesRow, windows } from '../support/list-client.js';
import { dayAt } from '../support/segments.js';
import { startTestServer, type TestServer } from '../support/server.js';

const CLOCK = '2024-06-15T10:00:00Z';
const FIRST = dayAt('2022-06-15');
const TODAY = dayAt('2024-06-15');
const KEYS = [{ key: 'YOUR-REST-API-KEY' }];
/** More than a page of them, most without analytics, so that the sync has few series to ask for. */
const SEGMENTS: SegmentFixture[] = Array.from({ length: 205 }, (_, index) => ({
  id: `s${index}`,
  analyticsTrackingEnabled: [0, 101, 204].includes(index),
  ...(index === 204 && { createdAt: '2023-12-31' }),
}));

/** The cursor's `%Y-%m-%d`, which takes no time of day. */
function parseCursor(time: string): Day {
  const day = parseDay(time);
  if (day === undefined) throw new Error(`time data '${time}' does not match format '%Y-%m-%d'`);
  return day;
}

async function sync(server: TestServer): Promise<SeriesRow[]> {
  const rows: SeriesRow[] = [];
  for (const { id, analytics_tracking_enabled: tracked } of (await listAll(server)).segments) {
    if (tracked) rows.push(...(await readSeries(server, id, { first: FIRST, today: TODAY, parseCursor })));
  }
  return rows;
}

function startIn(profile: 'documented' | 'observed'): Promise<TestServer> {
  return startTestServer({ profile, clock: CLOCK, workspaces: [{ name: 'w', apiKeys: KEYS, segments: SEGMENTS }] });
}

describe('a sync in windows of 99, 100, … and the remaining days', () => {
  it('requests the two recorded windows', () => {
    expect(windows(dayAt('2022-09-01'), dayAt('2022-12-15'))).toEqual([
      { endingAt: '2022-12-09', length: 99 },
      { endingAt: '2022-12-15', length: 6 },
    ]);
    expect(windows(FIRST, TODAY).map(({ length }) => length)).toEqual([99, 100, 100, 100, 100, 100, 100, 32]);
  });

  it('collects every day of two years exactly once in the profile observed', async () => {
    const server = await startIn('observed');
    const records = await sync(server);
    const days = Array.from({ length: TODAY - FIRST }, (_, index) => formatDay(FIRST + index));
    expect(days).toHaveLength(731);
    for (const id of ['s0', 's101', 's204']) {
      const own = records.filter(({ segment }) => segment === id);
      expect(own.map(({ day }) => formatDay(day))).toEqual(days);
    }
    expect(records).toHaveLength(3 * 731);
  });

  it('collects the sizes of the control API, and 0 before a segment was created', async () => {
    const server = await startIn('observed');
    const records = await sync(server);
    const { body } = await server.control('GET', `/workspaces/w/segments/s204/series?from=2022-06-15&to=2024-06-14`);
    const { series } = body as { series: { day: string; estimatedSize: number | null }[] };
    const truth = new Map(series.map(({ day, estimatedSize }) => [day, estimatedSize]));
    expect(series.filter(({ estimatedSize }) => estimatedSize !== null)).toHaveLength(TODAY - dayAt('2023-12-31'));
    for (const { segment, day, size } of records) {
      if (segment === 's204') expect([formatDay(day), size]).toEqual([formatDay(day), truth.get(formatDay(day)) ?? 0]);
    }
  });

  it('stops at the first timestamp in the profile documented', async () => {
    await expect(sync(await startIn('documented'))).rejects.toThrow(
      "time data '2022-06-16T00:00:00+00:00' does not match format '%Y-%m-%d'",
    );
  });
});

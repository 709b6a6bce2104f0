import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../src/segments/fixture.js';
import { type Day, formatDay, parseDay } from '../../src/series/calendar.js';
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

interface Record {
  segment: string;
  day: Day;
  size: number;
}

/** Reads pages until one is empty. */
async function listAll({ get }: TestServer): Promise<{ id: string; analytics_tracking_enabled: boolean }[]> {
  const all: { id: string; analytics_tracking_enabled: boolean }[] = [];
  for (let page = 0; ; page++) {
    const reply = await get(`/segments/list?page=${page}&last_edit.time[gt]=2020-01-01T00:00:00.000Z`);
    expect(reply.status).toBe(200);
    const { segments } = reply.body as { segments: typeof all };
    if (segments.length === 0) return all;
    all.push(...segments);
  }
}

/** Slices of 100 days, whose ends are the day before the next begins; the length is that of a slice, the first excepted. */
function windows(first: Day, today: Day): { endingAt: string; length: number }[] {
  const slices: { endingAt: string; length: number }[] = [];
  for (let start = first; start < today; start += 100) {
    const end = Math.min(start + 99, today);
    slices.push({ endingAt: formatDay(end), length: end - start + (start === first ? 0 : 1) });
  }
  return slices;
}

/** The cursor's `%Y-%m-%d`, which takes no time of day. */
function parseCursor(time: string): Day {
  const day = parseDay(time);
  if (day === undefined) throw new Error(`time data '${time}' does not match format '%Y-%m-%d'`);
  return day;
}

async function sync(server: TestServer): Promise<Record[]> {
  const records: Record[] = [];
  for (const { id, analytics_tracking_enabled: tracked } of await listAll(server)) {
    if (!tracked) continue;
    for (const { endingAt, length } of windows(FIRST, TODAY)) {
      const reply = await server.get(`/segments/data_series?segment_id=${id}&length=${length}&ending_at=${endingAt}`);
      expect(reply.status).toBe(200);
      const { data } = reply.body as { data: { time: string; size: number }[] };
      records.push(...data.map(({ time, size }) => ({ segment: id, day: parseCursor(time), size })));
    }
  }
  return records;
}

function startIn(profile: 'documented' | 'observed'): Promise<TestServer> {
  return startTestServer({ profile, clock: CLOCK, workspaces: [{ name: 'w', apiKeys: KEYS, segments: SEGMENTS }] });
}

describe('a sync in windows of 99, 100, … days and the rest', () => {
  it('asks for the two windows of the recorded rows', () => {
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

  it('collects the sizes that the control API knows, and 0 before a segment was there', async () => {
    const server = await startIn('observed');
    const records = await sync(server);
    const { body } = await server.control('GET', `/workspaces/w/segments/s204/series?from=2022-06-15&to=2024-06-14`);
    const truth = new Map(
      (body as { series: { day: string; estimatedSize: number }[] }).series.map((row) => [row.day, row.estimatedSize]),
    );
    expect(truth.size).toBe(TODAY - dayAt('2023-12-31'));
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

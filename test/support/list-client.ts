import { expect } from 'vitest';
import { type Day, formatDay } from '../../src/core/time/calendar.js';
import { bearer, type TestServer } from './server.js';

export interface ListedSegment {
  id: string;
  name: string;
  analytics_tracking_enabled: boolean;
  tags: string[];
}

export interface SeriesRow {
  segment: string;
  day: Day;
  size: number;
}

/** Reads pages of segments from 0 until one is empty, with the filter that Airbyte's connector sends. */
export async function listAll(
  { get }: TestServer,
  key?: string,
): Promise<{ segments: ListedSegment[]; pages: number[] }> {
  const segments: ListedSegment[] = [];
  const pages: number[] = [];
  for (let page = 0; ; page++) {
    const path = `/segments/list?page=${page}&last_edit.time[gt]=2020-01-01T00:00:00.000Z`;
    const reply = await get(path, key === undefined ? undefined : bearer(key));
    expect(reply.status).toBe(200);
    const { segments: found } = reply.body as { segments: ListedSegment[] };
    pages.push(found.length);
    if (found.length === 0) return { segments, pages };
    segments.push(...found);
  }
}

/**
 * Airbyte's slices of 100 days, each ending on the day before the next begins. `length` is that of the slice, except
 * for the first, which is a day shorter.
 */
export function windows(first: Day, today: Day): { endingAt: string; length: number }[] {
  const slices: { endingAt: string; length: number }[] = [];
  for (let start = first; start < today; start += 100) {
    const end = Math.min(start + 99, today);
    slices.push({ endingAt: formatDay(end), length: end - start + (start === first ? 0 : 1) });
  }
  return slices;
}

/** Reads the series of a segment in such slices. */
export async function readSeries(
  { get }: TestServer,
  segment: string,
  { first, today, parseCursor, key }: { first: Day; today: Day; parseCursor: (time: string) => Day; key?: string },
): Promise<SeriesRow[]> {
  const rows: SeriesRow[] = [];
  for (const { endingAt, length } of windows(first, today)) {
    const path = `/segments/data_series?segment_id=${segment}&length=${length}&ending_at=${endingAt}`;
    const reply = await get(path, key === undefined ? undefined : bearer(key));
    expect([segment, reply.status]).toEqual([segment, 200]);
    const { data } = reply.body as { data: { time: string; size: number }[] };
    rows.push(...data.map(({ time, size }) => ({ segment, day: parseCursor(time), size })));
  }
  return rows;
}

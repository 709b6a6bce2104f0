import { Braze } from 'braze-api';
import { describe, expect, it } from 'vitest';
import { dayOf, type Day, formatDay, parseDay, parseInstant } from '../../src/core/time/calendar.js';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { BUILT_IN } from '../../src/fixtures/built-in.js';
import { listAll, readSeries } from '../support/list-client.js';
import { dayAt } from '../support/segments.js';
import { API_KEY, bearer, startTestServer, type TestServer } from '../support/server.js';

// The built-in workspaces, walked as public connectors walk an account: list the segments, then read each of them.

const PROFILES = ['documented', 'observed'] as const;
const CLOCK = '2024-06-15T10:00:00Z';
const TODAY = dayAt('2024-06-15');
/** The default workspace from its beginning; the other, which has ten times as many segments, over three windows. */
const WALKS = [
  { workspace: 'default', key: API_KEY, first: dayAt('2015-01-01'), pages: [15, 0] },
  { workspace: 'large', key: 'LARGE-REST-API-KEY', first: dayAt('2023-10-01'), pages: [100, 20, 0] },
];

function segmentsOf(workspace: string): SegmentFixture[] {
  return BUILT_IN.find(({ name }) => name === workspace)?.segments ?? [];
}

function start(profile: (typeof PROFILES)[number]): Promise<TestServer> {
  return startTestServer({ profile, clock: CLOCK });
}

/** A bare date in the profile observed, a midnight in the other. */
function parseTime(time: string): Day {
  const day = parseDay(time.replace(/T00:00:00\+00:00$/, ''));
  if (day === undefined) throw new Error(`unexpected time ${time}`);
  return day;
}

/** The days that the walk covers and of which the segment has a snapshot. */
function snapshotDays({ createdAt = '', missingDays = [] }: SegmentFixture, first: Day): string[] {
  const created = parseInstant(createdAt) ?? NaN;
  const days = Array.from({ length: TODAY - first }, (_, index) => first + 1 + index);
  return days
    .filter((day) => day * 86_400_000 >= created)
    .map(formatDay)
    .filter((day) => !missingDays.includes(day));
}

describe.each(WALKS)('the built-in workspace $workspace', ({ workspace, key, first, pages }) => {
  describe.each(PROFILES)('in the profile %s', (profile) => {
    it("passes a connector's credential check, and fails it with another key", async () => {
      const { get } = await start(profile);
      const check = (apiKey: string) => get('/campaigns/list?page=0&last_edit.time[gt]=2020-01-01', bearer(apiKey));
      expect((await check(key)).body).toEqual({ message: 'success', campaigns: [] });
      expect((await check(`${key}-`)).status).toBe(401);
    });

    it('serves every series in adjacent windows, back to its start', async () => {
      const server = await start(profile);
      const { segments, pages: read } = await listAll(server, key);
      expect(read).toEqual(pages);
      for (const { id } of segments) {
        const rows = await readSeries(server, id, { first, today: TODAY, parseCursor: parseTime, key });
        const fixture = segmentsOf(workspace).find((segment) => segment.id === id) as SegmentFixture;
        const all = Array.from({ length: TODAY - first }, (_, index) => formatDay(first + index));
        const days = profile === 'observed' ? all : snapshotDays(fixture, first);
        expect([id, rows.map(({ day }) => formatDay(day))]).toEqual([id, days]);
        expect(rows.every(({ size }) => Number.isSafeInteger(size) && size >= 0)).toBe(true);
      }
    });

    it('serves details of each segment that fit a typed client: strings and two dates', async () => {
      const server = await start(profile);
      for (const { id, name, tags } of (await listAll(server, key)).segments) {
        const reply = await server.get(`/segments/details?segment_id=${id}`, bearer(key));
        const { created_at, updated_at } = reply.body as { created_at: string; updated_at: string };
        expect(reply).toMatchObject({
          status: 200,
          body: {
            message: 'success',
            created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as string,
            updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/) as string,
            name,
            description: expect.stringMatching(/\S/) as string,
            text_description: expect.any(String) as string,
            tags,
            teams: expect.any(Array) as string[],
          },
        });
        expect(Date.parse(updated_at)).toBeGreaterThanOrEqual(Date.parse(created_at));
      }
    });

    it('serves all pages to the npm client', async () => {
      const { url } = await start(profile);
      const braze = new Braze(url, key);
      expect((await braze.campaigns.list()).campaigns).toEqual([]);
      const ids: string[] = [];
      for (let page = 0; ; page++) {
        const { segments } = await braze.segments.list({ page });
        if (segments.length === 0) break;
        ids.push(...segments.map(({ id }) => id));
      }
      for (const segment_id of ids) {
        expect(await braze.segments.details({ segment_id })).toMatchObject({ message: 'success' });
        const { data } = await braze.segments.analytics({ segment_id, length: 100, ending_at: CLOCK });
        expect(data.every(({ size }) => Number.isSafeInteger(size))).toBe(true);
      }
      expect(new Set(ids).size).toBe(pages.reduce((sum, count) => sum + count));
    });
  });
});

describe('the built-in fixtures', () => {
  it.each(BUILT_IN)('$name sets createdAt and updatedAt on every segment', ({ segments = [] }) => {
    const undated = segments.filter(({ createdAt, updatedAt }) => createdAt === undefined || updatedAt === undefined);
    expect(undated.map(({ id }) => id)).toEqual([]);
  });

  it('list all segments except those that exist to fail', () => {
    const all = BUILT_IN.flatMap(({ segments = [] }) => segments);
    const failing = all.filter(
      ({ fault, analyticsTrackingEnabled }) => fault !== undefined || analyticsTrackingEnabled === false,
    );
    expect(failing.length).toBe(6);
    expect(all.filter(({ listed }) => listed === false)).toEqual(failing);
  });

  it('reach back to 2015 in the workspace default, except for the young segment', () => {
    const late = segmentsOf('default').filter(
      ({ createdAt = '' }) => dayOf(parseInstant(createdAt) ?? NaN) > dayAt('2015-01-01'),
    );
    expect(late.map(({ id }) => id)).toEqual(['segment_young']);
  });

  it('have 120 varied segments in the workspace large, listed in file order', () => {
    const segments = segmentsOf('large');
    const valuesOf = (field: keyof SegmentFixture) => new Set(segments.flatMap((segment) => segment[field] as string));
    expect(segments).toHaveLength(120);
    expect([valuesOf('id').size, valuesOf('name').size, valuesOf('description').size]).toEqual([120, 120, 120]);
    expect([...valuesOf('id')].filter((id) => !UUID.test(id))).toEqual([]);
    expect(valuesOf('type')).toEqual(new Set(['static', 'dynamic', 'location', 'behavior']));
    expect(valuesOf('tags').size).toBeGreaterThan(20);
    expect(valuesOf('teams').size).toBeGreaterThan(5);
    const created = segments.map(({ createdAt }) => createdAt ?? '');
    expect(created).toEqual(created.toSorted());
  });

  it('provide the workspace default', async () => {
    const server = await startTestServer();
    const { body } = await server.control('GET', '/workspaces');
    expect((body as { workspaces: WorkspaceFixture[] }).workspaces.map(({ name }) => name)).toEqual([
      'default',
      'large',
    ]);
    const made = (await server.control('POST', '/workspaces')).body as { name: string };
    expect((await server.control('GET', `/workspaces/${made.name}`)).body).toMatchObject({ segments: 21 });
  });
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

import { Braze } from 'braze-api';
import { describe, expect, it } from 'vitest';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';

const KEY = 'YOUR-REST-API-KEY';
const PROFILES = ['documented', 'observed'] as const;
const SEGMENTS: SegmentFixture[] = [
  { id: 'a', name: 'A', tags: ['x'], createdAt: '2021-03-01', points: { '2024-01-30': 7, '2024-01-31': 9 } },
  { id: 'dark', createdAt: '2022-01-01', analyticsTrackingEnabled: false },
];

function start(options: TestServerOptions): Promise<TestServer> {
  const workspaces = [{ name: 'w', apiKeys: [{ key: KEY }], segments: SEGMENTS }];
  return startTestServer({ clock: '2024-01-31T12:00:00Z', workspaces, ...options });
}

/** What the client throws: the status and, of the reply's body, `message` and `errors`. */
async function thrownBy(call: Promise<unknown>): Promise<{ status?: number; message: string; errors?: unknown }> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  const { status, message, errors } = error as Error & { status: number; errors?: unknown };
  return { status, message, ...(errors !== undefined && { errors }) };
}

describe.each(PROFILES)('in the profile %s', (profile) => {
  describe.each(['', '/'])('with %j after the base URL', (end) => {
    it('lists segments and campaigns, and gives details and the series of a segment', async () => {
      const url = (await start({ profile })).url + end;
      const { segments } = new Braze(url, KEY);
      expect(await segments.list()).toEqual({
        message: 'success',
        segments: [
          { id: 'a', name: 'A', analytics_tracking_enabled: true, tags: ['x'] },
          { id: 'dark', name: 'dark', analytics_tracking_enabled: false, tags: [] },
        ],
      });
      expect(await segments.list({ page: 1, sort_direction: 'desc' })).toEqual({ message: 'success', segments: [] });
      expect(await segments.details({ segment_id: 'a' })).toEqual({
        message: 'success',
        created_at: '2021-03-01T00:00:00+00:00',
        updated_at: '2021-03-01T00:00:00+00:00',
        name: 'A',
        description: '',
        text_description: '',
        tags: ['x'],
        teams: [],
      });
      expect(await new Braze(url, KEY).campaigns.list({ page: 0, include_archived: true })).toEqual({
        message: 'success',
        campaigns: [],
      });
      const time = profile === 'observed' ? '' : 'T00:00:00+00:00';
      expect(await segments.analytics({ segment_id: 'a', length: 2, ending_at: '2024-01-31T14:00:00+02:00' })).toEqual({
        message: 'success',
        data: [
          { time: `2024-01-30${time}`, size: 7 },
          { time: `2024-01-31${time}`, size: 9 },
        ],
      });
    });
  });

  it('throws the status and message of every error', async () => {
    const { url, control } = await start({ profile, rateLimit: 10 });
    const { segments } = new Braze(url, KEY);
    const good = { segment_id: 'a', length: 1 };
    const plain = profile === 'observed';
    const UNKNOWN = 'segment_id must be a string of the segment api identifier';
    const said = (status: number, code: string, message: string) =>
      plain ? { status, message } : { status, message: 'error', errors: [{ code, message }] };

    expect(await thrownBy(new Braze(url, 'nobody').segments.analytics(good))).toEqual(
      said(
        401,
        'api_key_invalid',
        plain ? 'Invalid API key: nobody' : 'Invalid API key; use a key of one of the workspaces served here',
      ),
    );
    expect(await thrownBy(segments.analytics({ ...good, length: 101 }))).toEqual(
      said(400, 'length_invalid', 'length must be a whole number from 1 to 100; found "101"'),
    );
    expect(await thrownBy(segments.list({ page: -1 }))).toEqual(
      said(400, 'page_invalid', 'page must be a whole number from 0; found "-1"'),
    );
    for (const call of [segments.analytics({ ...good, segment_id: 'b' }), segments.details({ segment_id: 'b' })]) {
      expect(await thrownBy(call)).toEqual(
        said(plain ? 400 : 404, 'segment_not_found', plain ? UNKNOWN : "Segment with ID 'b' not found"),
      );
    }
    expect(await thrownBy(segments.analytics({ ...good, segment_id: 'dark' }))).toEqual(
      said(422, 'analytics_not_enabled', 'Analytics tracking is not enabled for this segment'),
    );
    await control('POST', '/workspaces/w/faults', { trigger: { times: 1 }, effect: { status: 500 } });
    expect(await thrownBy(segments.analytics(good))).toEqual(
      said(500, 'internal_server_error', 'Internal server error; try again later'),
    );
    await control('PUT', '/workspaces/w/rate-limit', { capacity: 10, remaining: 0 });
    expect(await thrownBy(segments.analytics(good))).toMatchObject({
      status: 429,
      message: plain ? (expect.stringContaining('10 requests') as string) : 'error',
    });
    expect(await thrownBy(new Braze(url, KEY).canvas.list())).toMatchObject({ status: 404 });
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { startMock } from '../../../src/library/index.js';
import type { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { bearer, startTestServer, type TestServer } from '../../support/server.js';
import { expectRefusal } from '../../support/wire.js';

const SEGMENTS = '/workspaces/w/segments';
const RICH: SegmentFixture = {
  id: 'rich',
  name: 'Rich',
  description: 'All of it',
  tags: ['a', 'b'],
  type: 'dynamic',
  createdAt: '2021-03-01',
  updatedAt: '2023-01-01',
  size: 250_000,
  points: { '2024-01-29': 240_000, '2024-01-30': 241_000 },
  weekly: { amplitude: 0.1, peak: 'monday' },
  noise: { threshold: 5_000 },
  fault: { delay: { kind: 'fixed', ms: 0 } },
};

function start(segments: SegmentFixture[] = [RICH]): Promise<TestServer> {
  return startTestServer({
    clock: '2024-01-31T12:00:00Z',
    workspaces: [{ name: 'w', apiKeys: [{ key: 'KEY' }], segments }],
  });
}

const patch = (server: TestServer, change: unknown, id = 'rich') =>
  server.control('PATCH', `${SEGMENTS}/${id}`, change);
const shown = async (server: TestServer, id = 'rich') =>
  (await server.control('GET', `${SEGMENTS}/${id}`)).body as Record<string, unknown>;
const served = async (server: TestServer, id = 'rich', key = 'KEY') =>
  server.get(`/segments/data_series?segment_id=${id}&length=30`, bearer(key));

describe('PATCH of a segment', () => {
  it('keeps all other fields when tracking is turned off and on', async () => {
    const server = await start();
    const before = { view: await shown(server), replies: [await served(server), await served(server)] };
    const details = await server.get('/segments/details?segment_id=rich', bearer('KEY'));
    const off = await patch(server, { analyticsTrackingEnabled: false });
    expect(off).toMatchObject({ status: 200, body: { ...before.view, analyticsTrackingEnabled: false } });
    expectRefusal(await served(server), 422, 'analytics_not_enabled');
    expect(await patch(server, { analyticsTrackingEnabled: true })).toMatchObject({ status: 200, body: before.view });
    expect((await served(server)).text).toBe(before.replies[0]?.text);
    expect((await server.get('/segments/details?segment_id=rich', bearer('KEY'))).text).toBe(details.text);
  });

  it.each<[string, object, object]>([
    ['a field', { name: 'New' }, { name: 'New' }],
    ['a list as a whole', { tags: ['c'] }, { tags: ['c'] }],
    ['a part of an object', { weekly: { peak: 'friday' } }, { weekly: { amplitude: 0.1, peak: 'friday' } }],
    [
      'a part of the noise',
      { noise: { relativeStandardDeviation: 0 } },
      { noise: { threshold: 5_000, relativeStandardDeviation: 0 } },
    ],
    ['nothing', {}, {}],
    ['nothing but the same id', { id: 'rich' }, {}],
    ['a field to its default', { tags: null, name: null }, { tags: [], name: 'rich' }],
    ['a field to none', { weekly: null }, { weekly: undefined }],
    [
      'a part of an object to its default',
      { noise: { threshold: null } },
      { noise: { threshold: 10_000, relativeStandardDeviation: 0.002 } },
    ],
    [
      'a delay of another kind',
      { fault: { delay: { kind: 'uniform', ms: null, minMs: 0, maxMs: 1 } } },
      { fault: { delay: { kind: 'uniform', minMs: 0, maxMs: 1 } } },
    ],
    ['an effect of another kind', { fault: { delay: null, status: 503 } }, { fault: { status: 503 } }],
    ['a day', { points: { '2024-01-30': 7 } }, { points: { '2024-01-29': 240_000, '2024-01-30': 7 } }],
    [
      'a day by its instant',
      { points: { '2024-01-30T00:00:00Z': 7 } },
      { points: { '2024-01-29': 240_000, '2024-01-30': 7 } },
    ],
    [
      'a day more',
      { points: { '2024-01-28': 7 } },
      { points: { '2024-01-28': 7, '2024-01-29': 240_000, '2024-01-30': 241_000 } },
    ],
    [
      'a day to none',
      { points: { '2024-01-29T00:00:00+00:00': null, '2020-01-01': null } },
      { points: { '2024-01-30': 241_000 } },
    ],
    [
      'all days, by a list',
      { points: [{ time: '2024-01-28T00:00:00+00:00', size: 5 }] },
      { points: { '2024-01-28': 5 } },
    ],
    ['all days to none', { points: null }, { points: {} }],
  ])('changes %s', async (_what, change, changed) => {
    const server = await start();
    const expected = { ...(await shown(server)), ...changed };
    const { status, body } = await patch(server, change);
    expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(expected))]);
    expect(await shown(server)).toEqual(body);
  });

  it.each<[string, SegmentFixture['points']]>([
    ['a list', ['2024-01-29', '2024-01-30'].map((date) => ({ time: `${date}T00:00:00+00:00`, size: 5 }))],
    ['instants', { '2024-01-29T00:00:00Z': 5, '2024-01-30T05:00:00+05:00': 5 }],
  ])('merges days into points given as %s', async (_what, points = {}) => {
    const server = await start([{ id: 'rich', points }]);
    const { body } = await patch(server, { points: { '2024-01-28': 4, '2024-01-30': 6 } });
    expect(body).toMatchObject({ points: { '2024-01-28': 4, '2024-01-29': 5, '2024-01-30': 6 } });
  });

  it('serves no stale sizes', async () => {
    const server = await start();
    const before = [await served(server), await served(server), await served(server)].map(({ text }) => text);
    await patch(server, { points: { '2024-01-30': 7 } });
    const { text, body } = await served(server);
    expect(before).not.toContain(text);
    expect((body as { data: { size: number }[] }).data.at(-2)?.size).toBe(7);
  });

  it.each(['application/json', 'application/merge-patch+json', 'application/merge-patch+json; charset=utf-8'])(
    'is read as %s',
    async (type) => {
      const server = await start();
      const reply = await server.control('PATCH', `${SEGMENTS}/rich`, { name: 'New' }, { 'content-type': type });
      expect(reply).toMatchObject({ status: 200, body: { name: 'New', size: 250_000 } });
    },
  );

  it.each<[unknown, RegExp]>([
    [{ size: -1 }, /^\$\.size: found -1, expected a whole number/],
    [{ name: 'New', size: 'many' }, /^\$\.size: found "many"/],
    [{ analyticsTrackingEnabeld: null }, /^\$\.analyticsTrackingEnabeld: found an unknown field with null/],
    [{ id: 'other' }, /^\$\.id: found "other", expected the id of the path, "rich", or none/],
    [{ id: null }, /^\$\.id: found null/],
    [{ weekly: { amplitude: null } }, /^\$\.weekly\.amplitude: found nothing, expected a number/],
    [
      { fault: { delay: 'PT1S' } },
      /^\$\.fault\.delay: found "PT1S", expected an object of the kind fixed, uniform, lognormal or size or null$/,
    ],
    [{ fault: { status: 503, connection: 'EMPTY_RESPONSE' } }, /^\$\.fault: found status and connection/],
    [
      { anchor: '2024-06-01', campaigns: [{ on: '2024-05-01', lift: 1 }] },
      /^\$\.campaigns\[0\]\.on: found "2024-05-01"/,
    ],
    [{ points: { '2024-01-30T05:00:00Z': 1 } }, /^\$\.points\["2024-01-30T05:00:00Z"\]: .*UTC midnight/],
    [
      { points: { '2024-01-30': null, '2024-01-30T00:00:00Z': 1 } },
      /^\$\.points\["2024-01-30T00:00:00Z"\]: .*another day/,
    ],
    [{ points: [{ time: '2024-01-30', size: null }] }, /^\$\.points\[0\]\.size: found null/],
    [[], /^\$: found \[\], expected an object/],
    [null, /^\$: found null, expected an object/],
    [undefined, /^\$: found null, expected an object/],
  ])('of %j is rejected and changes nothing', async (change, message) => {
    const server = await start();
    const before = [await shown(server), (await served(server)).text];
    const reply = await patch(server, change);
    expectRefusal(reply, 400, 'body_invalid');
    expect((reply.body as { errors: { message: string }[] }).errors.map((error) => error.message)).toEqual([
      expect.stringMatching(message),
    ]);
    expect([await shown(server), (await served(server)).text]).toEqual(before);
  });

  it('of a missing segment or workspace is rejected', async () => {
    const server = await start();
    expectRefusal(await patch(server, { name: 'New' }, 'nobody'), 404, 'segment_not_found');
    expectRefusal(await server.control('PATCH', '/workspaces/x/segments/rich', {}), 404, 'workspace_not_found');
    expectRefusal(await patch(server, {}, 'nobody'), 404, 'segment_not_found');
    expect((await server.control('GET', SEGMENTS)).body).toMatchObject({ segments: [{ id: 'rich' }] });
  });

  it('is listed in Allow', async () => {
    const reply = await (await start()).control('POST', `${SEGMENTS}/rich`, {});
    expectRefusal(reply, 405, 'method_not_allowed');
    expect(reply.headers['allow']?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT']);
  });

  it('changes only one workspace, until it is reset', async () => {
    const server = await start();
    const { body } = await server.control('POST', '/workspaces', { from: 'w', name: 'other' });
    const { apiKey } = body as { apiKey: string };
    const before = [await shown(server), (await served(server)).text];
    await server.control('PATCH', '/workspaces/other/segments/rich', { size: 5, points: null });
    expect([await shown(server), (await served(server)).text]).toEqual(before);
    expect((await served(server, 'rich', apiKey)).text).not.toBe(before[1]);
    await server.control('POST', '/workspaces/other/reset');
    expect((await served(server, 'rich', apiKey)).text).toBe(before[1]);
  });

  it('changes a segment generated for an unknown id, in one workspace only', async () => {
    const workspaces = ['w', 'other'].map((name) => ({ name, apiKeys: [{ key: `${name}-KEY` }] }));
    const server = await startTestServer({ clock: '2024-01-31T12:00:00Z', unknownSegments: 'generate', workspaces });
    const before = await served(server, 'made-up', 'w-KEY');
    expect(await patch(server, { analyticsTrackingEnabled: false }, 'made-up')).toMatchObject({ status: 200 });
    expectRefusal(await served(server, 'made-up', 'w-KEY'), 422, 'analytics_not_enabled');
    expect((await served(server, 'made-up', 'other-KEY')).text).toBe(before.text);
    await patch(server, { analyticsTrackingEnabled: null }, 'made-up');
    expect((await served(server, 'made-up', 'w-KEY')).text).toBe(before.text);
  });
});

describe('PUT of a segment', () => {
  it('replaces it and resets omitted fields to their defaults', async () => {
    const server = await start();
    await server.control('PUT', `${SEGMENTS}/rich`, { analyticsTrackingEnabled: false });
    expect(await shown(server)).toMatchObject({ name: 'rich', tags: [], size: 100_000, points: {} });
  });

  it('accepts the data of a reply as points and shows them by day', async () => {
    const server = await start();
    const { body } = await served(server);
    const { data } = body as { data: { time: string; size: number }[] };
    const put = await server.control('PUT', `${SEGMENTS}/copy`, { points: data });
    expect(put.body).toMatchObject({
      points: Object.fromEntries(data.map(({ time, size }) => [time.slice(0, 10), size])),
    });
    expect(put.body).not.toHaveProperty('size');
    expect((await served(server, 'copy')).body).toEqual(body);
    const again = await server.control('PUT', `${SEGMENTS}/again`, { ...(put.body as object), id: 'again' });
    expect((await served(server, 'again')).body).toEqual(body);
    expect(again.body).toEqual({ ...(put.body as object), id: 'again' });
  });
});

describe('segments.update of the library', () => {
  const started = async () => {
    const mock = await startMock({ fixtures: { workspaces: [{ name: 'w', segments: [RICH] }] } });
    onTestFinished(() => mock.stop());
    return mock.workspace.segments;
  };

  it('changes the given fields and keeps the rest', async () => {
    const segments = await started();
    const before = segments.get('rich');
    const changed = segments.update('rich', { tags: null, points: { '2024-01-29': null } });
    expect(changed).toEqual({ ...before, tags: [], points: { '2024-01-30': 241_000 } });
    expect(segments.get('rich')).toEqual(changed);
    expect(segments.update('rich', { analyticsTrackingEnabled: false })).toEqual({
      ...changed,
      analyticsTrackingEnabled: false,
    });
  });

  it('rejects invalid fields and changes nothing', async () => {
    const segments = await started();
    const before = segments.list();
    const refused = (code: string, message: RegExp) =>
      expect.objectContaining({ code, message: expect.stringMatching(message) as string });
    expect(() => segments.update('nobody', {})).toThrow(refused('segment_not_found', /nobody/));
    expect(() => segments.update('rich', { name: 'New', size: -1 })).toThrow(
      refused('body_invalid', /^\$\.size: found -1/),
    );
    expect(() => segments.update('rich', { id: 'other' })).toThrow(refused('body_invalid', /^\$\.id: found "other"/));
    expect(segments.list()).toEqual(before);
  });

  it('copies its argument', async () => {
    const segments = await started();
    const points = [{ time: '2024-01-29', size: 1 }];
    segments.update('rich', { points });
    points[0]!.size = 2;
    expect(segments.get('rich').points).toEqual({ '2024-01-29': 1 });
  });
});

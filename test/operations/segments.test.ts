import { describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../support/server.js';
import { expectRefusal } from '../support/wire.js';

const NOW = '2024-01-31T12:00:00Z';
const SEGMENTS = '/workspaces/w/segments';

function start(): Promise<TestServer> {
  return startTestServer({
    clock: NOW,
    workspaces: [
      {
        name: 'w',
        apiKeys: [{ key: 'KEY' }],
        retentionDays: 2,
        processingDelay: 'P2D',
        segments: [
          { id: 'recorded', points: { '2024-01-28': 5, '2024-01-29': 7 }, size: 100 },
          { id: 'large', type: 'static', size: 1_000_000, missingDays: ['2024-01-30'] },
          { id: 'young', createdAt: '2024-01-29T06:00:00Z', size: 100, type: 'static' },
          { id: 'omitting', points: { '2024-01-30': 5 }, gaps: 'omit' },
          { id: 'untracked', analyticsTrackingEnabled: false, size: 1, type: 'static' },
        ],
      },
    ],
  });
}

const sizes = async (server: TestServer, id: string) => {
  const url = `/segments/data_series?segment_id=${encodeURIComponent(id)}&length=1&ending_at=2024-01-29`;
  const { status, body } = await server.get(url, bearer('KEY'));
  return status === 200 ? (body as { data: { size: number }[] }).data.map(({ size }) => size) : status;
};

describe('segments at run time', () => {
  it('are created, shown, listed, replaced and deleted', async () => {
    const server = await start();
    const fixture = { type: 'static', size: 4321, name: 'Mine', tags: ['a'], noise: { threshold: 1e6 } };
    const put = await server.control('PUT', `${SEGMENTS}/mine`, fixture);
    expect(put).toMatchObject({
      status: 201,
      body: { ...fixture, id: 'mine', gaps: 'generate', anchor: '2024-01-01' },
    });
    expect((await server.control('GET', `${SEGMENTS}/mine`)).body).toEqual(put.body);
    const { segments } = (await server.control('GET', SEGMENTS)).body as { segments: { id: string }[] };
    expect(segments.map(({ id }) => id)).toEqual(['recorded', 'large', 'young', 'omitting', 'untracked', 'mine']);
    expect(await sizes(server, 'mine')).toEqual([4321]);
    expect((await server.control('PUT', `${SEGMENTS}/mine`, { id: 'mine', gaps: 'zero' })).status).toBe(200);
    expect(await sizes(server, 'mine')).toEqual([0]);
    expect(await server.control('DELETE', `${SEGMENTS}/mine`)).toMatchObject({ status: 204, text: '' });
    expect(await sizes(server, 'mine')).toBe(404);
    expectRefusal(await server.control('DELETE', `${SEGMENTS}/mine`), 404, 'segment_not_found');
  });

  it('can be written back as they were read', async () => {
    const server = await start();
    const { body } = await server.control('GET', `${SEGMENTS}/recorded`);
    expect(await server.control('PUT', `${SEGMENTS}/recorded`, body)).toMatchObject({ status: 200, body });
  });

  it('replace those of the fixture, in this workspace only', async () => {
    const server = await start();
    const { body } = await server.control('POST', '/workspaces', { from: 'w', name: 'other' });
    await server.control('PUT', `${SEGMENTS}/recorded`, { points: { '2024-01-29': 99 } });
    await server.control('DELETE', `${SEGMENTS}/large`);
    expect([await sizes(server, 'recorded'), await sizes(server, 'large')]).toEqual([[99], 404]);
    const key = bearer((body as { apiKey: string }).apiKey);
    const reply = await server.get('/segments/data_series?segment_id=recorded&length=1&ending_at=2024-01-29', key);
    expect(reply.body).toMatchObject({ data: [{ size: 7 }] });
    expect((await server.control('GET', '/workspaces/other')).body).toMatchObject({ segments: 5 });
  });

  it.each(['a b', 'a/b', 'a//b', 'a%2Fb', 'ünïcode 🎉', 'series', 'a?b#c', 'x'.repeat(256)])(
    'can have the id %j',
    async (id) => {
      const server = await start();
      const path = `${SEGMENTS}/${encodeURIComponent(id)}`;
      expect(await server.control('PUT', path, { gaps: 'zero' })).toMatchObject({ status: 201, body: { id } });
      expect(await server.control('GET', path)).toMatchObject({ status: 200, body: { id } });
      expect((await server.control('GET', `${path}/series`)).status).toBe(200);
      expect(await sizes(server, id)).toEqual([0]);
    },
  );
});

describe('the ground truth', () => {
  const truth = async (server: TestServer, id: string, range: string) =>
    (await server.control('GET', `${SEGMENTS}/${id}/series${range}`)).body;

  it('marks days as recorded or generated, including those hidden by retention and processing', async () => {
    const server = await start();
    await server.control('PUT', `${SEGMENTS}/flat`, { type: 'static', size: 100, points: { '2024-01-29': 7 } });
    const day = (name: string, size: number, source: string) => ({
      day: name,
      trueSize: size,
      estimatedSize: size,
      source,
    });
    expect(await truth(server, 'flat', '?from=2024-01-28&to=2024-01-31')).toEqual({
      series: [
        day('2024-01-28', 100, 'generated'),
        day('2024-01-29', 7, 'recorded'),
        day('2024-01-30', 100, 'generated'),
        day('2024-01-31', 100, 'generated'),
      ],
    });
  });

  it('shows the true size next to the estimate that callers get', async () => {
    const server = await start();
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
    ['recorded', '?from=2024-01-30&to=2024-02-20', '2024-01-30', '2024-01-31', 2],
    ['recorded', '?from=2015-01-01&to=2015-01-01', '2015-01-01', '2015-01-01', 1],
    ['young', '?from=2024-01-01', '2024-01-30', '2024-01-31', 2],
    ['large', '?from=2024-01-29', '2024-01-29', '2024-01-31', 2],
    ['omitting', '', '2024-01-30', '2024-01-30', 1],
    ['untracked', '?from=2024-01-30', '2024-01-30', '2024-01-31', 2],
    ['recorded', '?from=2024-02-10&to=2024-02-20', undefined, undefined, 0],
  ])('of %s with %s goes from %s to %s: %i days', async (id, range, first, last, count) => {
    const { series } = (await truth(await start(), id, range)) as { series: { day: string }[] };
    expect([series[0]?.day, series.at(-1)?.day, series.length]).toEqual([first, last, count]);
  });

  it('ends with the today of the workspace’s clock', async () => {
    const server = await start();
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
    const reply = await (await start()).control('GET', `${SEGMENTS}/recorded/series${range}`, undefined, headers);
    const csv = 'day,trueSize,estimatedSize,source\n2024-01-28,5,5,recorded\n2024-01-29,7,7,recorded\n';
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
});

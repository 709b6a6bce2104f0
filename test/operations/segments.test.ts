import { describe, expect, it } from 'vitest';
import { bearer } from '../support/server.js';
import { SEGMENTS, sizes, startWithSegments } from '../support/run-time-segments.js';
import { expectRefusal } from '../support/wire.js';

describe('segments at run time', () => {
  it('are created, shown, listed, replaced and deleted', async () => {
    const server = await startWithSegments();
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
    const server = await startWithSegments();
    const { body } = await server.control('GET', `${SEGMENTS}/recorded`);
    expect(await server.control('PUT', `${SEGMENTS}/recorded`, body)).toMatchObject({ status: 200, body });
  });

  it('replace those of the fixture, in this workspace only', async () => {
    const server = await startWithSegments();
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
      const server = await startWithSegments();
      const path = `${SEGMENTS}/${encodeURIComponent(id)}`;
      expect(await server.control('PUT', path, { gaps: 'zero' })).toMatchObject({ status: 201, body: { id } });
      expect(await server.control('GET', path)).toMatchObject({ status: 200, body: { id } });
      expect((await server.control('GET', `${path}/series`)).status).toBe(200);
      expect(await sizes(server, id)).toEqual([0]);
    },
  );
});

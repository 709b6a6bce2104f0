import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/core/answer.js';
import type { Mock } from '../../src/core/mock.js';
import type { ProfileName } from '../../src/core/profiles/names.js';
import { checkFixture, type FixtureFile, type WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { expandKeys } from '../../src/fixtures/variables.js';
import { clockView } from '../../src/operations/clock.js';
import { setRateLimit } from '../../src/operations/rate-limit.js';
import { putSegment } from '../../src/operations/segments.js';
import { putWorkspace, workspaceFixture } from '../../src/operations/snapshot.js';
import { addApiKey, revokeApiKey, setProfile, workspaceView } from '../../src/operations/workspaces.js';
import { mockOf } from '../support/mock.js';
import { bearer, startTestServer } from '../support/server.js';
import { expectRefusal } from '../support/wire.js';

const NOW = '2024-01-31T12:00:00Z';
const W: WorkspaceFixture = {
  name: 'w',
  apiKeys: [{ key: 'KEY-OF-W' }],
  retentionDays: 400,
  processingDelay: 'PT4H',
  journalSize: 7,
  segments: [
    { id: 'one', size: 5000 },
    { id: 'two', points: { '2024-01-30': 9 }, gaps: 'omit', listed: false },
  ],
  faults: [{ trigger: { probability: 0.5 }, effect: { status: 503 } }],
};
const OTHER: WorkspaceFixture = { name: 'other', apiKeys: [{ key: 'KEY-OF-OTHER' }] };

const start = () => startTestServer({ clock: NOW, workspaces: [W, OTHER] });
const status = async (server: Awaited<ReturnType<typeof start>>, key: string, id = 'one') =>
  (await server.get(`/segments/data_series?segment_id=${id}&length=1`, bearer(key))).status;

/** The replies to a sequence of requests, with what does not change between two runs. */
function replies(mock: Mock, key: string): unknown[] {
  const targets = [
    'data_series?segment_id=one&length=40',
    'data_series?segment_id=two&length=3',
    'list',
    'details?segment_id=new',
  ];
  return [...targets, ...targets, ...targets].map((target) => {
    const reply = answer(mock, { method: 'GET', target: `/segments/${target}`, headers: bearer(key) });
    const { 'x-request-id': _id, 'x-runtime': _time, ...headers } = reply.headers;
    return [reply.status, headers, String(reply.body)];
  });
}

describe('a restored workspace', () => {
  const changes = fc.record({
    profile: fc.constantFrom<ProfileName>('documented', 'observed'),
    clock: fc.constantFrom(
      undefined,
      { now: '2023-05-06T07:08:09.123Z', frozen: true },
      { now: '2020-02-29', scale: 60 },
    ),
    limit: fc.constantFrom('off' as const, { capacity: 3 }, { capacity: 9, refillPerHour: 2, remaining: 1 }, undefined),
    segment: fc.option(
      fc.record({ size: fc.nat(9000), type: fc.constantFrom('static' as const, 'behavior' as const) }),
    ),
    deletes: fc.boolean(),
    key: fc.constantFrom('A-NEW-API-KEY', '${HOME}', '$${HOME}', '$$${x', undefined),
    revokes: fc.boolean(),
    fault: fc.option(
      fc.constantFrom(
        { effect: { status: 500 } },
        { trigger: { after: 2, times: 3 }, effect: { delay: { kind: 'fixed' as const, ms: 5 } } },
      ),
    ),
  });

  it('answers as the original would after a reset of journal, bucket and counts, and can be restored again', () => {
    fc.assert(
      fc.property(changes, (change) => {
        const mock = mockOf({ clock: NOW }, [W, OTHER], { now: () => 1_700_000_000_000, frozen: false, scale: 1 });
        const workspace = mock.workspaces.get('w');
        if (workspace === undefined) throw new Error('there is a workspace w');
        setProfile(workspace, change.profile);
        if (change.clock !== undefined) workspace.clock.set(change.clock);
        if (change.limit !== undefined) setRateLimit(workspace, change.limit);
        if (change.segment !== null) putSegment(workspace, 'new', change.segment);
        if (change.deletes) workspace.catalogue.delete('one');
        const key = change.key ?? 'ANOTHER-KEY';
        addApiKey(mock, workspace, { key, permissions: ['segments.data_series', 'segments.list'] });
        if (change.revokes) revokeApiKey(mock, workspace, 'KEY-OF-W');
        if (change.fault !== null) workspace.faults.add(change.fault);

        const fixture = JSON.parse(JSON.stringify(workspaceFixture(workspace))) as FixtureFile;
        const before = { ...workspaceView(workspace), requests: 0 };
        expect(putWorkspace(mock, 'w', fixture).isNew).toBe(false);
        const [put, first] = [mock.workspaces.get('w'), replies(mock, key)];
        if (put === undefined) throw new Error('it was put back');
        const { rateLimit, ...rest } = before;
        const full = rateLimit === 'off' ? 'off' : { ...rateLimit, remaining: rateLimit.capacity };
        expect(workspaceFixture(put)).toEqual(fixture);
        putWorkspace(mock, 'w', fixture);
        const again = mock.workspaces.get('w');
        expect(again && workspaceView(again)).toEqual({ ...rest, rateLimit: full });
        expect(again && clockView(again)).toEqual(before.clock);
        expect(replies(mock, key)).toEqual(first);

        // The same as a file, in another mock.
        expect([expandKeys(fixture, {}), checkFixture(fixture).ok]).toEqual([[], true]);
        const fresh = mockOf({ clock: NOW }, fixture.workspaces, {
          now: () => 1_700_000_000_000,
          frozen: false,
          scale: 1,
        });
        expect(replies(fresh, key)).toEqual(first);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('PUT of a workspace', () => {
  it('creates it, then replaces it with the same result', async () => {
    const server = await start();
    const body = { apiKeys: [{ key: 'KEY-OF-NEW' }], segments: [{ id: 'one' }], rateLimit: { capacity: 2 } };
    const first = await server.control('PUT', '/workspaces/new', body);
    expect(first).toMatchObject({ status: 201, body: { name: 'new', rateLimit: { capacity: 2, remaining: 2 } } });
    expect([await status(server, 'KEY-OF-NEW'), await status(server, 'KEY-OF-NEW')]).toEqual([200, 200]);
    expect(await status(server, 'KEY-OF-NEW')).toBe(429);
    const second = await server.control('PUT', '/workspaces/new', body);
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await status(server, 'KEY-OF-NEW')).toBe(200);
  });

  it('takes the file that GET …/fixture shows, only under its own name', async () => {
    const server = await start();
    const { body } = await server.control('GET', '/workspaces/w/fixture');
    expect(checkFixture(body).ok).toBe(true);
    expect((await server.control('PUT', '/workspaces/w', body)).status).toBe(200);
    expect((await server.control('GET', '/workspaces/w/fixture')).body).toEqual(body);
    expectRefusal(await server.control('PUT', '/workspaces/elsewhere', body), 400, 'body_invalid');
  });

  it('generates a key if none is given, the same each time', async () => {
    const server = await start();
    const first = await server.control('PUT', '/workspaces/new', {});
    const second = await server.control('PUT', '/workspaces/new', { name: 'new', apiKeys: [] });
    expect([first.status, second.status, second.body]).toEqual([201, 200, first.body]);
  });

  it('keeps its place among the workspaces, and a reset brings back the fixture', async () => {
    const server = await start();
    await server.control('PUT', '/workspaces/w', { apiKeys: [{ key: 'KEY-PUT' }] });
    const { workspaces } = (await server.control('GET', '/workspaces')).body as { workspaces: { name: string }[] };
    expect(workspaces.map(({ name }) => name)).toEqual(['w', 'other']);
    expect(await status(server, 'KEY-OF-W')).toBe(401);
    await server.control('POST', '/workspaces/w/reset');
    expect(await status(server, 'KEY-PUT')).toBe(404);
    await server.control('POST', '/reset');
    expect([await status(server, 'KEY-PUT'), await status(server, 'KEY-OF-W')]).not.toContain(404);
    expect(await status(server, 'KEY-PUT')).toBe(401);
  });

  it.each<[unknown, number, string, string]>([
    [{ name: 'other' }, 400, 'body_invalid', '$.name: found \\"other\\"'],
    [{ workspaces: [{ name: 'x' }] }, 400, 'body_invalid', '$.workspaces[0].name: found \\"x\\"'],
    [{ workspaces: [] }, 400, 'body_invalid', 'exactly one workspace'],
    [{ workspaces: [{ name: 'w' }, { name: 'v' }] }, 400, 'body_invalid', 'exactly one workspace'],
    [{ workspaces: [{ name: 'w' }], retentionDays: 5 }, 400, 'body_invalid', '$.retentionDays'],
    [{ retentionDays: -1 }, 400, 'body_invalid', '$.retentionDays'],
    [{ segments: [{ id: 'a' }, { id: 'a' }] }, 400, 'body_invalid', '$.segments[1].id'],
    [{ apiKeys: [{ key: 'a' }, { key: 'a' }] }, 400, 'body_invalid', '$.apiKeys[1].key'],
    [
      { workspaces: [{ name: 'w', apiKeys: [{ key: 'a' }, { key: 'a' }] }] },
      400,
      'body_invalid',
      '$.workspaces[0].apiKeys[1].key',
    ],
    [{ apiKeys: [{ key: 'KEY-OF-OTHER' }] }, 409, 'api_key_exists', 'opens the workspace other already'],
    [[], 400, 'body_invalid', ''],
  ])('%j is refused with %i, and nothing changes', async (body, code, name, message) => {
    const server = await start();
    const before = (await server.control('GET', '/workspaces/w/fixture')).body;
    const reply = await server.control('PUT', '/workspaces/w', body);
    expectRefusal(reply, code, name);
    expect(reply.text).toContain(message);
    expect((await server.control('GET', '/workspaces/w/fixture')).body).toEqual(before);
    expect(await status(server, 'KEY-OF-W')).not.toBe(401);
  });

  it('refuses a name that no workspace can have', async () => {
    expectRefusal(await (await start()).control('PUT', '/workspaces/a%20b', {}), 400, 'body_invalid');
  });

  it('takes a workspace larger than the limit of other bodies', async () => {
    const server = await start();
    const segments = Array.from({ length: 15_000 }, (_none, index) => ({
      id: `segment-${index}`,
      description: 'x'.repeat(100),
    }));
    expect(await server.control('PUT', '/workspaces/big', { segments })).toMatchObject({
      status: 201,
      body: { segments: 15_000 },
    });
    expect(
      (await server.control('PUT', '/workspaces/big', (await server.control('GET', '/workspaces/big/fixture')).body))
        .status,
    ).toBe(200);
  });
});

describe('a revoked API key', () => {
  it('opens nothing from then on, until a reset', async () => {
    const server = await start();
    await server.control('PUT', '/workspaces/w/faults', []);
    await server.control('DELETE', '/workspaces/w/faults');
    expect(await status(server, 'KEY-OF-W')).toBe(200);
    expect(await server.control('DELETE', '/workspaces/w/api-keys/KEY-OF-W')).toMatchObject({ status: 204, text: '' });
    expect(await status(server, 'KEY-OF-W')).toBe(401);
    expect((await server.control('GET', '/workspaces/w')).body).toMatchObject({ apiKeys: [], requests: 1 });
    const again = await server.control('DELETE', '/workspaces/w/api-keys/KEY-OF-W');
    expectRefusal(again, 404, 'api_key_not_found');
    expect(again.text).not.toContain('KEY-OF-W');
    expect((await server.control('POST', '/workspaces/other/api-keys', { key: 'KEY-OF-W' })).status).toBe(201);
    await server.control('POST', '/reset');
    expect(await status(server, 'KEY-OF-W')).not.toBe(401);
  });

  it('must be one of the workspace, with any characters', async () => {
    const server = await start();
    expectRefusal(await server.control('DELETE', '/workspaces/w/api-keys/KEY-OF-OTHER'), 404, 'api_key_not_found');
    expectRefusal(await server.control('DELETE', '/workspaces/none/api-keys/KEY-OF-W'), 404, 'workspace_not_found');
    const key = 'a/b?c#d%e..+';
    await server.control('POST', '/workspaces/w/api-keys', { key });
    expect((await server.control('DELETE', `/workspaces/w/api-keys/${encodeURIComponent(key)}`)).status).toBe(204);
    expect(await status(server, key)).toBe(401);
  });
});

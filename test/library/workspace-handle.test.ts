import { expect, describe, it, onTestFinished } from 'vitest';
import { ControlError, type MockOptions, type RunningMock, startMock } from '../../src/library/index.js';
import { bearer, get } from '../support/server.js';

const NOON = '2024-01-31T12:00:00Z';
const OWN = { workspaces: [{ name: 'own', segments: [{ id: 'ours', size: 7 }] }] };

async function started(options?: MockOptions): Promise<RunningMock> {
  const mock = await startMock(options);
  onTestFinished(() => mock.stop());
  return mock;
}

const series = ({ url }: RunningMock, apiKey: string, id = 'segment_1234') =>
  get(`${url}/segments/data_series?segment_id=${id}&length=1`, bearer(apiKey));

describe('a workspace handle', () => {
  it('belongs to a new workspace, copied from the default or another', async () => {
    const mock = await started({ clock: NOON });
    const [one, other] = [
      mock.createWorkspace(),
      mock.createWorkspace({ name: 'mine', from: 'default', rateLimit: 'off' }),
    ];
    one.faults.add({ effect: { status: 503 } });
    expect([(await series(mock, one.apiKey)).status, (await series(mock, other.apiKey)).status]).toEqual([503, 200]);
    expect([other.name, other.rateLimit.get()]).toEqual(['mine', 'off']);
    expect(one.requests.list().map(({ outcome }) => outcome)).toEqual(['fault']);
    mock.reset();
    expect((await series(mock, one.apiKey)).status).toBe(401);
    expect(mock.strayRequests({ status: 401 }).map(({ status }) => status)).toEqual([401]);
  });

  it('has a clock', async () => {
    const { clock } = (await started({ clock: NOON })).workspace;
    expect(clock.advance('PT1H')).toEqual({ now: '2024-01-31T13:00:00.000Z', frozen: true, scale: 1 });
    expect(clock.advance({ by: 'P1D' }).now).toBe('2024-02-01T13:00:00.000Z');
    expect(clock.set({ now: '2020-01-01', scale: 60 })).toMatchObject({ frozen: false, scale: 60 });
    expect(clock.reset()).toEqual({ now: '2024-01-31T12:00:00.000Z', frozen: true, scale: 1 });
  });

  it('has a rate limit', async () => {
    const mock = await started({ clock: NOON });
    expect(mock.workspace.rateLimit.set({ capacity: 10, remaining: 1 })).toMatchObject({ capacity: 10, remaining: 1 });
    const statuses = [(await series(mock, mock.apiKey)).status, (await series(mock, mock.apiKey)).status];
    expect(statuses).toEqual([200, 429]);
    expect(mock.workspace.rateLimit.set('off')).toBe('off');
  });

  it('has segments with their true sizes', async () => {
    const { segments } = (await started({ clock: NOON, fixtures: OWN })).workspace;
    expect(segments.put('new', { size: 5, points: { '2024-01-30': 9 } })).toMatchObject({ id: 'new', size: 5 });
    expect(segments.list().map(({ id }) => id)).toEqual(['ours', 'new']);
    expect(segments.series('new', { from: '2024-01-30' })).toEqual([
      { day: '2024-01-30', trueSize: 9, estimatedSize: 9, source: 'recorded', seen: 'yes' },
      { day: '2024-01-31', trueSize: 5, estimatedSize: 5, source: 'generated', seen: 'yes' },
    ]);
    expect(segments.trend('new', { from: '2024-01-30' })).toMatchObject({
      days: 2,
      first: 9,
      last: 5,
      largestJump: { day: '2024-01-31', change: -4 },
    });
    segments.delete('ours');
    expect(segments.list().map(({ id }) => id)).toEqual(['new']);
  });

  it('previews replies, and answers requests again', async () => {
    const mock = await started({ clock: NOON });
    const { segments, requests } = mock.workspace;
    const preview = segments.reply('segment_1234', { length: 1 });
    expect(requests.list()).toEqual([]);
    const { body } = await series(mock, mock.apiKey);
    expect(preview).toMatchObject({
      url: '/segments/data_series?segment_id=segment_1234&length=1',
      status: 200,
      headers: { 'x-ratelimit-remaining': '249999' },
      body,
    });
    expect(segments.reply('segment_1234', { length: '0', profile: 'observed' })).toMatchObject({ status: 400 });
    expect(requests.again('1')).toMatchObject({ entry: { recomputed: true, body }, again: { body }, differences: [] });
    expect(requests.again('1', { profile: 'observed' }).again.headers['etag']).toMatch(/^W/);
    expect(requests.list()).toHaveLength(1);
  });

  it('is restored from its fixture under the same handles, and revokes keys', async () => {
    const mock = await started({ clock: NOON, fixtures: OWN });
    const { workspace } = mock;
    workspace.rateLimit.set({ capacity: 1 });
    workspace.segments.put('new', { size: 5 });
    const fixture = workspace.fixture();
    fixture.workspaces[0]?.segments?.splice(0, 1);
    expect(workspace.segments.list().map(({ id }) => id)).toEqual(['ours', 'new']);
    const put = mock.putWorkspace(workspace.fixture());
    expect([put.name, put.apiKey, workspace.exists, workspace.rateLimit.get()]).toEqual([
      workspace.name,
      workspace.apiKey,
      true,
      { capacity: 1, refillPerHour: 250_000, remaining: 1 },
    ]);
    expect((await series(mock, mock.apiKey, 'new')).status).toBe(200);
    expect(workspace.requests.list()).toHaveLength(1);
    workspace.revokeApiKey(workspace.apiKey);
    expect((await series(mock, mock.apiKey, 'new')).status).toBe(401);
    const other = mock.putWorkspace('other', {
      apiKeys: [{ key: 'OTHER-KEY' }],
      clock: new Date('2020-02-29T00:00:00Z'),
    });
    expect([other.apiKey, other.clock.get().now]).toEqual(['OTHER-KEY', '2020-02-29T00:00:00.000Z']);
    mock.reset();
    expect([workspace.exists, other.exists, workspace.rateLimit.get()]).toEqual([true, false, expect.anything()]);
    expect((await series(mock, mock.apiKey, 'ours')).status).toBe(200);
  });

  it('has faults, which do not follow later changes to their plan', async () => {
    const mock = await started();
    const { faults } = mock.workspace;
    const plan = { trigger: { times: 1 }, effect: { status: 500 } };
    const { id } = faults.add(plan);
    plan.effect.status = 503;
    faults.add(plan);
    const statuses = [(await series(mock, mock.apiKey)).status, (await series(mock, mock.apiKey)).status];
    expect(statuses).toEqual([500, 503]);
    expect(faults.get(id)).toMatchObject({ matched: 2, strikes: 1 });
    faults.delete(id);
    expect(faults.list().map((fault) => fault.id)).toEqual(['fault-2']);
    faults.clear();
    expect(faults.list()).toEqual([]);
  });

  it('has requests, newest first', async () => {
    const mock = await started();
    await series(mock, mock.apiKey);
    await series(mock, mock.apiKey, 'nobody');
    const { requests } = mock.workspace;
    expect(requests.list().map(({ status }) => status)).toEqual([404, 200]);
    const [found] = requests.list({ status: 404, limit: 1 });
    expect(requests.get(found!.id)).toEqual(found);
    expect([requests.count(), requests.count({ status: 404 }), requests.count({ outcome: 'fault' })]).toEqual([
      2, 1, 0,
    ]);
    expect(requests.list({ status: '200', outcome: 'success', segmentId: 'segment_1234' })).toHaveLength(1);
    requests.clear();
    expect(requests.list()).toEqual([]);
  });

  it('adds API keys, resets and deletes its workspace', async () => {
    const mock = await started();
    const workspace = mock.createWorkspace();
    const { key, permissions } = workspace.addApiKey({ permissions: ['segments.list'] });
    expect([permissions, (await series(mock, key)).status]).toEqual([['segments.list'], 403]);
    workspace.segments.put('new');
    workspace.reset();
    expect((await series(mock, key)).status).toBe(401);
    expect((await series(mock, workspace.apiKey, 'new')).status).toBe(404);
    workspace.delete();
    expect((await series(mock, workspace.apiKey)).status).toBe(401);
    expect(() => workspace.clock.get()).toThrow(expect.objectContaining({ code: 'workspace_not_found' }));
  });
});

type Wrong = [what: string, call: (mock: RunningMock) => unknown, code: string, message: RegExp];

it.each<Wrong>([
  ['clock', ({ workspace }) => workspace.clock.set({ scale: 0 }), 'body_invalid', /^\$\.scale: found 0/],
  ['clock', ({ workspace }) => workspace.clock.set({ frozen: true, scale: 2 }), 'body_invalid', /^\$\.scale: found 2/],
  ['duration', ({ workspace }) => workspace.clock.advance('soon'), 'body_invalid', /^\$\.by: found "soon"/],
  ['rate limit', ({ workspace }) => workspace.rateLimit.set({ capacity: 0 }), 'body_invalid', /^\$\.capacity: found 0/],
  ['segment', ({ workspace }) => workspace.segments.put('a', { size: -1 }), 'body_invalid', /^\$\.size: found -1/],
  ['segment', ({ workspace }) => workspace.segments.get('nobody'), 'segment_not_found', /nobody/],
  [
    'range',
    ({ workspace }) => workspace.segments.trend('segment_1234', { to: 'x' }),
    'query_invalid',
    /^\$\.to: found "x"/,
  ],
  ['key', ({ workspace }) => workspace.revokeApiKey('NOBODY'), 'api_key_not_found', /no such API key/],
  ['key', ({ workspace }) => workspace.revokeApiKey(7 as never), 'body_invalid', /^\$\.key: found a number/],
  ['workspace', (mock) => mock.putWorkspace({}), 'body_invalid', /^\$\.name/],
  ['workspace', (mock) => mock.putWorkspace('a', { name: 'b' }), 'body_invalid', /^\$\.name: found "b"/],
  ['workspace', (mock) => mock.putWorkspace('a', new Map() as never), 'body_invalid', /a Map/],
  ['reply', ({ workspace }) => workspace.segments.reply('nobody'), 'segment_not_found', /nobody/],
  ['reply', ({ workspace }) => workspace.segments.reply('a', { profile: 'x' as never }), 'query_invalid', /"x"/],
  ['again', ({ workspace }) => workspace.requests.again('7'), 'request_not_found', /7/],
  ['again', ({ workspace }) => workspace.requests.again('7', { faults: 'no' as never }), 'query_invalid', /"no"/],
  [
    'range',
    ({ workspace }) => workspace.segments.series('segment_1234', { from: 'x' }),
    'query_invalid',
    /^\$\.from: found "x"/,
  ],
  [
    'fault',
    ({ workspace }) => workspace.faults.add({ effect: { status: 200 } }),
    'body_invalid',
    /^\$\.effect\.status: found 200/,
  ],
  ['fault', ({ workspace }) => workspace.faults.delete('fault-9'), 'fault_not_found', /fault-9/],
  ['filter', ({ workspace }) => workspace.requests.list({ status: 99 }), 'query_invalid', /^\$\.status: found 99/],
  ['filter', (mock) => mock.strayRequests({ limit: -1 }), 'query_invalid', /^\$\.limit: found -1/],
  ['filter', ({ workspace }) => workspace.requests.count({ status: 99 }), 'query_invalid', /^\$\.status: found 99/],
  ['request', ({ workspace }) => workspace.requests.get('9'), 'request_not_found', /9/],
  ['workspace', (mock) => mock.createWorkspace({ name: 'default' }), 'workspace_exists', /default/],
  ['workspace', (mock) => mock.createWorkspace({ from: 'nobody' }), 'workspace_not_found', /nobody/],
  ['workspace', (mock) => mock.createWorkspace({ retentionDays: -1 }), 'body_invalid', /^\$\.retentionDays: found -1/],
  ['key', ({ workspace }) => workspace.addApiKey({ key: 'YOUR-REST-API-KEY' }), 'api_key_exists', /default/],
])('rejects a wrong %s with a ControlError: %s', async (_what, call, code, message) => {
  const mock = await started();
  const refused = () => call(mock);
  expect(refused).toThrow(ControlError);
  expect(refused).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }));
});

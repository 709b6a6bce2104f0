import { describe, expect, it } from 'vitest';
import { answer } from '../../src/core/answer.js';
import type { Workspace } from '../../src/core/workspaces/workspace.js';
import { changeState, STATES } from '../../src/operations/states.js';
import { workspaceFixture } from '../../src/operations/snapshot.js';
import { mockOf } from '../support/mock.js';
import { startTestServer } from '../support/server.js';

const CLOCK = '2024-02-01T12:00:00Z';

function mocked() {
  const segments = [{ id: 'known', size: 500, subsetOf: undefined }, { id: 'parent' }].map(({ id }) => ({ id }));
  const mock = mockOf({ clock: CLOCK }, [
    {
      name: 'w',
      apiKeys: [{ key: 'K' }],
      segments: [...segments, { id: 'child', subsetOf: { segment: 'parent', share: 0.5 } }],
    },
  ]);
  const workspace = mock.workspaces.get('w') as Workspace;
  const status = (id: string) => {
    const target = `/segments/data_series?segment_id=${id}&length=1`;
    return answer(mock, { method: 'GET', target, headers: { authorization: 'Bearer K' } }).status;
  };
  return { mock, workspace, status };
}

/** Every state with params, and the status of a request for the segment `id` in it. */
const CASES: [state: string, params: Record<string, unknown>, id: string, before: number, inIt: number][] = [
  ['segment exists', { id: 'new', points: { '2024-02-01': 4711 } }, 'new', 404, 200],
  ['segment exists', { id: 'known', analyticsTrackingEnabled: false }, 'known', 200, 422],
  ['segment does not exist', { id: 'known' }, 'known', 200, 404],
  ['segment does not exist', { id: 'never' }, 'never', 404, 404],
  ['analytics is off', { id: 'known' }, 'known', 200, 422],
  ['analytics is off', { id: 'parent' }, 'parent', 200, 422],
  ['analytics is off', { id: 'new' }, 'new', 404, 422],
  ['API key lacks permission', {}, 'known', 200, 403],
  ['rate limit is used up', { path: '/segments/data_series' }, 'known', 200, 429],
  ['outage', {}, 'known', 200, 503],
  ['outage', { status: 502, segmentId: 'known' }, 'known', 200, 502],
];

it('has a case for every state', () => {
  expect([...new Set(CASES.map(([state]) => state))].toSorted()).toEqual(Object.keys(STATES).toSorted());
});

describe.each(CASES)('"%s" with %j', (state, params, id, before, inIt) => {
  it('is set up, and completely undone by its teardown', () => {
    const { workspace, status } = mocked();
    const fixture = workspaceFixture(workspace);
    expect(status(id)).toBe(before);
    expect(changeState(workspace, { state, params })).toEqual({ state, params, action: 'setup' });
    expect(status(id)).toBe(inIt);
    changeState(workspace, { state, params, action: 'teardown' });
    expect(status(id)).toBe(before);
    expect(workspaceFixture(workspace)).toEqual(fixture);
  });

  it('leaves nothing to undo after a reset', () => {
    const { mock, workspace, status } = mocked();
    changeState(workspace, { state, params });
    mock.resetWorkspace(workspace);
    const fixture = workspaceFixture(workspace);
    expect(status(id)).toBe(before);
    changeState(workspace, { state, action: 'teardown' });
    expect(workspaceFixture(workspace)).toEqual(fixture);
  });
});

it('serves the sizes that a state names', () => {
  const { mock, workspace } = mocked();
  const data = [{ time: '2024-02-01T00:00:00+00:00', size: 4711 }];
  changeState(workspace, { state: 'segment exists', params: { id: 'vip', points: data } });
  const request = { method: 'GET', target: '/segments/data_series?segment_id=vip&length=1' };
  const { body } = answer(mock, { ...request, headers: { authorization: 'Bearer K' } });
  expect(JSON.parse(Buffer.from(body as Uint8Array).toString())).toEqual({ message: 'success', data });
});

it('undoes setups of one state in reverse order, and ignores a teardown too many', () => {
  const { workspace } = mocked();
  const fixture = workspaceFixture(workspace);
  for (const size of [1, 2]) changeState(workspace, { state: 'Segment Exists ', params: { id: 'known', size } });
  changeState(workspace, { state: 'segment exists', action: 'teardown' });
  expect(workspace.catalogue.find('known')?.fixture.size).toBe(1);
  for (const action of ['teardown', 'teardown'] as const) changeState(workspace, { state: 'segment exists', action });
  expect(workspaceFixture(workspace)).toEqual(fixture);
});

it.each([null, '', '  '])('changes nothing for the state %j', (state) => {
  const { workspace } = mocked();
  const fixture = workspaceFixture(workspace);
  expect(changeState(workspace, { state })).toEqual({ state });
  expect(workspaceFixture(workspace)).toEqual(fixture);
});

describe('refuses', () => {
  it.each<[string, Parameters<typeof changeState>[1], string, RegExp]>([
    [
      'an unknown state, with the known ones',
      { state: 'rainy' },
      'state_not_found',
      /no state "rainy"; there is "segment exists", .*"outage"/,
    ],
    ['a state without its params', { state: 'segment exists' }, 'body_invalid', /\$\.params\.id: found nothing/],
    [
      'params of a wrong type',
      { state: 'outage', params: { status: '503' } },
      'body_invalid',
      /\$\.params\.status: found "503"/,
    ],
    ['unknown params', { state: 'outage', params: { statis: 503 } }, 'body_invalid', /\$\.params\.statis/],
    ['to delete a parent', { state: 'segment does not exist', params: { id: 'parent' } }, 'segment_in_use', /child/],
  ])('%s, and changes nothing', (_what, change, code, message) => {
    const { workspace } = mocked();
    const fixture = workspaceFixture(workspace);
    expect(() => changeState(workspace, change)).toThrow(message);
    expect(() => changeState(workspace, change)).toThrow(expect.objectContaining({ code }));
    expect(workspaceFixture(workspace)).toEqual(fixture);
    if (code === 'state_not_found') return;
    changeState(workspace, { state: change.state, action: 'teardown' });
    expect(workspaceFixture(workspace)).toEqual(fixture);
  });
});

it('takes the bodies of verifiers, and refuses other fields', async () => {
  const server = await startTestServer({ clock: CLOCK });
  const post = (body: unknown) => server.control('POST', '/workspaces/default/states', body);
  const params = { id: 'vip' };
  const consumer = { consumer: 'c', states: [{ name: 'segment exists', params }] };
  expect(await post({ ...consumer, state: 'segment exists', params })).toMatchObject({
    status: 200,
    body: { state: 'segment exists', params, action: 'setup' },
  });
  expect((await server.get('/segments/data_series?segment_id=vip&length=1')).status).toBe(200);
  expect((await post({ state: 'segment exists', params, action: 'teardown' })).status).toBe(200);
  expect((await server.get('/segments/data_series?segment_id=vip&length=1')).status).toBe(404);
  expect((await post({ state: 'rainy' })).status).toBe(404);
  expect((await post({ stat: 'outage' })).status).toBe(400);
  expect((await post({ state: 'outage', action: 'begin' })).status).toBe(400);
});

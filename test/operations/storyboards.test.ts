import { describe, expect, it } from 'vitest';
import { BUILT_IN_STORYBOARDS } from '../../src/core/faults/built-in-storyboards.js';
import { checkFixture } from '../../src/core/workspaces/fixture.js';
import { describeProblem } from '../../src/schema/problems.js';
import { startMock } from '../../src/library/index.js';
import { startTestServer, type TestServer } from '../support/server.js';

const CLOCK = '2024-06-15T10:00:00Z';
const GOOD = '/segments/data_series?segment_id=segment_1234&length=3';
const BOARDS = '/workspaces/default/storyboards';
const MINE = {
  name: 'mine',
  faults: [
    { trigger: { until: 'PT1M' }, effect: { status: 500 } },
    { trigger: { from: 'PT5M', until: 'PT10M' }, effect: { status: 503 } },
    { trigger: { after: 2, times: 1 }, effect: { status: 502 } },
  ],
};

interface View {
  builtIn: { name: string }[];
  playing: { name: string; startedAt: string; faults: { id: string; phase: string; strikes: number }[] }[];
}

async function shown(server: TestServer): Promise<View['playing']> {
  return ((await server.control('GET', BOARDS)).body as View).playing;
}

const phases = ({ faults }: View['playing'][number]) => faults.map(({ phase }) => phase);
const advance = (server: TestServer, by: string) => server.control('POST', '/workspaces/default/clock/advance', { by });

describe('over HTTP', () => {
  it('the built-in storyboards are listed with their faults', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { body } = await server.control('GET', BOARDS);
    expect(body).toEqual({ builtIn: BUILT_IN_STORYBOARDS, playing: [] });
  });

  it('a storyboard plays, and each fault is past, present or next', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { status, body } = await server.control('POST', BOARDS, MINE);
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'mine', startedAt: '2024-06-15T10:00:00.000Z' });
    expect(phases(body as View['playing'][number])).toEqual(['present', 'next', 'next']);
    expect((await server.get(GOOD)).status).toBe(500);
    await advance(server, 'PT2M');
    expect((await server.get(GOOD)).status).toBe(200);
    expect((await shown(server)).map(phases)).toEqual([['past', 'next', 'present']]);
    await advance(server, 'PT4M');
    expect((await server.get(GOOD)).status).toBe(503);
    expect((await shown(server)).map(phases)).toEqual([['past', 'present', 'present']]);
    await advance(server, 'P365D');
    expect((await server.get(GOOD)).status).toBe(502);
    expect((await shown(server)).map(phases)).toEqual([['past', 'past', 'past']]);
  });

  it('durations count from its beginning, and its faults are listed among the others', async () => {
    const server = await startTestServer({ clock: CLOCK });
    await server.control('POST', '/workspaces/default/faults', { effect: { status: 418 }, trigger: { times: 1 } });
    await advance(server, 'PT1H');
    await server.control('POST', BOARDS, MINE);
    const { body } = await server.control('GET', '/workspaces/default/faults');
    expect(body).toMatchObject({ faults: [{ id: 'fault-1' }, { storyboard: 'mine' }, {}, {}] });
    expect([(await server.get(GOOD)).status, (await server.get(GOOD)).status]).toEqual([418, 500]);
  });

  it('ends by its name, with all its faults', async () => {
    const server = await startTestServer({ clock: CLOCK });
    await server.control('POST', BOARDS, { name: 'outage' });
    await server.control('POST', BOARDS, MINE);
    expect((await server.control('DELETE', `${BOARDS}/outage`)).status).toBe(204);
    expect((await shown(server)).map(({ name }) => name)).toEqual(['mine']);
    const again = await server.control('DELETE', `${BOARDS}/outage`);
    expect([again.status, again.body]).toMatchObject([
      404,
      { errors: [{ code: 'storyboard_not_found', message: expect.stringContaining('playing: mine') as string }] },
    ]);
  });

  it('a storyboard that is playing cannot begin again', async () => {
    const server = await startTestServer({ clock: CLOCK });
    await server.control('POST', BOARDS, { name: 'outage' });
    const { status, body } = await server.control('POST', BOARDS, { name: 'outage' });
    expect([status, body]).toMatchObject([409, { errors: [{ code: 'storyboard_playing' }] }]);
    expect((await shown(server)).map(({ faults }) => faults.length)).toEqual([1]);
  });

  it.each<[body: unknown, message: RegExp]>([
    [{ name: 'outrage' }, /^\$: found \{"name":"outrage"\}, expected faults, or one of outage, brownout/],
    [{ name: 'outage', faults: MINE.faults }, /^\$\.name: found "outage", expected another name/],
    [{ name: 'mine', faults: [] }, /^\$\.faults: found \[\], expected/],
    [{ faults: MINE.faults }, /^\$\.name: found nothing/],
    [{ name: 'a b', faults: MINE.faults }, /^\$\.name: found "a b"/],
    [{ name: 'mine', faults: [{ effect: {} }] }, /^\$\.faults\[0\]\.effect: found \{\}/],
    [
      { name: 'mine', faults: [{ trigger: { from: 'PT2M', until: 'PT1M' }, effect: { status: 500 } }] },
      /^\$\.faults\[0\]\.trigger\.until: found "PT1M", expected a moment after "from", "PT2M"/,
    ],
    [
      { name: 'mine', faults: [{ trigger: { times: 2 }, effect: { drain: { perSecond: 1 } } }] },
      /^\$\.faults\[0\]\.trigger\.times: found 2, expected nothing: a drain allows/,
    ],
    [
      { name: 'mine', faults: [{ trigger: { from: 'soon' }, effect: { status: 500 } }] },
      /^\$\.faults\[0\]\.trigger\.from: found "soon", expected an ISO 8601 instant, or a duration/,
    ],
    [{ name: 'mine', faults: [{ effect: { data: { late_days: 0 } } }] }, /^\$\.faults\[0\]\.effect\.data.*found/],
  ])('%j is refused, and nothing begins', async (given, message) => {
    const server = await startTestServer({ clock: CLOCK });
    const { status, body } = await server.control('POST', BOARDS, given);
    const { errors } = body as { errors: { message: string }[] };
    expect([status, errors[0]?.message]).toEqual([400, expect.stringMatching(message)]);
    expect(await shown(server)).toEqual([]);
  });
});

describe('a workspace begins with', () => {
  const workspace = (storyboards?: unknown) => ({
    name: 'default',
    apiKeys: [{ key: 'YOUR-REST-API-KEY' }],
    segments: [{ id: 'segment_1234' }],
    clock: CLOCK,
    ...(storyboards !== undefined && { storyboards: storyboards as [] }),
  });
  const namesOf = async (server: TestServer) => (await shown(server)).map(({ name }) => name);

  it.each<[storyboards: unknown, setting: 'flaky' | undefined, expected: string[]]>([
    [undefined, undefined, []],
    [['outage', MINE], undefined, ['outage', 'mine']],
    [[{ name: 'outage' }], 'flaky', ['outage']],
    [undefined, 'flaky', ['flaky']],
    [[], 'flaky', []],
  ])('the fixture %j and the setting %s: %j', async (storyboards, storyboard, expected) => {
    const server = await startTestServer({ workspaces: [workspace(storyboards)], ...(storyboard && { storyboard }) });
    expect(await namesOf(server)).toEqual(expected);
    const { body } = await server.control('POST', '/workspaces', {});
    const { name } = body as { name: string };
    const made = (await server.control('GET', `/workspaces/${name}/storyboards`)).body as View;
    expect(made.playing.map((playing) => playing.name)).toEqual(expected);
  });

  it('these again after a reset, while those started by a call end', async () => {
    const server = await startTestServer({ workspaces: [workspace(['outage'])] });
    await server.control('POST', BOARDS, MINE);
    await advance(server, 'PT1H');
    expect((await server.get(GOOD)).status).toBe(503);
    for (const path of ['/workspaces/default/reset', '/reset']) {
      await server.control('POST', path);
      const [board, ...others] = await shown(server);
      expect([others, board]).toMatchObject([[], { startedAt: '2024-06-15T10:00:00.000Z', faults: [{ strikes: 0 }] }]);
    }
  });

  it.each<[storyboards: unknown, problem: RegExp]>([
    [['outrage'], /^\$\.workspaces\[0\]\.storyboards\[0\]: found "outrage", expected/],
    [[{ name: 'outrage' }], /storyboards\[0\]: found \{"name":"outrage"\}, expected faults/],
    [['outage', { name: 'outage' }], /storyboards\[1\]\.name: found "outage", expected another one/],
    ['outage', /storyboards: found "outage", expected/],
  ])('no invalid ones: %j', (storyboards, problem) => {
    const checked = checkFixture({ workspaces: [workspace(storyboards)] });
    expect(checked.ok ? [] : checked.problems.map(describeProblem)).toEqual([expect.stringMatching(problem)]);
  });

  it('the storyboards of a snapshot', async () => {
    const server = await startTestServer({ workspaces: [workspace(['outage'])] });
    await server.control('POST', BOARDS, MINE);
    const { body } = await server.control('GET', '/workspaces/default/fixture');
    expect(body).toMatchObject({ workspaces: [{ faults: [], storyboards: ['outage', MINE] }] });
    expect(checkFixture(body)).toMatchObject({ ok: true });
  });
});

describe('in the library', () => {
  it('storyboards play, are listed and end', async () => {
    await using mock = await startMock({ storyboard: 'flaky', clock: CLOCK });
    const { storyboards } = mock.workspace;
    expect(storyboards.play('outage')).toMatchObject({ name: 'outage', faults: [{ phase: 'present' }] });
    storyboards.play({
      name: 'mine',
      faults: [{ trigger: { from: new Date('2024-06-16'), until: 'P2D' }, effect: { status: 500 } }],
    });
    expect(storyboards.list().playing.map(({ name }) => name)).toEqual(['flaky', 'outage', 'mine']);
    storyboards.end('outage');
    mock.workspace.reset();
    expect(storyboards.list().playing.map(({ name }) => name)).toEqual(['flaky']);
    expect(() => storyboards.play('outrage')).toThrow(/expected faults, or one of outage/);
    expect(() => storyboards.end('outage')).toThrow(/plays no storyboard outage/);
  });
});

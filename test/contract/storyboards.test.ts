import { describe, expect, it } from 'vitest';
import { BUILT_IN_STORYBOARDS } from '../../src/core/faults/built-in-storyboards.js';
import type { Mock } from '../../src/core/mock.js';
import { answer } from '../../src/core/answer.js';
import { Random } from '../../src/core/random.js';
import type { Workspace } from '../../src/core/workspaces/workspace.js';
import type { FaultPlan } from '../../src/core/faults/fault.js';
import { dayAt } from '../support/segments.js';
import { windows } from '../support/list-client.js';
import { mockOf } from '../support/mock.js';

const CLOCK = '2024-06-15T10:20:00Z';
const PROFILES = ['documented', 'observed'] as const;
type Board = { name: string; faults: readonly FaultPlan[] };

function playing({ name, faults }: Board, profile: (typeof PROFILES)[number], clock = CLOCK) {
  const mock = mockOf({ profile }, [
    {
      name: 'w',
      apiKeys: [{ key: 'KEY' }],
      segments: ['a', 'b', 'c'].map((id) => ({ id, createdAt: '2023-12-01' })),
      clock,
    },
  ]);
  const workspace = mock.workspaces.default as Workspace;
  workspace.faults.play({ name, faults });
  return { mock, workspace };
}

/** What a client sees of a reply; `undefined` where the connection breaks. */
function ask(mock: Mock, target: string) {
  const reply = answer(mock, { method: 'GET', target, headers: { authorization: 'Bearer KEY' } });
  const { 'x-request-id': _id, 'x-runtime': _runtime, ...headers } = reply.headers;
  const { connection, truncate } = reply.effect ?? {};
  return { status: reply.status, headers, body: Buffer.from(reply.body).toString(), connection, truncate };
}

/** Airbyte's waits after a 429, a 5xx or a broken reply; other refusals end the sync. */
const WAITS = [1, 2, 4, 8, 16];

/** Lists the segments, then reads each in windows of 100 days. Waits by advancing the clock, at a scale. */
function sync({ mock, workspace }: ReturnType<typeof playing>, scale = 1): { rows: number; failed?: number } {
  let rows = 0;
  const targets = [
    '/segments/list?page=0',
    ...['a', 'b', 'c'].flatMap((id) =>
      windows(dayAt('2024-01-01'), dayAt('2024-06-15')).map(
        ({ endingAt, length }) => `/segments/data_series?segment_id=${id}&length=${length}&ending_at=${endingAt}`,
      ),
    ),
  ];
  for (const target of targets) {
    let reply = ask(mock, target);
    for (const seconds of WAITS) {
      const isBroken = reply.connection !== undefined || reply.truncate !== undefined;
      if (!isBroken && reply.status !== 429 && reply.status < 500) break;
      workspace.clock.advance(seconds * 1000 * scale);
      reply = ask(mock, target);
    }
    if (reply.status !== 200 || reply.connection !== undefined) return { rows, failed: reply.status };
    const { data = [] } = JSON.parse(reply.body) as { data?: unknown[] };
    rows += data.length;
  }
  return { rows };
}

describe.each(PROFILES)('in the profile %s, the sync in the manner of Airbyte', (profile) => {
  const quiet = sync(playing({ name: 'none', faults: [] }, profile));

  it.each(['outage', 'brownout', 'flaky', 'edge-garbage', 'late-processing', 'bad-data-day', 'bad-morning'])(
    'survives %s',
    (name) => {
      const board = BUILT_IN_STORYBOARDS.find((one) => one.name === name) as Board;
      const run = playing(board, profile);
      const { rows, failed } = sync(run);
      expect(failed).toBeUndefined();
      expect(Math.abs(rows - quiet.rows)).toBeLessThanOrEqual(6);
      expect(run.workspace.faults.list().filter(({ strikes }) => strikes > 0)).not.toEqual([]);
    },
  );

  it.each(['quota-squeeze', 'noisy-neighbour'])('survives %s at its scale, and not in real time', (name) => {
    const board = BUILT_IN_STORYBOARDS.find((one) => one.name === name) as Board & { scale: number };
    const run = playing(board, profile);
    // Others have used up the pool by then.
    run.workspace.clock.advance(25 * 60_000);
    expect(sync(run, board.scale)).toEqual(quiet);
    const real = playing(board, profile);
    real.workspace.clock.advance(25 * 60_000);
    expect(sync(real)).toMatchObject({ failed: 429 });
  });

  it.each([
    ['key-rotation', 401],
    ['permission-lost', 403],
    ['segment-gone', 404],
    ['tracking-off', 422],
  ])('ends at the first refusal of %s, a %i', (name, status) => {
    const board = BUILT_IN_STORYBOARDS.find((one) => one.name === name) as Board;
    const run = playing(board, profile);
    expect(sync(run)).toMatchObject({ failed: status });
    expect(run.workspace.faults.list().map(({ strikes }) => strikes)).toEqual([1]);
  });
});

const DRAWN: Board[] = Array.from({ length: 30 }, (_none, board) => {
  const draw = (name: string, below: number) =>
    Math.floor(new Random('boards', `${board} ${name}`).uniform('effect', 0) * below);
  const effects: FaultPlan['effect'][] = [
    { status: 503 },
    { status: 429 },
    { status: 401 },
    { data: { late_days: 1 + draw('late', 3) } },
    { drain: { perSecond: 1 + draw('rate', 300) } },
    { data: 'zero_dip' },
  ];
  const faults = Array.from({ length: 1 + draw('count', 4) }, (_fault, index): FaultPlan => {
    const effect = effects[draw(`effect ${index}`, effects.length)] as FaultPlan['effect'];
    const from = draw(`from ${index}`, 7200);
    const moments = { from: `PT${from}S`, until: `PT${from + 1 + draw(`length ${index}`, 7200)}S` };
    const counts = { after: draw(`after ${index}`, 4), times: 1 + draw(`times ${index}`, 4), probability: 0.7 };
    return { trigger: effect.drain === undefined ? { ...moments, ...counts } : moments, effect };
  });
  return { name: `drawn-${board}`, faults };
});

/** When requests come, in milliseconds of the workspace's clock after the beginning; the last ones after a year. */
function arrivals(board: string): number[] {
  const random = new Random('arrivals', board);
  const early = Array.from({ length: 30 }, (_none, index) => Math.floor(random.uniform('effect', index) * 14_400_000));
  return [...early.toSorted((one, other) => one - other), 365 * 86_400_000, 365 * 86_400_000 + 60_000];
}

const TARGETS = ['/segments/list', '/segments/data_series?segment_id=a&length=5'];

describe.each(PROFILES)('in the profile %s, any way of cutting time gives the same replies', (profile) => {
  it.each([...BUILT_IN_STORYBOARDS, ...DRAWN].map((board) => [board.name, board] as const))('in %s', (name, board) => {
    const whole = playing(board, profile);
    const cut = playing(board, profile);
    const random = new Random('cuts', name);
    let before = 0;
    for (const [index, at] of arrivals(name).entries()) {
      const target = TARGETS[index % 2] as string;
      whole.workspace.clock.advance(at - before);
      const middle = Math.floor((at - before) * random.uniform('effect', index));
      cut.workspace.clock.advance(middle);
      // Looking changes nothing.
      cut.workspace.limiter.state(cut.workspace.clock.now());
      cut.workspace.faults.playing();
      cut.workspace.clock.advance(at - before - middle);
      expect([index, ask(cut.mock, target)]).toEqual([index, ask(whole.mock, target)]);
      before = at;
    }
  });

  it.each([1, 60, 3600])('at a scale of %i', (scale) => {
    for (const board of [...BUILT_IN_STORYBOARDS, ...DRAWN.slice(0, 5)]) {
      const still = playing(board, profile);
      let real = 0;
      const base = { now: () => real, frozen: false, scale: 1 };
      const running = mockOf(
        { profile },
        [{ ...still.workspace.template.fixture, clock: { now: CLOCK, scale } }],
        base,
      );
      const workspace = running.workspaces.default as Workspace;
      workspace.faults.play(board);
      let before = 0;
      for (const [index, late] of arrivals(board.name).entries()) {
        const at = Math.round(late / scale) * scale;
        still.workspace.clock.advance(at - before);
        real = at / scale;
        before = at;
        const target = TARGETS[index % 2] as string;
        const [one, other] = [ask(still.mock, target), ask(running, target)];
        // A told wait is in real seconds.
        for (const { headers } of [one, other]) delete (headers as Record<string, string>)['retry-after'];
        const body = one.status === 429 ? expect.anything() : one.body;
        expect([board.name, index, other]).toEqual([board.name, index, { ...one, body }]);
      }
    }
  });
});

it('every built-in storyboard has a name, a sentence and faults', () => {
  expect(BUILT_IN_STORYBOARDS.map(({ name }) => name)).toEqual([
    'outage',
    'brownout',
    'flaky',
    'quota-squeeze',
    'noisy-neighbour',
    'key-rotation',
    'permission-lost',
    'segment-gone',
    'tracking-off',
    'late-processing',
    'bad-data-day',
    'edge-garbage',
    'bad-morning',
  ]);
  for (const { sentence } of BUILT_IN_STORYBOARDS) expect(sentence).toMatch(/^[A-Z].*\w\.$/);
});

it('the quota squeeze says to wait for an hour', () => {
  const board = BUILT_IN_STORYBOARDS.find(({ name }) => name === 'quota-squeeze') as Board;
  const { mock } = playing(board, 'documented');
  expect(ask(mock, '/segments/list').headers).toMatchObject({
    'retry-after': '3600',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Date.parse(CLOCK) / 1000 + 3600),
  });
});

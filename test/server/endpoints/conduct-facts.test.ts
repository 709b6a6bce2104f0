import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../../src/core/faults/fault.js';
import type { Trace } from '../../../src/core/journal/trace.js';
import { viewOf } from '../../../src/core/journal/entry-view.js';
import type { Workspace } from '../../../src/core/workspaces/workspace.js';
import { exchangeBytes } from '../../support/raw.js';
import { AUTHORIZATION, bytesOf, CLOSE, HOST, replyTo, serve } from '../../support/wire.js';
import { mockOf } from '../../support/mock.js';

const NOW = '2024-01-31T12:00:00Z';
const TARGET = '/segments/data_series?segment_id=a&length=5';

async function serving(faults: FaultPlan[], profile: 'documented' | 'observed' = 'documented', clock: object = {}) {
  const mock = mockOf({ profile }, [
    {
      name: 'w',
      apiKeys: [{ key: 'YOUR-REST-API-KEY' }],
      segments: [{ id: 'a' }],
      clock: { now: NOW, frozen: true, ...clock },
      faults,
    },
  ]);
  const workspace = mock.workspaces.default as Workspace;
  const url = await serve(mock);
  const ask = (target = TARGET) => replyTo(url, { target, headers: [HOST, AUTHORIZATION, CLOSE] });
  const last = () => workspace.journal.list()[0] as Trace;
  return { mock, url, ask, last, workspace };
}

describe('late_days', () => {
  const late = (late_days: number): FaultPlan => ({ effect: { data: { late_days } } });
  const datesIn = (text: string) =>
    (JSON.parse(text) as { data: { time: string }[] }).data.map(({ time }) => time.slice(0, 10));

  it('leaves out the newest days, and explain counts them', async () => {
    const { mock, ask, last } = await serving([late(2)]);
    expect(datesIn((await ask()).text)).toEqual(['2024-01-27', '2024-01-28', '2024-01-29']);
    const { explain, warnings, outcome } = viewOf(last(), mock.workspaces.mask);
    const decided = '3 of 5 days served; left out: 2 not processed yet';
    expect(explain.at(-1)).toMatchObject({ check: 'window', decided });
    expect([outcome, warnings]).toEqual(['fault', [expect.stringContaining(decided)]]);
    expect(last().days).toMatchObject({ first: expect.any(Number) as number, served: 3 });
  });

  it('has them as 0 in the profile observed', async () => {
    const { ask } = await serving([late(2)], 'observed');
    const { data } = JSON.parse((await ask()).text) as { data: { time: string; size: number }[] };
    expect(data.map(({ size }) => size === 0)).toEqual([false, false, false, true, true]);
  });

  it('counts no strike where the newest days were not asked for, and for a list', async () => {
    const { ask, workspace } = await serving([late(2)]);
    await ask(`${TARGET}&ending_at=2024-01-20`);
    await ask('/segments/list');
    expect(workspace.faults.list()).toMatchObject([{ matched: 2, strikes: 0 }]);
    expect((await ask(`${TARGET}&ending_at=2024-01-30`)).text).not.toContain('2024-01-30');
    expect(workspace.faults.list()).toMatchObject([{ matched: 3, strikes: 1 }]);
  });

  it('can leave an empty series', async () => {
    const { ask } = await serving([late(100)]);
    expect((await ask()).text).toBe('{"message":"success","data":[]}');
  });
});

describe('a trace knows', () => {
  it.each<[FaultPlan['effect'] | undefined, 'documented' | 'observed', clock: object, told: number | undefined]>([
    [undefined, 'documented', {}, undefined],
    [{ status: 503 }, 'documented', {}, undefined],
    [{ status: 503, headers: { 'Retry-After': '7' } }, 'documented', {}, 7],
    [{ status: 429 }, 'documented', {}, 1],
    [{ status: 429 }, 'observed', {}, 3600],
    [{ status: 429, headers: { 'x-ratelimit-reset': '1706702402' } }, 'observed', {}, 2],
    [{ status: 429, headers: { 'x-ratelimit-reset': '0' } }, 'observed', {}, 0],
    [{ status: 429, headers: { 'retry-after': 'soon', 'x-ratelimit-reset': '' } }, 'observed', {}, undefined],
    [{ connection: 'EMPTY_RESPONSE' }, 'documented', {}, undefined],
  ])('what wait %j told in %s on the clock %j: %j s', async (effect, profile, clock, told) => {
    const { url, last } = await serving(effect === undefined ? [] : [{ effect }], profile, clock);
    await exchangeBytes(url, bytesOf({ target: TARGET, headers: [HOST, AUTHORIZATION, CLOSE] }));
    expect(last().toldWaitSeconds).toBe(told);
  });

  it('real seconds on a clock that runs at a scale', async () => {
    const { ask, last } = await serving([{ effect: { status: 429 } }], 'observed', { frozen: false, scale: 3600 });
    await ask();
    expect(last().toldWaitSeconds).toBeGreaterThan(0);
    expect(last().toldWaitSeconds).toBeLessThanOrEqual(1);
  });

  it('when it began in real time, and by which connection', async () => {
    const { mock, url, workspace } = await serving([]);
    const before = Math.floor(mock.stopwatch());
    const headers = [HOST, AUTHORIZATION];
    await exchangeBytes(
      url,
      bytesOf({ target: TARGET, headers }) + bytesOf({ target: TARGET, headers: [...headers, CLOSE] }),
    );
    await exchangeBytes(url, bytesOf({ target: TARGET, headers: [...headers, CLOSE] }));
    const [third, second, first] = workspace.journal.list() as [Trace, Trace, Trace];
    expect(first.connection).toBe(second.connection);
    expect(third.connection).toBeGreaterThan(second.connection as number);
    expect([first, second, third].map(({ nthOnConnection }) => nthOnConnection)).toEqual([1, 2, 1]);
    expect(first.startedMs).toBeGreaterThanOrEqual(before);
    expect(third.startedMs).toBeGreaterThanOrEqual(second.startedMs);
  });
});

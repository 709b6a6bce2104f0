import { describe, expect, it } from 'vitest';
import { Rehearsal, window } from '../../support/conduct.js';

const LIST = '/segments/list';
const [A, B, C] = ['a', 'b', 'c'].map((id) => window(id, '2024-06-01', 3)) as [string, string, string];
const usedUp = () => new Rehearsal({ faults: [{ effect: { status: 429, headers: { 'retry-after': '30' } } }] });
const traffic = (rehearsal: Rehearsal) => rehearsal.found.filter((found) => found.startsWith('over-limit'));

it('other calls before the announced wait is over are a warning', () => {
  const rehearsal = usedUp();
  for (const target of [A, B, C]) {
    rehearsal.send(target);
    rehearsal.pass(1000);
  }
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'over-limit-traffic',
      level: 'warning',
      count: 2,
      requests: [2, 3],
      message:
        '2 other calls came while the limit was known to be used up; ' +
        'after a 429, hold back every call with a key of the workspace: all share the limit',
    },
  ]);
});

it("other calls after a 429 of the workspace's own limit are a warning too", () => {
  const rehearsal = new Rehearsal({ workspace: { rateLimit: { capacity: 1, refillPerHour: 60 } } });
  for (const target of [LIST, A, B]) rehearsal.send(target);
  expect(traffic(rehearsal)).toEqual(['over-limit-traffic warning 1']);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'after the announced wait',
      (one) => {
        one.send(A);
        one.pass(30_000);
        one.send(A);
        one.pass(30_000);
        one.send(B);
      },
    ],
    [
      'after the clock was advanced',
      (one) => {
        one.send(A);
        one.workspace.clock.advance(30_000);
        one.send(B);
      },
    ],
    [
      'for calls that were in flight',
      (one) => {
        const workers = [A, B, C].map((target) => one.begin(target));
        one.pass(1);
        for (const worker of workers) worker.finish();
      },
    ],
    [
      'for workers whose calls arrive together on connections of their own',
      (one) => {
        for (const [index, target] of [A, B, C].entries())
          one.send(target, { connection: { id: index + 1, requests: 7 } });
      },
    ],
    [
      'for the same call, which is too early instead',
      (one) => {
        one.send(A);
        one.send(A);
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = usedUp();
    act(rehearsal);
    expect(traffic(rehearsal)).toEqual([]);
  });

  it('after a call that was answered, because the limit is no longer used up', () => {
    const told = { status: 429, headers: { 'retry-after': '30' } } as const;
    const rehearsal = new Rehearsal({ faults: [{ trigger: { times: 1 }, effect: told }] });
    rehearsal.send(A);
    rehearsal.pass(30_000);
    for (const target of [A, B, C]) rehearsal.send(target);
    expect(rehearsal.found).toEqual([]);
  });
});

it('on a frozen clock, it is unjudged', () => {
  const rehearsal = new Rehearsal({ faults: [{ effect: { status: 429 } }], workspace: { clock: { frozen: true } } });
  for (const target of [A, B]) rehearsal.send(target);
  expect(traffic(rehearsal)).toEqual(['over-limit-traffic unjudged 1']);
});

import { describe, expect, it } from 'vitest';
import { Rehearsal, SERIES, window } from '../../support/conduct.js';

const LIST = '/segments/list';
const MANY = ['a', 'b', 'c', 'dark'].map((id) => window(id, '2024-06-01', 3));
const revoked = { effect: { status: 401 } } as const;
const forbidden = { trigger: { path: SERIES }, effect: { status: 403 } } as const;

it.each([
  ['a key that is refused with 401', new Rehearsal({ faults: [revoked] })],
  ['a key that is refused with 403 at that endpoint', new Rehearsal({ faults: [forbidden] })],
])('three further calls with %s are an error', (_what, rehearsal) => {
  for (const target of MANY.slice(0, 3)) rehearsal.send(target);
  expect(rehearsal.findings()).toEqual([]);
  rehearsal.send(MANY[0] as string);
  const [finding] = rehearsal.findings();
  expect(finding).toMatchObject({ rule: 'hammered-unauthorized', level: 'error', count: 3, requests: [2, 3, 4] });
  expect(finding?.message).toMatch(/^3 calls came with a key .*; stop at a 401 or 403: retries do not help, .*$/);
});

it('after a 401, calls of any endpoint are further calls', () => {
  const rehearsal = new Rehearsal({ faults: [revoked] });
  for (const target of [LIST, MANY[0], `${LIST}?page=1`, MANY[1]]) rehearsal.send(target as string);
  expect(rehearsal.found).toEqual(['hammered-unauthorized error 3']);
});

it('an unknown key counts without a workspace', () => {
  const rehearsal = new Rehearsal();
  for (const target of MANY) rehearsal.send(target, { key: 'NOBODY' });
  expect(rehearsal.findings()).toEqual([]);
  expect(rehearsal.findings(true)).toMatchObject([{ rule: 'hammered-unauthorized', level: 'error', count: 3 }]);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'after a 403, for calls of another endpoint',
      (one) => {
        for (let call = 0; call < 6; call++) one.send(call === 0 ? (MANY[0] as string) : LIST, { key: 'LIST-KEY' });
      },
    ],
    [
      'for other keys',
      (one) => {
        for (const key of ['NOBODY-1', 'NOBODY-2', 'NOBODY-3', 'NOBODY-4']) one.send(LIST, { key });
      },
    ],
    [
      'for calls without a key',
      (one) => {
        for (const target of MANY) one.send(target, { key: '' });
      },
    ],
    [
      'for a key that works again',
      (one) => {
        one.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 401 } });
        for (const target of [...MANY, ...MANY]) one.send(`${target}&x=${Math.floor(one.turn)}`);
      },
    ],
    [
      'for runs of an hourly job',
      (one) => {
        for (const target of MANY) {
          one.send(target, { key: 'NOBODY' });
          one.pass(3_600_000);
        }
      },
    ],
    [
      'for tests that each plan a fault',
      (one) => {
        for (const target of MANY) {
          one.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 401 } });
          one.send(target);
        }
      },
    ],
    [
      'for calls that were in flight',
      (one) => {
        one.workspace.faults.add(revoked);
        const workers = MANY.map((target) => one.begin(target));
        one.pass(1);
        for (const worker of workers) worker.finish();
      },
    ],
    [
      'for workers on connections of their own that stop at once',
      (one) => {
        one.workspace.faults.add(revoked);
        MANY.map((target, index) => {
          const connection = { id: index + 1, requests: 5 };
          return one.send(target, { connection });
        });
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = new Rehearsal();
    act(rehearsal);
    const all = [...rehearsal.findings(), ...rehearsal.findings(true)].map(({ rule }) => rule);
    expect(all).not.toContain('hammered-unauthorized');
  });
});

it('further calls that alternate between two connections are an error', () => {
  const rehearsal = new Rehearsal({ faults: [revoked] });
  const connections = [1, 2].map((id) => ({ id, requests: 3 }));
  for (const [index, target] of MANY.entries())
    rehearsal.send(target, { connection: connections[index % 2] as (typeof connections)[number] });
  expect(rehearsal.found).toEqual(['hammered-unauthorized error 3']);
});

it('thousands of keys are forgotten, the oldest first', () => {
  const rehearsal = new Rehearsal();
  for (let index = 0; index < 2000; index++) rehearsal.send(LIST, { key: `NOBODY-${index}` });
  for (let call = 0; call < 3; call++) rehearsal.send(LIST, { key: 'NOBODY-0' });
  expect(rehearsal.findings(true)).toEqual([]);
  rehearsal.send(LIST, { key: 'NOBODY-0' });
  expect(rehearsal.findings(true)).toMatchObject([{ count: 3 }]);
});

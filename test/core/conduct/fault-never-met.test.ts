import { describe, expect, it } from 'vitest';
import { Rehearsal, SERIES, window } from '../../support/conduct.js';

const LIST = '/segments/list';
const A = window('a', '2024-06-01', 3);

it('planned faults that never struck are a warning', () => {
  const rehearsal = new Rehearsal({
    faults: [
      { trigger: { segmentId: 'z' }, effect: { status: 503 } },
      { trigger: { path: '/segment/list' }, effect: { status: 503 } },
      { trigger: { until: 'PT1S' }, effect: { status: 503 } },
    ],
  });
  rehearsal.pass(2000);
  rehearsal.send(A);
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'fault-never-met',
      level: 'warning',
      count: 3,
      requests: [],
      message:
        '3 planned faults never struck (first: fault-1, with 0 matching requests); ' +
        'let the client make a call that matches the trigger, or remove the fault',
    },
  ]);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'for one that struck',
      (one) => {
        one.workspace.faults.add({ effect: { delay: { kind: 'fixed', ms: 5 } } });
        one.send(A);
      },
    ],
    [
      'for a drain, which strikes no request',
      (one) => {
        one.workspace.faults.add({ effect: { drain: { perSecond: 5 } } });
        one.send(A);
      },
    ],
    [
      'for one whose time has not come',
      (one) => {
        one.workspace.faults.add({ trigger: { from: 'PT1H' }, effect: { status: 503 } });
        one.send(A);
      },
    ],
    [
      'for one that lets requests through first',
      (one) => {
        one.workspace.faults.add({ trigger: { after: 2 }, effect: { status: 503 } });
        one.send(A);
      },
    ],
    [
      'for one that was removed',
      (one) => {
        one.workspace.faults.add({ trigger: { path: SERIES }, effect: { status: 503 } });
        one.send(LIST);
        one.workspace.faults.clear();
      },
    ],
    [
      'for a storyboard that was ended',
      (one) => {
        one.workspace.faults.play({ name: 'mine', faults: [{ trigger: { path: SERIES }, effect: { status: 503 } }] });
        one.send(LIST);
        one.workspace.faults.end('mine');
      },
    ],
    [
      'for a drain',
      (one) => {
        one.workspace.faults.add({ effect: { drain: { perSecond: 1 } } });
        one.send(LIST);
      },
    ],
    [
      'before the first request',
      (one) => {
        one.workspace.faults.add({ effect: { status: 503 } });
      },
    ],
    [
      'where requests suppress faults by `Prefer`',
      (one) => {
        one.workspace.faults.add({ effect: { status: 503 } });
        one.send(A, { headers: { prefer: 'code=200' } });
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = new Rehearsal();
    act(rehearsal);
    expect(rehearsal.findings()).toEqual([]);
  });
});

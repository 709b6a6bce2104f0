import { describe, expect, it } from 'vitest';
import { profiles } from '../../../src/core/profiles/profiles.js';
import { Rehearsal, window } from '../../support/conduct.js';

const A = window('a', '2024-06-10', 10);

it('days requested twice are a note', () => {
  const rehearsal = new Rehearsal();
  rehearsal.send(A);
  const { number } = rehearsal.send(window('a', '2024-06-13', 5));
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'overlap',
      level: 'note',
      count: 1,
      requests: [number],
      message:
        '1 window has days that were requested before (first: 2 days of a); ' +
        'use adjacent windows, unless you read the last days again on purpose',
    },
  ]);
});

it('the same window twice is a warning', () => {
  const rehearsal = new Rehearsal();
  rehearsal.send(A);
  rehearsal.send(window('a', '2024-06-13', 3));
  const { number } = rehearsal.send(A);
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'duplicate-window',
      level: 'warning',
      count: 1,
      requests: [number],
      message: '1 window was requested twice (first: of a); keep what was read: the size of a day never changes',
    },
  ]);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'for adjacent windows',
      (one) => {
        one.send(A);
        one.send(window('a', '2024-06-13', 3));
        one.send(window('a', '2024-05-31', 10));
      },
    ],
    [
      'for another segment',
      (one) => {
        one.send(A);
        one.send(A.replace('=a', '=b'));
      },
    ],
    [
      'for another key',
      (one) => {
        one.send(A);
        one.send(A, { key: 'OTHER' });
      },
    ],
    [
      'for a window that was refused',
      (one) => {
        one.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 503 } });
        one.send(A);
        one.send(A);
      },
    ],
    [
      'for a reply that broke off',
      (one) => {
        one.workspace.faults.add({ trigger: { times: 1 }, effect: { truncate: 0.5 } });
        one.send(A);
        one.send(A);
      },
    ],
    [
      'for a reply with bad data',
      (one) => {
        one.workspace.faults.add({ trigger: { times: 1 }, effect: { data: 'missing_day' } });
        one.send(A);
        one.send(A);
      },
    ],
    [
      'for days that were not there yet',
      (one) => {
        one.workspace.faults.add({ trigger: { until: 'PT1H' }, effect: { data: { late_days: 1 } } });
        const today = window('a', '2024-06-15', 10);
        one.send(today);
        one.send(today);
        one.pass(3_600_000);
        one.send(today);
      },
    ],
    [
      'for HEAD',
      (one) => {
        one.send(A, { method: 'HEAD' });
        one.send(A);
      },
    ],
    [
      'for asking whether it changed',
      (one) => {
        one.workspace.profile = profiles.observed;
        const { headers } = one.send(A);
        expect(one.send(A, { headers: { 'if-none-match': headers['etag'] ?? '' } }).status).toBe(304);
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = new Rehearsal({ workspace: { apiKeys: [{ key: 'KEY' }, { key: 'OTHER' }] } });
    act(rehearsal);
    expect(rehearsal.findings()).toEqual([]);
  });
});

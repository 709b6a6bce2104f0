import { expect, it } from 'vitest';
import { Rehearsal, SERIES, window } from '../../support/conduct.js';

it.each([
  ['in ending_at', window('a', '2024-06-01T10:00:00+02:00', 3)],
  ['in an id that is unknown for it', window('a+b', '2024-06-01', 3)],
])('a "+" %s is a warning', (_where, target) => {
  const rehearsal = new Rehearsal();
  rehearsal.send(target);
  expect(rehearsal.findings()).toMatchObject([
    {
      rule: 'unencoded-plus',
      level: 'warning',
      count: 1,
      requests: [1],
      message:
        '1 call has a "+" in the query that arrived as a space; ' +
        'send %2B: encode values with `encodeURIComponent` or `URLSearchParams`',
    },
  ]);
});

it.each([
  ['a "+" that was encoded', window('a', '2024-06-01T10:00:00%2B02:00', 3)],
  ['an offset behind UTC', window('a', '2024-06-01T10:00:00-5:00', 3)],
  ['a "+" that was meant as a space', window('VIP+users', '2024-06-01', 3)],
  ['another mistake', `${SERIES}?segment_id=a&length=3&ending_at=06/01/2024`],
])('%s is no finding', (_what, target) => {
  const rehearsal = new Rehearsal({ workspace: { segments: [{ id: 'a' }, { id: 'VIP users' }] } });
  rehearsal.send(target);
  expect(rehearsal.findings()).toEqual([]);
});

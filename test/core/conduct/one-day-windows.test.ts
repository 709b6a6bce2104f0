import { describe, expect, it } from 'vitest';
import { formatDay } from '../../../src/core/time/calendar.js';
import { Rehearsal, window } from '../../support/conduct.js';
import { dayAt } from '../../support/segments.js';

const TODAY = dayAt('2024-06-15');
const DAY_MS = 86_400_000;
const days = (rehearsal: Rehearsal) => rehearsal.found.filter((found) => found.startsWith('one-day'));
const ask = (rehearsal: Rehearsal, ago: number) => rehearsal.send(window('a', formatDay(TODAY - ago), 1));

it.each([
  ['from the newest', [1, 2, 3, 4, 5, 6, 7]],
  ['from the oldest', [7, 6, 5, 4, 3, 2, 1]],
  ['in another order', [4, 3, 5, 2, 6, 1, 7]],
])('seven windows of a day %s are a warning', (_order, agos) => {
  const rehearsal = new Rehearsal();
  for (const ago of agos) ask(rehearsal, ago);
  const [finding] = rehearsal.findings();
  expect(finding).toMatchObject({
    rule: 'one-day-windows',
    level: 'warning',
    count: 7,
    requests: [1, 2, 3, 4, 5, 6, 7],
  });
  expect(finding?.message).toBe(
    '7 windows have a single day where one window would do (first: of a); request up to 100 days with one `length`',
  );
});

it('windows of a day by concurrent workers are a warning too', () => {
  const rehearsal = new Rehearsal();
  const begun = [1, 3, 2, 5, 4, 7, 6, 8].map((ago) => rehearsal.begin(window('a', formatDay(TODAY - ago), 1)));
  rehearsal.pass(3);
  for (const one of begun) one.finish();
  expect(days(rehearsal)).toHaveLength(1);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'for a daily job',
      (one) => {
        for (let run = 0; run < 30; run++) {
          one.send(window('a', formatDay(TODAY + run), 1));
          one.pass(DAY_MS);
        }
      },
    ],
    [
      'for a job that waits for each new day',
      (one) => {
        for (let run = 0; run < 30 * 48; run++) {
          one.send(window('a', formatDay(TODAY + Math.floor(run / 48)), 1));
          one.pass(DAY_MS / 48);
        }
      },
    ],
    [
      'for days to compare with',
      (one) => {
        for (const ago of [0, 1, 7, 14, 28, 30, 90, 365]) ask(one, ago);
      },
    ],
    [
      'for a few days',
      (one) => {
        for (const ago of [1, 2, 3, 4]) ask(one, ago);
      },
    ],
    [
      'for a day of each segment',
      (one) => {
        for (const id of ['a', 'b', 'c']) for (const ago of [0, 1]) one.send(window(id, formatDay(TODAY - ago), 1));
      },
    ],
    [
      'for windows of several days',
      (one) => {
        for (const ago of [1, 3, 5, 7, 9, 11]) one.send(window('a', formatDay(TODAY - ago), 2));
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = new Rehearsal();
    act(rehearsal);
    expect(days(rehearsal)).toEqual([]);
  });
});

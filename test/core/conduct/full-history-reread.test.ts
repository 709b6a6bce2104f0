import { describe, expect, it } from 'vitest';
import { formatDay } from '../../../src/core/time/calendar.js';
import { windows } from '../../support/list-client.js';
import { Rehearsal, window } from '../../support/conduct.js';
import { dayAt } from '../../support/segments.js';

const FIRST = dayAt('2024-01-01');
const TODAY = dayAt('2024-06-15');
const rereads = (rehearsal: Rehearsal) => rehearsal.found.filter((found) => found.startsWith('full-history'));

/** A daily job: what it asks for on the day that is given. */
function daily(
  runs: number,
  ask: (today: number, rehearsal: Rehearsal) => void,
  rehearsal = new Rehearsal(),
): Rehearsal {
  for (let run = 0; run < runs; run++) {
    ask(TODAY + run, rehearsal);
    rehearsal.pass(86_400_000);
  }
  return rehearsal;
}

const paged = (first: number) => (today: number, rehearsal: Rehearsal) => {
  for (const { endingAt, length } of windows(first, today)) rehearsal.send(window('a', endingAt, length));
};

it.each([
  ['in pages', paged(FIRST), 167],
  [
    'in pages, the newest first',
    (today: number, rehearsal: Rehearsal) => {
      for (const { endingAt, length } of windows(FIRST, today).toReversed())
        rehearsal.send(window('a', endingAt, length));
    },
    167,
  ],
  [
    'in one window',
    (today: number, rehearsal: Rehearsal) => {
      rehearsal.send(window('a', formatDay(today), today - dayAt('2024-03-20') + 1));
    },
    89,
  ],
] as const)('the whole history %s for each new day is a note', (_how, ask, days) => {
  expect(rereads(daily(2, ask))).toEqual([]);
  const rehearsal = daily(5, ask);
  const finding = rehearsal.findings().find(({ rule }) => rule === 'full-history-reread');
  expect(finding).toMatchObject({ level: 'note', count: 3 });
  expect(finding?.message).toMatch(
    new RegExp(`^3 runs read a whole history again .*first: ${days} days of a\\); keep what was read, .* late$`),
  );
});

describe('no finding', () => {
  it.each([14, 30])('for a re-read of the last %i days, after the whole history', (length) => {
    const rehearsal = new Rehearsal();
    paged(FIRST)(TODAY - 1, rehearsal);
    daily(10, (today) => rehearsal.send(window('a', formatDay(today), length)), rehearsal);
    expect(rehearsal.findings().map(({ rule, level }) => `${rule} ${level}`)).toEqual(['overlap note']);
  });

  it('for one re-read', () => {
    const rehearsal = daily(2, paged(FIRST));
    daily(5, (today) => rehearsal.send(window('a', formatDay(today + 2), 3)), rehearsal);
    expect(rereads(rehearsal)).toEqual([]);
  });

  it('for a client that goes on where it stopped', () => {
    const rehearsal = new Rehearsal();
    paged(FIRST)(TODAY - 1, rehearsal);
    daily(10, (today) => rehearsal.send(window('a', formatDay(today), 1)), rehearsal);
    expect(rehearsal.findings()).toEqual([]);
  });
});

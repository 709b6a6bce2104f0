import { describe, expect, it } from 'vitest';
import { formatDay } from '../../../src/core/time/calendar.js';
import { Rehearsal, window } from '../../support/conduct.js';
import { dayAt } from '../../support/segments.js';

/** Windows of so many days, each by its last day. */
type Windows = readonly (readonly [endingAt: string, length: number])[];
const ADJACENT: Windows = [
  ['2024-01-30', 30],
  ['2024-02-29', 30],
  ['2024-03-30', 30],
];
const gaps = (rehearsal: Rehearsal) => rehearsal.found.filter((found) => found.startsWith('gap'));

function reading(windows: Windows, rehearsal = new Rehearsal()): Rehearsal {
  for (const [endingAt, length] of windows) rehearsal.send(window('a', endingAt, length));
  return rehearsal;
}

it.each([
  ['at the end', [...ADJACENT, ['2024-04-30', 30]]],
  ['from the last to the first', [...ADJACENT, ['2024-04-30', 30] as const].toReversed()],
  ['out of order', [ADJACENT[1], ['2024-04-30', 30], ADJACENT[0], ADJACENT[2]]],
  ['between pairs of windows', [...ADJACENT.slice(0, 2), ['2024-04-01', 30], ['2024-04-30', 29], ['2024-05-10', 10]]],
] as [string, Windows][])('days left out %s are an error', (_where, windows) => {
  const rehearsal = reading(windows);
  const [finding] = rehearsal.findings();
  expect(finding).toMatchObject({ rule: 'gap', level: 'error', count: 1 });
  expect(finding?.requests).toHaveLength(1);
  expect(finding?.message).toMatch(
    /^1 gap of days that were never requested \(first: 2024-03-.. to 2024-0.-.. of a\); let each window end on the day before/,
  );
});

it('a window that was skipped is found in each segment', () => {
  const rehearsal = new Rehearsal();
  for (const segment of ['a', 'b', 'c'])
    for (const [endingAt, length] of [...ADJACENT, ['2024-05-29', 30] as const])
      rehearsal.send(window(segment, endingAt, length));
  expect(gaps(rehearsal)).toEqual(['gap error 3']);
});

describe('no finding', () => {
  const cases: [string, Windows][] = [
    ['for adjacent windows', ADJACENT],
    ['for a window beside two adjacent ones', [...ADJACENT.slice(0, 2), ['2024-04-30', 30]]],
    ['in any order', [ADJACENT[2], ADJACENT[0], ADJACENT[1]] as Windows],
    ['for windows that overlap', [...ADJACENT, ['2024-04-20', 30]]],
    [
      'for windows that are all apart',
      [
        ['2024-01-30', 7],
        ['2024-02-29', 7],
        ['2024-03-30', 7],
        ['2024-05-30', 7],
      ],
    ],
    [
      'for this week and the last, and the same a year ago',
      [
        ['2024-06-14', 7],
        ['2024-06-07', 7],
        ['2023-06-14', 7],
        ['2023-06-07', 7],
      ],
    ],
    [
      'for the quarter of this year and the same of the last, by months',
      [
        ...ADJACENT,
        ...ADJACENT.map(
          ([endingAt, length]) => [endingAt.replace('2024', '2023').replace('02-29', '02-28'), length] as const,
        ),
      ],
    ],
  ];
  it.each(cases)('%s', (_what, windows) => {
    expect(gaps(reading(windows))).toEqual([]);
  });

  it('for windows of several segments', () => {
    const rehearsal = new Rehearsal();
    for (const [index, [endingAt, length]] of [...ADJACENT, ['2024-05-29', 30] as const].entries())
      rehearsal.send(window(index === 3 ? 'b' : 'a', endingAt, length));
    expect(gaps(rehearsal)).toEqual([]);
  });

  it.each([503, 404, 401])('while a window between them was refused with %i, and after it was read', (status) => {
    const rehearsal = new Rehearsal({ faults: [{ trigger: { after: 2, times: 1 }, effect: { status } }] });
    const windows = [...ADJACENT, ['2024-04-29', 30] as const];
    reading(windows, rehearsal);
    expect(gaps(rehearsal)).toEqual([]);
    reading([windows[2] as Windows[number]], rehearsal);
    expect(gaps(rehearsal)).toEqual([]);
    reading([['2024-05-30', 30]], rehearsal);
    expect(gaps(rehearsal)).toEqual(['gap error 1']);
  });

  it('for windows of different keys', () => {
    const rehearsal = new Rehearsal({ workspace: { apiKeys: [{ key: 'KEY' }, { key: 'OTHER' }] } });
    reading(ADJACENT, rehearsal);
    rehearsal.send(window('a', '2024-05-30', 30), { key: 'OTHER' });
    expect(gaps(rehearsal)).toEqual([]);
  });
});

it('thousands of separate windows are neither kept nor judged', () => {
  const rehearsal = new Rehearsal({ starting: '2200-01-01T00:00:00Z', journalSize: 0 });
  const first = dayAt('2020-01-01');
  for (let index = 0; index < 5000; index++) rehearsal.send(window('a', formatDay(first + 7 * index), 3));
  expect(gaps(rehearsal)).toEqual([]);
});

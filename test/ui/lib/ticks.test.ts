import { describe, expect, it } from 'vitest';
import { addDays } from '../../../src/ui/lib/days.js';
import { unseenStretches } from '../../../src/ui/lib/series.js';
import { dayTicks, niceTicks } from '../../../src/ui/lib/ticks.js';

describe('niceTicks', () => {
  it.each([
    [0, 100, [0, 20, 40, 60, 80, 100]],
    [286_300, 297_100, [287_500, 290_000, 292_500, 295_000]],
    [0, 2, [0, 1, 2]],
  ])('of %i to %i are round', (low, high, ticks) => {
    expect(niceTicks(low, high, 5)).toEqual(ticks);
  });
});

describe('dayTicks', () => {
  const days = Array.from({ length: 800 }, (_, index) => addDays('2023-12-20', index));
  it.each([
    [0, 6, 10, ['20 Dec', '21 Dec', '22 Dec', '23 Dec', '24 Dec', '25 Dec', '26 Dec']],
    [0, 28, 6, ['20 Dec', '27 Dec', '3 Jan', '10 Jan', '17 Jan']],
    [0, 150, 6, ['2024', 'Feb', 'Mar', 'Apr', 'May']],
    [0, 799, 4, ['2024', '2025', '2026']],
  ])('from %i to %i are at most about %i', (first, last, most, texts) => {
    expect(dayTicks(days, first, last, most).map(({ text }) => text)).toEqual(texts);
  });
});

it('neighbouring days that are unseen for one cause are one stretch', () => {
  const day = (seen: 'yes' | 'missing' | 'not_processed') => ({ seen }) as never;
  const days = [day('missing'), day('missing'), day('yes'), day('missing'), day('not_processed')];
  expect(unseenStretches(days)).toEqual([
    { cause: 'missing', first: 0, last: 1 },
    { cause: 'missing', first: 3, last: 3 },
    { cause: 'not_processed', first: 4, last: 4 },
  ]);
});

import { describe, expect, it } from 'vitest';
import { atLeast, atMost, difference, FOR_YOUR_INFORMATION, ratio, table } from './table.js';

describe('a limit', () => {
  it.each([
    ['at least, reached', atLeast(0.8, 0.8), { limit: '≥ 0.8', met: 'yes' }],
    ['at least, missed', atLeast(0.8, 0.79), { limit: '≥ 0.8', met: 'no' }],
    ['at least, on a busy machine', atLeast(0.8, 0.9, false), { limit: '≥ 0.8', met: 'unclear' }],
    ['at most, kept', atMost(40, 40, { unit: ' MB' }), { limit: '≤ 40 MB', met: 'yes' }],
    ['at most, exceeded', atMost(1.5, 1.51), { limit: '≤ 1.5', met: 'no' }],
    ['of what was not measured', atMost(40, NaN), { limit: '≤ 40', met: 'no' }],
  ])('%s', (_name, got, expected) => {
    expect(got).toEqual(expected);
  });
});

it('writes an aligned table', () => {
  const row = { figure: 'ready in', mock: '9 ms', beside: '', compared: ratio({ median: 1.5, least: 1, most: 2 }) };
  expect(
    table([
      { ...row, ...atMost(1.5, 1.5) },
      { ...row, mock: difference(-3), ...FOR_YOUR_INFORMATION },
    ]),
  ).toBe(
    [
      '| figure   | mock  | baseline | comparison       | limit | met |',
      '| -------- | ----- | -------- | ---------------- | ----- | --- |',
      '| ready in | 9 ms  |          | 1.50 (1.00–2.00) | ≤ 1.5 | yes |',
      '| ready in | −3 MB |          | 1.50 (1.00–2.00) |       |     |',
      '',
    ].join('\n'),
  );
});

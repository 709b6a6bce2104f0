import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowWriter } from '../../src/profiles/rows.js';
import { FIRST_DAY, formatDay, LAST_DAY } from '../../src/series/calendar.js';

it('writes the row of any day and size as JSON.stringify does, the first time and again', () => {
  const row = rowWriter(formatDay);
  const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY }), size, size, (day, one, other) => {
      const expected = [one, other].map((each) => JSON.stringify({ time: formatDay(day), size: each }));
      expect([row(day, one), row(day, other)]).toEqual(expected);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

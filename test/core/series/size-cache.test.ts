import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_DAY, LAST_DAY } from '../../../src/core/time/calendar.js';
import { SizeCache, BLOCK_DAYS } from '../../../src/core/series/size-cache.js';

type Size = (day: number) => number | undefined;

/** Sizes of all kinds, each of its series and day alone. */
const sizeOf =
  (id: number): Size =>
  (day) => {
    const kind = (((day * 7 + id) % 6) + 6) % 6;
    return [undefined, 0, Math.abs(day) + id, 2 ** 31 - 1, 2 ** 31 + id, 2 ** 32 + id][kind];
  };

const span = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_day, index) => first + index);

function sizesIn(memory: SizeCache, id: number, first: number, last: number, size: Size = sizeOf(id)) {
  return span(first, last).map((day) => memory.get(id, day, size));
}

it('returns the size of every day regardless of earlier reads of any series', () => {
  const asked = fc.record({
    // Ids that lie far apart share places with others.
    id: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(512, 513, 1024, 100_000)),
    first: fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer({ min: FIRST_DAY, max: LAST_DAY - 100 })),
    length: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(asked, { minLength: 1, maxLength: 8 }), (all) => {
      const memory = new SizeCache();
      for (const { id, first, length } of [...all, ...all]) {
        const last = first + length - 1;
        expect(sizesIn(memory, id, first, last)).toEqual(span(first, last).map(sizeOf(id)));
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

describe('a day', () => {
  const counted = (size: Size): { size: Size; times: () => number } => {
    let calls = 0;
    return { size: (day) => (calls++, size(day)), times: () => calls };
  };

  it.each([5, 0, 2 ** 31 - 1, undefined])('of size %j is computed once, with its block', (found) => {
    const memory = new SizeCache();
    const { size, times } = counted(() => found);
    for (let again = 0; again < 3; again++) sizesIn(memory, 1, 35, 45, size);
    expect(times()).toBe(BLOCK_DAYS);
  });

  it('is computed once when five hundred series of ten years are read in turn', () => {
    const memory = new SizeCache();
    const { size, times } = counted(() => 5);
    const askForAll = () => {
      for (let id = 0; id < 500; id++) sizesIn(memory, id, 18_262, 21_914, size);
    };
    askForAll();
    const once = times();
    askForAll();
    expect(times()).toBe(once);
  });

  it('is computed again after a colliding block evicted its own', () => {
    const memory = new SizeCache();
    const { size, times } = counted(() => 5);
    sizesIn(memory, 0, 0, 0, size);
    sizesIn(memory, 512, 0, 0, size);
    sizesIn(memory, 0, 0, 0, size);
    expect(times()).toBe(3 * BLOCK_DAYS);
  });
});

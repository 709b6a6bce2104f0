import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyWriter, putNumber } from '../../../src/core/profiles/series-body.js';
import { FIRST_DAY, formatDay, LAST_DAY } from '../../../src/core/time/calendar.js';
import { Random } from '../../../src/core/random.js';
import { textOf } from '../../support/estimates.js';

const FRAMES = [
  { before: '{"message":"success","data":[', afterDate: 'T00:00:00+00:00', after: ']}' },
  { before: '{"data":[', afterDate: '', after: '],"message":"success"}' },
  { before: '[', afterDate: ' at noon', after: ']' },
];

const size = fc.option(
  fc.oneof(
    fc.integer({ min: 0, max: 2_000_000 }),
    fc.maxSafeNat(),
    fc.constantFrom(0, 9, 10, 999_999_999, 1e9, 2 ** 53 - 1),
  ),
  { nil: undefined },
);

function expected({ before, afterDate, after }: (typeof FRAMES)[number], first: number, sizes: (number | undefined)[]) {
  const rows = sizes.flatMap((one, index) =>
    one === undefined ? [] : [JSON.stringify({ time: formatDay(first + index) + afterDate, size: one })],
  );
  return before + rows.join(',') + after;
}

describe.each(FRAMES)('a body that starts with $before', (frame) => {
  it('has a row for each day with a size, as JSON.stringify writes it', () => {
    const write = bodyWriter(frame);
    fc.assert(
      fc.property(
        fc.integer({ min: FIRST_DAY, max: LAST_DAY - 99 }),
        fc.array(size, { maxLength: 100 }),
        (first, sizes) => {
          const body = write(first, first + sizes.length - 1, (day) => sizes[day - first]);
          expect(textOf(body)).toBe(expected(frame, first, sizes));
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('is not changed by later bodies', () => {
    const write = bodyWriter(frame);
    const bodies = Array.from({ length: 300 }, (_body, first) => write(first, first + 99, (day) => day * first));
    bodies.forEach((body, first) => {
      const sizes = Array.from({ length: 100 }, (_day, index) => (first + index) * first);
      expect(textOf(body)).toBe(expected(frame, first, sizes));
    });
  });

  it('is complete at any fill level of the shared buffer', () => {
    const write = bodyWriter(frame);
    const random = new Random('seed', 'rows');
    for (let body = 0; body < 1000; body++) {
      const days = random.bits('noise', body) % 100;
      const sizes = Array.from({ length: days }, () => Number.MAX_SAFE_INTEGER);
      expect(textOf(write(0, days - 1, () => Number.MAX_SAFE_INTEGER))).toBe(expected(frame, 0, sizes));
    }
  });

  it('can span any number of days', () => {
    const sizes = Array.from({ length: 5000 }, (_day, index) => index);
    const body = bodyWriter(frame)(FIRST_DAY, FIRST_DAY + 4999, (day) => day - FIRST_DAY);
    expect(textOf(body)).toBe(expected(frame, FIRST_DAY, sizes));
  });
});

it('ends with the last representable day', () => {
  const body = bodyWriter({ before: '[', afterDate: '', after: ']' })(LAST_DAY - 1, LAST_DAY, () => 7);
  expect(textOf(body)).toBe('[{"time":"9999-12-30","size":7},{"time":"9999-12-31","size":7}]');
});

const PLACE = 3;

function around(put: (bytes: Uint8Array) => number): string {
  const bytes = Buffer.alloc(32, '.');
  const end = put(bytes);
  return `${bytes.toString('latin1', 0, end)}|${bytes.toString('latin1', end)}`;
}

function expectDecimals(number: number) {
  const text = `...${number}|`;
  expect(around((bytes) => putNumber(bytes, PLACE, number))).toBe(text.padEnd(33, '.'));
}

describe('a size', () => {
  it.each([0, 1, 9, 10, 99, 100, 999_999_999, 1e9, 1e9 + 1, 2 ** 31, 1e15, 2 ** 53 - 1])('writes %d', expectDecimals);

  it('writes any integer and touches no byte around it', () => {
    fc.assert(fc.property(fc.oneof(fc.nat(), fc.maxSafeNat()), expectDecimals), { seed: 1, numRuns: 2000 });
  });
});

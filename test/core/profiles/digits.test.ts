import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { putDigits, putNumber } from '../../../src/core/profiles/digits.js';

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

it.each([0, 1, 9, 10, 99, 100, 999_999_999, 1e9, 1e9 + 1, 2 ** 31, 1e15, 2 ** 53 - 1])('writes %d', expectDecimals);

it('writes any whole number, and nothing before or behind it', () => {
  fc.assert(fc.property(fc.oneof(fc.nat(), fc.maxSafeNat()), expectDecimals), { seed: 1, numRuns: 2000 });
});

it.each([
  [4, 33, '0033'],
  [2, 5, '05'],
  [9, 12_345, '000012345'],
  [2, 123, '23'],
])('writes the last %d decimals of %d as %s', (count, number, text) => {
  const written = around((bytes) => {
    putDigits(bytes, PLACE, count, number);
    return PLACE + count;
  });
  expect(written).toBe(`...${text}|`.padEnd(33, '.'));
});

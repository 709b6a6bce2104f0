import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashOf } from '../../src/core/hash.js';
import { codePoint } from '../support/text.js';

it('is a whole number from 0 to 2^53 - 1, the same for the same texts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: codePoint })), (texts) => {
      const hash = hashOf(...texts);
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
      expect(hashOf(...texts)).toBe(hash);
    }),
  );
});

it('differs for texts that differ, also only in where they are split', () => {
  const texts = [[], [''], ['', ''], ['ab'], ['a', 'b'], ['ab', ''], ['', 'ab'], ['ba'], ['aB']];
  expect(new Set(texts.map((some) => hashOf(...some))).size).toBe(texts.length);
  const numbered = Array.from({ length: 10_000 }, (_none, number) => hashOf(`segment ${number} 19000 19099`));
  expect(new Set(numbered).size).toBe(numbered.length);
});

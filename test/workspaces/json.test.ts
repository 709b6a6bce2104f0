import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { findMistake } from '../../src/workspaces/json.js';

it.each([
  ['', 1, 1, 'the end of the file', 'a value'],
  ['{"a": x}', 1, 7, '"x}"', 'a value'],
  ['{\n  "a": 1,\n}', 3, 1, '"}"', 'a name in double quotes'],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, '"\\"b\\": 2"', '"," or "}"'],
  ['{"a" 1}', 1, 6, '"1}"', '":"'],
  ['{a: 1}', 1, 2, '"a: 1}"', 'a name in double quotes or "}"'],
  ['[1, 2', 1, 6, 'the end of the file', '"," or "]"'],
  ['[1,]', 1, 4, '"]"', 'a value'],
  ['[}', 1, 2, '"}"', 'a value or "]"'],
  ['{} {}', 1, 4, '"{}"', 'the end'],
  ['[01]', 1, 3, '"1]"', '"," or "]"'],
  ['["unfinished]', 1, 2, '"\\"unfinished]"', 'a value or "]"'],
  ['// a comment', 1, 1, '"// a comment"', 'a value'],
])('finds the mistake of %j at line %i, column %i', (text, line, column, found, expected) => {
  expect(findMistake(text)).toEqual({ line, column, found, expected });
});

it.each(['[', '{"a":', '"\\u12', '-'])('finds the mistake after %j however far in', (end) => {
  const lines = '{"a": [1, -2.5e+3, true, null, "\\u00e9\\n"]},\n'.repeat(1000);
  expect(findMistake(`[\n${lines}${end}`)?.line).toBe(1002);
});

it('sees a mistake in exactly those texts that JSON.parse refuses', () => {
  const spoilt = fc
    .tuple(fc.json(), fc.nat(), fc.nat(2), fc.constantFrom('', ',', '"', '}', ']', '\\', ':', ' ', '0', '-', '\t', 'x'))
    .map(([json, at, drop, put]) => {
      const cut = at % (json.length + 1);
      return json.slice(0, cut) + put + json.slice(cut + drop);
    });
  const counts = { good: 0, bad: 0 };
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.json()), (text) => {
      counts[isJson(text) ? 'good' : 'bad']++;
      expect(findMistake(text) === undefined).toBe(isJson(text));
    }),
    { seed: 1, numRuns: 3000 },
  );
  expect(Math.min(counts.good, counts.bad)).toBeGreaterThan(500);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import { expect, it } from 'vitest';
import { describeSyntaxError } from '../../src/schema/broken-json.js';

it.each([
  ['', 'Value expected at line 1, column 1'],
  ['{"a": }', 'Value expected at line 1, column 7'],
  ['{"a": 1,\n "b" 2}', 'Colon expected at line 2, column 6'],
  ['[1, 2', 'Close bracket expected at line 1, column 6'],
  ['{} // no', 'Invalid comment token at line 1, column 4'],
])('reports for %j: %s', (text, where) => {
  expect(describeSyntaxError(text)).toBe(where);
});

it('reports a position in a text nested too deeply to parse', () => {
  expect(describeSyntaxError('['.repeat(200_000))).toMatch(/ at line 1, column \d+$/);
});

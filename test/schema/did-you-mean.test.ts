import { expect, it } from 'vitest';
import { closestName } from '../../src/schema/did-you-mean.js';

const NAMES = ['segment_id', 'length', 'ending_at'];

it.each([
  ['segmentid', 'segment_id'],
  ['segment-id', 'segment_id'],
  ['lenght', 'length'],
  ['ending', 'ending_at'],
  ['end', undefined],
  ['constructor', undefined],
  ['', undefined],
])('suggests for %j: %j', (name, meant) => {
  expect(closestName(name, NAMES)).toBe(meant);
});

it('prefers the nearest to the first', () => {
  expect(closestName('tls-keys', ['tls-key-1', 'tls-key'])).toBe('tls-key');
});

it('compares names after normalization', () => {
  const plain = (name: string) => name.replace('--', '');
  expect([closestName('--xyz', ['--ab']), closestName('--xyz', ['--ab'], plain)]).toEqual([undefined, undefined]);
  expect([closestName('--abcd', ['ab']), closestName('--ab', ['ab'], plain)]).toEqual([undefined, 'ab']);
});

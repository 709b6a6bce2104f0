import { expect, it } from 'vitest';
import { resembling } from '../../src/schema/did-you-mean.js';

const NAMES = ['segment_id', 'length', 'ending_at'];

it.each([
  ['segmentid', 'segment_id'],
  ['segment-id', 'segment_id'],
  ['lenght', 'length'],
  ['ending', 'ending_at'],
  ['end', undefined],
  ['constructor', undefined],
  ['', undefined],
])('takes %j for %j', (name, meant) => {
  expect(resembling(name, NAMES)).toBe(meant);
});

it('prefers the nearest to the first', () => {
  expect(resembling('tls-keys', ['tls-key-1', 'tls-key'])).toBe('tls-key');
});

it('disregards what does not count', () => {
  const plain = (name: string) => name.replace('--', '');
  expect([resembling('--xyz', ['--ab']), resembling('--xyz', ['--ab'], plain)]).toEqual([undefined, undefined]);
  expect([resembling('--abcd', ['ab']), resembling('--ab', ['ab'], plain)]).toEqual([undefined, 'ab']);
});

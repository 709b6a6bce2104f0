import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { weakEtag } from '../../../src/core/profiles/etag.js';
import { codePoint } from '../../support/text.js';

it('is weak and has 32 hex digits', () => {
  const any = fc.oneof(fc.string({ unit: codePoint }), fc.uint8Array());
  fc.assert(
    fc.property(any, (body) => {
      expect(weakEtag(body)).toMatch(/^W\/"[0-9a-f]{32}"$/);
    }),
    { seed: 1 },
  );
});

it('is the same for a text and its bytes at any memory offset', () => {
  const text = '{"data":[{"time":"2024-01-31","size":7}],"message":"success"} é';
  const padded = Buffer.from(`xxx${text}`).subarray(3);
  expect([weakEtag(Buffer.from(text)), weakEtag(padded)]).toEqual([weakEtag(text), weakEtag(text)]);
});

it('differs for bodies that differ in one byte or in trailing zeros', () => {
  const body = '{"data":[{"time":"2024-01-31","size":1234}],"message":"success"}';
  const bodies = [body, ...[1, 2, 3, 4, 5].map((zeros) => body + '\0'.repeat(zeros))];
  for (let at = 0; at < body.length; at++) bodies.push(`${body.slice(0, at)}~${body.slice(at + 1)}`);
  expect(new Set(bodies.map(weakEtag)).size).toBe(bodies.length);
});

it('has no collisions over the bodies of a hundred thousand sizes', () => {
  const etags = Array.from({ length: 100_000 }, (_etag, size) => weakEtag(`{"data":[{"size":${size}}]}`));
  expect(new Set(etags).size).toBe(etags.length);
});

import { expect, it } from 'vitest';
import { entryBytes } from '../../../src/core/journal/entry-bytes.js';
import { traceWith } from '../../support/traces.js';

const bytesOf = (segmentId: string) =>
  entryBytes(traceWith({ segmentId, reasons: [{ code: 'segment_not_found', segmentId }] }), 0);

it.each([
  ['ASCII', 'a', 1],
  ['Latin-1', 'é', 1],
  ['beyond Latin-1', 'œ', 2],
])('counts characters that are %s with the bytes that V8 takes for each', (_which, character, each) => {
  const growth = bytesOf(character.repeat(1100)) - bytesOf(character.repeat(100));
  // The id of the trace, and that of its reason.
  expect(growth).toBe(2 * 1000 * each);
});

it('does not count the code of a reason, which all entries share', () => {
  const withReason = (code: 'analytics_not_enabled' | 'query_malformed') =>
    entryBytes(traceWith({ reasons: [{ code }] }), 0);
  expect(withReason('analytics_not_enabled')).toBe(withReason('query_malformed'));
});

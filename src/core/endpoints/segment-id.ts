import { Type } from '@sinclair/typebox';
import type { Reason } from '../refusals/codes.js';

const MAX_LENGTH = 256;

export const SegmentIdParameter = Type.String({
  minLength: 1,
  maxLength: MAX_LENGTH,
  description: 'Segment API identifier.',
});

export function segmentIdProblem(found: string | undefined): Reason | undefined {
  if (found === undefined || found === '') return { code: 'segment_id_required' };
  // Characters, not UTF-16 code units: an id of emoji can be as long as any other.
  const length = found.length > MAX_LENGTH ? Array.from(found).length : found.length;
  return length > MAX_LENGTH ? { code: 'segment_id_invalid', length, maxLength: MAX_LENGTH } : undefined;
}

import { Refusal } from '../refusals/codes.js';
import type { Check } from './check.js';

/** Check 8: does the segment exist in the key's workspace? */
export const segment: Check<'opened' | 'query', 'segment'> = {
  name: 'segment',
  number: '8',
  gives: 'segment',
  subjects: ['segment', 'series'],
  // Check 6a looked it up already, because a segment can have its own fault.
  run({ segment: found, query: { segmentId = '' } }) {
    if (found === undefined) throw new Refusal({ code: 'segment_not_found', segmentId });
    return found;
  },
  saw: ({ segmentId = '' }) => segmentId,
  passed: () => 'found',
};

/** Check 9: is analytics tracking on? Braze keeps no sizes of a segment without it [reference]. */
export const analytics: Check<'segment'> = {
  name: 'analytics',
  number: '9',
  subjects: ['series'],
  run({ segment: { analyticsTrackingEnabled } }) {
    if (!analyticsTrackingEnabled) throw new Refusal({ code: 'analytics_not_enabled' });
  },
  saw: ({ segmentId = '' }) => segmentId,
  passed: () => 'tracking is on',
};

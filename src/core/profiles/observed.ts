import { Type } from '@sinclair/typebox';
import { clockHour } from '../rate-limit/clock-hour.js';
import { type Reason, statusOf } from '../refusals/codes.js';
import { sentence } from '../refusals/messages.js';
import { type Day, FIRST_DAY, MS_PER_DAY } from '../time/calendar.js';
import { weakEtag } from './etag.js';
import type { Profile } from './profile.js';
import { bodyWriter } from './series-body.js';
import { limitHeaders, successes } from './schemas.js';
import { exactly } from '../../schema/shapes.js';
import { detailed, listed } from './segment-bodies.js';

const writeSeries = bodyWriter({ before: '{"data":[', afterDate: '', after: '],"message":"success"}' });

/**
 * What public clients recorded of the real service, mostly of its other endpoints, completed by inference and by our
 * own choices. `src/operations/fidelity.ts` has the evidence of each rule.
 */
export const observed: Profile = {
  name: 'observed',

  rateLimitAlgorithm: clockHour,

  // The days that start in [ending_at − length · 24 h, ending_at): a midnight `ending_at` is not among them
  // [recorded: window-of-6-days.json].
  window(endingAt, length) {
    const last = Math.ceil(endingAt / MS_PER_DAY) - 1;
    return { first: last - length + 1, last };
  },

  zeroFills: true,

  // A user's notes say so; no reply was recorded [inferred].
  endingAtProblem(endingAt, now) {
    return endingAt > now ? { code: 'ending_at_in_future', now } : undefined;
  },

  // One row per requested day [recorded: window-of-99-days.json]. Size 0 for a day without a snapshot is a guess,
  // because all recorded sizes are 0 [inferred]. There are no dates before the year 0.
  series(window, { first, last, on }) {
    const sizeOn = (day: Day) => (day < first || day > last ? 0 : (on(day) ?? 0));
    return writeSeries(Math.max(window.first, FIRST_DAY), window.last, sizeOn);
  },

  list: (segments) => JSON.stringify({ segments: segments.map(listed), message: 'success' }),

  details: (segment) => JSON.stringify({ ...detailed(segment), message: 'success' }),

  campaigns: () => '{"campaigns":[],"message":"success"}',

  // An unknown id is refused like a malformed one [inferred from unknown-id.json].
  status(reason) {
    return reason.code === 'segment_not_found' ? 400 : statusOf(reason);
  },

  refusal(reasons) {
    return JSON.stringify({ message: [...new Set(reasons.map(messagesOf))].join('; ') });
  },

  // [sibling: headers-of-a-success.json, unknown-id.json]
  headers({ status, body, durationMs, limit }) {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'cache-control': status === 200 ? 'max-age=0, private, must-revalidate' : 'no-cache',
      vary: 'Origin,Accept-Encoding',
      'x-request-id': crypto.randomUUID(),
      'x-runtime': (durationMs / 1000).toFixed(6),
    };
    if (status === 200) headers['etag'] = weakEtag(body);
    // On a 401 the rate-limit headers are present and empty [sibling: unknown-key.json].
    const isKnown = limit !== undefined && status !== 401;
    if (isKnown || status === 401) {
      headers['x-ratelimit-limit'] = isKnown ? String(limit.limit) : '';
      headers['x-ratelimit-remaining'] = isKnown ? String(limit.remaining) : '';
      headers['x-ratelimit-reset'] = isKnown ? String(limit.resetAt) : '';
    }
    return headers;
  },

  schemas: () => ({
    ...successes(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', format: 'date' })),
    refusal: (status) => {
      // All 401s are answered alike, regardless of the reason.
      const shape = status === 401 ? { pattern: '^Invalid API key: ' } : { minLength: 1 };
      return exactly({ message: Type.String({ ...shape, description: 'What is wrong.' }) });
    },
    headers: (status) => ({
      ...limitHeaders((number) => (status === 401 ? Type.Literal('', { description: 'There, and empty.' }) : number)),
      'cache-control': Type.Literal(status === 200 ? 'max-age=0, private, must-revalidate' : 'no-cache'),
      vary: Type.Literal('Origin,Accept-Encoding'),
      'x-request-id': Type.String({ format: 'uuid', examples: ['2f0c1a3e-5d4b-4c6a-9e8f-7a6b5c4d3e2f'] }),
      'x-runtime': Type.String({ pattern: '^\\d+\\.\\d{6}$', examples: ['0.000412'], description: 'Seconds.' }),
      ...(status === 200 && { etag: Type.String({ pattern: '^W/"[0-9a-f]{32}"$', description: 'Of the body.' }) }),
    }),
  }),
};

function messagesOf(reason: Reason): string {
  switch (reason.code) {
    // The message for an unknown key, without the key [inferred from unknown-key.json].
    case 'api_key_missing':
      return 'Invalid API key: ';
    // [sibling: unknown-key.json]
    case 'api_key_invalid':
      return `Invalid API key: ${reason.apiKey}`;
    // From Braze's page of another endpoint [inferred].
    case 'permission_denied':
      return 'You do not have permission to access this resource';
    // The message for `canvas_id`, with the name replaced [inferred from unknown-id.json].
    case 'segment_id_required':
    case 'segment_id_invalid':
    case 'segment_not_found':
      return 'segment_id must be a string of the segment api identifier';
    default:
      return sentence(reason);
  }
}

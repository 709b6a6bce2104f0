import { Type } from '@sinclair/typebox';
import { tokenBucket } from '../rate-limit/token-bucket.js';
import { envelope } from '../refusals/envelope.js';
import { statusOf } from '../refusals/codes.js';
import { codeOf, sentence } from '../refusals/messages.js';
import { dayOf } from '../time/calendar.js';
import type { Profile } from './profile.js';
import { bodyWriter } from './series-body.js';
import { limitHeaders, successes } from './schemas.js';
import { detailed, listed } from './segment-bodies.js';

const writeSeries = bodyWriter({ before: '{"message":"success","data":[', afterDate: 'T00:00:00+00:00', after: ']}' });

/** The endpoint reference, to the letter. */
export const documented: Profile = {
  name: 'documented',

  rateLimitAlgorithm: tokenBucket,

  // Snapshots are taken at midnight; the last one is at or before `ending_at`.
  window(endingAt, length) {
    const last = dayOf(endingAt);
    return { first: last - length + 1, last };
  },

  zeroFills: false,

  endingAtProblem: () => undefined,

  series: (_window, { first, last, on }) => writeSeries(first, last, on),

  list: (segments) => JSON.stringify({ message: 'success', segments: segments.map(listed) }),

  details: (segment) => JSON.stringify({ message: 'success', ...detailed(segment) }),

  campaigns: () => '{"message":"success","campaigns":[]}',

  status: statusOf,

  refusal(reasons) {
    const errors = reasons.map((reason) => ({ code: codeOf(reason), message: sentence(reason) }));
    return JSON.stringify({ message: 'error', errors });
  },

  headers({ status, limit, retryAfterSeconds = 1 }) {
    const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
    if (limit !== undefined) {
      headers['x-ratelimit-limit'] = String(limit.limit);
      headers['x-ratelimit-remaining'] = String(limit.remaining);
      headers['x-ratelimit-reset'] = String(limit.resetAt);
    }
    // A 429 can be planned even if the limit is off.
    if (status === 429) headers['retry-after'] = String(retryAfterSeconds);
    return headers;
  },

  schemas: () => ({
    ...successes(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T00:00:00\\+00:00$', format: 'date-time' })),
    refusal: (_status, codes) => envelope(codes),
    headers: (status) => ({
      ...limitHeaders((number) => number),
      ...(status === 429 && { 'retry-after': Type.Integer({ minimum: 1, description: 'Real seconds to wait.' }) }),
    }),
  }),
};

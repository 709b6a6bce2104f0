import { bucket } from '../rate-limit/bucket.js';
import { type Reason, REFUSALS, statusOf } from '../refusals/refusals.js';
import { sentence, statusText } from '../refusals/sentences.js';
import { dayOf, formatDay, type Instant } from '../series/calendar.js';
import type { Profile } from './profile.js';

/** The endpoint reference, to the letter. */
export const documented: Profile = {
  name: 'documented',

  allowance: bucket,

  // Snapshots are taken at midnight, so the last one is that of the last midnight at or before `ending_at`.
  window(endingAt, length) {
    const last = dayOf(endingAt);
    return { first: last - length + 1, last };
  },

  judgeEndingAt: () => [],

  rows(_window, snapshots) {
    return snapshots.map(({ day, estimatedSize }) => ({
      time: `${formatDay(day)}T00:00:00+00:00`,
      size: estimatedSize,
    }));
  },

  series(rows) {
    return JSON.stringify({ message: 'success', data: rows });
  },

  list(segments) {
    const listed = segments.map(({ id, name, analyticsTrackingEnabled, tags }) => ({
      id,
      name,
      analytics_tracking_enabled: analyticsTrackingEnabled,
      tags,
    }));
    return JSON.stringify({ message: 'success', segments: listed });
  },

  details({ createdAt, updatedAt, name, description, textDescription, tags, teams }) {
    return JSON.stringify({
      message: 'success',
      created_at: timestamp(createdAt),
      updated_at: timestamp(updatedAt),
      name,
      description,
      text_description: textDescription,
      tags,
      teams,
    });
  },

  status: statusOf,

  refusal(reasons) {
    const errors = reasons.map((reason) => ({ code: codeOf(reason), message: sentence(reason) }));
    return JSON.stringify({ message: 'error', errors });
  },

  headers({ status, limit }) {
    const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
    if (limit === undefined) return headers;
    headers['x-ratelimit-limit'] = String(limit.decision.limit);
    headers['x-ratelimit-remaining'] = String(limit.decision.remaining);
    headers['x-ratelimit-reset'] = String(limit.decision.resetAt);
    if (status === 429) headers['retry-after'] = String(limit.retryAfterSeconds);
    return headers;
  },
};

/** An instant as the reference writes its times; null where a fixture does not say. */
export function timestamp(instant: Instant | undefined): string | null {
  return instant === undefined ? null : `${new Date(instant).toISOString().slice(0, 19)}+00:00`;
}

function codeOf(reason: Reason): string {
  if (reason.code !== 'as_planned') return reason.code;
  const codes = Object.entries(REFUSALS).filter(([, { status }]) => status === reason.status);
  // Where a status has several codes, none of them says why it was planned.
  if (codes.length === 1) return codes[0]?.[0] as string;
  return statusText(reason.status).toLowerCase().replace(/\W+/g, '_');
}

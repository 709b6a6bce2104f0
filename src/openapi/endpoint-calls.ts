import { LIMITS } from '../server/transport/limits.js';
import { codeOf } from '../core/refusals/messages.js';
import type { Answer } from '../core/profiles/profile.js';

/** An example call of an endpoint, named after its outcome. */
export interface Call {
  /** Valid parameters; they become the examples of that name. */
  query?: Record<string, string>;
  /** An invalid query string, in place of `query`. */
  rawQuery?: string;
  prefer?: number;
  /** Headers in place of a valid key. */
  headers?: Record<string, string>;
  method?: 'POST';
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const VALID: Record<Answer, Record<string, string>> = {
  series: { segment_id: 'segment_5678', length: '7', ending_at: '2023-12-31T23:59:59Z' },
  list: { page: '0', sort_direction: 'asc' },
  details: { segment_id: 'segment_5678' },
  campaigns: { page: '0', include_archived: 'false', sort_direction: 'asc' },
};

/** The built-in segments that force an outcome. */
const FORCING_SEGMENTS = {
  rate_limited: 'segment_rate_limited',
  internal_server_error: 'segment_server_error',
  bad_gateway: 'segment_bad_gateway',
  service_unavailable: 'segment_unavailable',
  gateway_timeout: 'segment_timeout',
  segment_not_found: 'segment_unknown',
};

/** The calls of an endpoint, the successful one first. */
export function callsOf(answer: Answer): Record<string, Call> {
  const good = VALID[answer];
  const query = new URLSearchParams(good).toString();
  return {
    success: { query: good },
    ...ENDPOINT_CALLS[answer],
    query_malformed: { rawQuery: '%ff' },
    body_too_large: { headers: { 'content-length': String(LIMITS.body + 1) } },
    uri_too_long: { rawQuery: 'a'.repeat(LIMITS.url) },
    expectation_failed: { headers: { expect: 'miracles' } },
    method_not_allowed: { method: 'POST' },
    api_key_missing: { headers: {} },
    api_key_invalid: { headers: bearer('UNKNOWN-KEY') },
    permission_denied: { headers: bearer('KEY-WITHOUT-PERMISSIONS') },
    parameter_repeated: { rawQuery: `${query}&${query.split('&', 1)[0] ?? ''}` },
    parameter_unknown: { rawQuery: `${query}&ending_date=2023-12-31` },
    bad_request: { query: good, prefer: 400 },
  };
}

const segmentId = (id: string) => `segment_id=${id}&length=7`;
const forcedOutcomes = (rest: Record<string, string>): Record<string, Call> =>
  Object.fromEntries(
    Object.entries(FORCING_SEGMENTS).map(([name, id]) => [name, { query: { ...rest, segment_id: id } }]),
  );

/** Calls that prefer a status, each named after its outcome. */
const preferredOutcomes = (query: Record<string, string>, ...statuses: number[]): Record<string, Call> =>
  Object.fromEntries(statuses.map((prefer) => [codeOf({ code: 'as_planned', status: prefer }), { query, prefer }]));

const listCalls = (query: Record<string, string>): Record<string, Call> => ({
  page_invalid: { rawQuery: 'page=-1' },
  sort_direction_invalid: { rawQuery: 'sort_direction=up' },
  ...preferredOutcomes(query, 404, 422, 429, 500, 502, 503, 504),
});

const ENDPOINT_CALLS: Record<Answer, Record<string, Call>> = {
  series: {
    with_an_offset: { query: { ...VALID.series, length: '14', ending_at: '2023-12-31T23:59:59-05:00' } },
    by_date: { query: { ...VALID.series, length: '1', ending_at: '2023-12-31' } },
    ending_at_in_future: { query: { ...VALID.series, ending_at: '2024-03-01' } },
    ...forcedOutcomes({ length: '7' }),
    analytics_not_enabled: { query: { ...VALID.series, segment_id: 'segment_without_analytics' } },
    segment_id_required: { rawQuery: 'length=7' },
    segment_id_invalid: { rawQuery: segmentId('a'.repeat(257)) },
    length_required: { rawQuery: 'segment_id=segment_5678' },
    length_invalid: { rawQuery: 'segment_id=segment_5678&length=101' },
    ending_at_invalid: { rawQuery: `${segmentId('segment_5678')}&ending_at=2023-12-31T23:59:59+02:00` },
  },
  list: { past_the_end: { query: { page: '7', sort_direction: 'desc' } }, ...listCalls(VALID.list) },
  details: {
    ...forcedOutcomes({}),
    ...preferredOutcomes(VALID.details, 422),
    segment_id_required: { rawQuery: '' },
    segment_id_invalid: { rawQuery: `segment_id=${'a'.repeat(257)}` },
  },
  campaigns: {
    since_an_edit: { query: { page: '1', 'last_edit.time[gt]': '2020-06-28T23:59:59' } },
    ...listCalls(VALID.campaigns),
  },
};

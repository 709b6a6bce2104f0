import { LIMITS } from '../server/transport/limits.js';
import type { Answer } from '../core/profiles/profile.js';

/** A call of an endpoint that has one outcome, after which it is named. */
export interface Call {
  /** Parameters that are each as they should be; they become the examples of that name. */
  query?: Record<string, string>;
  /** A query string that no description of the parameters fits. */
  wrong?: string;
  prefer?: number;
  /** Headers in the place of a good key. */
  headers?: Record<string, string>;
  method?: 'POST';
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const SERIES = { segment_id: 'segment_5678', length: '7', ending_at: '2023-12-31T23:59:59Z' };
const DETAILS = { segment_id: 'segment_5678' };
const LIST = { page: '0', sort_direction: 'asc' };
const CAMPAIGNS = { page: '0', include_archived: 'false', sort_direction: 'asc' };
const GOOD: Record<Answer, Record<string, string>> = {
  series: SERIES,
  list: LIST,
  details: DETAILS,
  campaigns: CAMPAIGNS,
};

/** The segments that stand for an outcome, in what is built in. */
const STANDING = {
  rate_limited: 'segment_rate_limited',
  internal_server_error: 'segment_server_error',
  bad_gateway: 'segment_bad_gateway',
  service_unavailable: 'segment_unavailable',
  gateway_timeout: 'segment_timeout',
  segment_not_found: 'segment_unknown',
};

/** The calls of an endpoint, the good one first. */
export function callsOf(answer: Answer): Record<string, Call> {
  const good = GOOD[answer];
  const query = new URLSearchParams(good).toString();
  return {
    success: { query: good },
    ...OWN[answer],
    query_malformed: { wrong: '%ff' },
    body_too_large: { headers: { 'content-length': String(LIMITS.body + 1) } },
    uri_too_long: { wrong: 'a'.repeat(LIMITS.url) },
    expectation_failed: { headers: { expect: 'miracles' } },
    method_not_allowed: { method: 'POST' },
    api_key_missing: { headers: {} },
    api_key_invalid: { headers: bearer('UNKNOWN-KEY') },
    permission_denied: { headers: bearer('KEY-WITHOUT-PERMISSIONS') },
    parameter_repeated: { wrong: `${query}&${query.split('&', 1)[0] ?? ''}` },
    parameter_unknown: { wrong: `${query}&ending_date=2023-12-31` },
    bad_request: { query: good, prefer: 400 },
  };
}

const segmentId = (id: string) => `segment_id=${id}&length=7`;
const standing = (rest: Record<string, string>): Record<string, Call> =>
  Object.fromEntries(Object.entries(STANDING).map(([name, id]) => [name, { query: { ...rest, segment_id: id } }]));

/** The outcomes that no segment stands for, and the two bad parameters of a list. */
const listCalls = (query: Record<string, string>): Record<string, Call> => ({
  page_invalid: { wrong: 'page=-1' },
  sort_direction_invalid: { wrong: 'sort_direction=up' },
  not_found: { query, prefer: 404 },
  analytics_not_enabled: { query, prefer: 422 },
  rate_limited: { query, prefer: 429 },
  internal_server_error: { query, prefer: 500 },
  bad_gateway: { query, prefer: 502 },
  service_unavailable: { query, prefer: 503 },
  gateway_timeout: { query, prefer: 504 },
});

const OWN: Record<Answer, Record<string, Call>> = {
  series: {
    with_an_offset: { query: { ...SERIES, length: '14', ending_at: '2023-12-31T23:59:59-05:00' } },
    by_date: { query: { ...SERIES, length: '1', ending_at: '2023-12-31' } },
    ending_at_in_future: { query: { ...SERIES, ending_at: '2024-03-01' } },
    ...standing({ length: '7' }),
    analytics_not_enabled: { query: { ...SERIES, segment_id: 'segment_without_analytics' } },
    segment_id_required: { wrong: 'length=7' },
    segment_id_invalid: { wrong: segmentId('a'.repeat(257)) },
    length_required: { wrong: 'segment_id=segment_5678' },
    length_invalid: { wrong: 'segment_id=segment_5678&length=101' },
    ending_at_invalid: { wrong: `${segmentId('segment_5678')}&ending_at=2023-12-31T23:59:59+02:00` },
  },
  list: {
    past_the_end: { query: { page: '7', sort_direction: 'desc' } },
    ...listCalls(LIST),
  },
  details: {
    ...standing({}),
    analytics_not_enabled: { query: DETAILS, prefer: 422 },
    segment_id_required: { wrong: '' },
    segment_id_invalid: { wrong: `segment_id=${'a'.repeat(257)}` },
  },
  campaigns: {
    since_an_edit: { query: { page: '1', 'last_edit.time[gt]': '2020-06-28T23:59:59' } },
    ...listCalls(CAMPAIGNS),
  },
};

import type { Instant } from '../time/calendar.js';

/**
 * Every code of a refusal, in the order of the checks; docs/outcomes.md is generated from it. Profiles word them.
 * `check` is the number of the check, see `Check`; `status` that of the endpoint reference, or of HTTP if it has none.
 */
export const REFUSALS = {
  http_malformed: { check: '0', status: 400, when: 'The request is not well-formed HTTP, or has no `Host`' },
  query_malformed: { check: '0', status: 400, when: 'The query string has escapes that are not UTF-8, or a NUL' },
  request_timeout: { check: '0', status: 408, when: 'The request did not arrive in time' },
  body_too_large: { check: '0', status: 413, when: 'The body is too large' },
  uri_too_long: { check: '0', status: 414, when: 'The URL is too long' },
  expectation_failed: { check: '0', status: 417, when: '`Expect` asks for something other than `100-continue`' },
  headers_too_large: { check: '0', status: 431, when: 'The headers are too large' },
  not_found: { check: '1', status: 404, when: 'The path is unknown; the message lists the endpoints' },
  method_not_allowed: { check: '2', status: 405, when: 'The path does not support the method; `Allow` lists those' },
  api_key_missing: { check: '3', status: 401, when: 'No `Authorization` header, or one that is not `Bearer <key>`' },
  api_key_invalid: { check: '4', status: 401, when: 'The key opens no workspace, or `Host` is of another instance' },
  permission_denied: { check: '5', status: 403, when: "The key lacks the endpoint's permission" },
  rate_limited: { check: '6', status: 429, when: "The workspace's limit is used up" },
  segment_id_required: { check: '7', status: 400, when: '`segment_id` is absent or empty' },
  segment_id_invalid: { check: '7', status: 400, when: '`segment_id` is longer than 256 characters' },
  length_required: { check: '7', status: 400, when: '`length` is absent or empty' },
  length_invalid: { check: '7', status: 400, when: '`length` is not a plain whole number from 1 to 100' },
  ending_at_invalid: { check: '7', status: 400, when: '`ending_at` is not an existing ISO 8601 date or instant' },
  ending_at_in_future: { check: '7', status: 400, when: '`ending_at` is later than now; only in `observed`' },
  page_invalid: { check: '7', status: 400, when: '`page` is not a plain whole number from 0' },
  sort_direction_invalid: { check: '7', status: 400, when: '`sort_direction` is neither `asc` nor `desc`' },
  parameter_repeated: { check: '7', status: 400, when: 'A parameter is repeated' },
  parameter_unknown: { check: '7', status: 400, when: 'A parameter is unknown; only with `--strict-parameters`' },
  segment_not_found: { check: '8', status: 404, when: "The key's workspace has no such segment" },
  analytics_not_enabled: { check: '9', status: 422, when: 'Analytics tracking of the segment is off' },
  internal_server_error: { check: '–', status: 500, when: 'The mock itself failed' },
} as const satisfies Record<string, { check: string; status: number; when: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** One reason, with the details for its message. */
export type Reason =
  | { code: 'http_malformed'; detail: string }
  | { code: 'query_malformed' | 'request_timeout' }
  | { code: 'body_too_large' | 'uri_too_long' | 'headers_too_large'; limit: number }
  | { code: 'expectation_failed'; expectation: string }
  | { code: 'not_found'; method: string; path: string; known: readonly string[]; page?: string | undefined }
  | { code: 'method_not_allowed'; method: string; path: string; allow: string }
  | { code: 'api_key_missing'; authorization: string | undefined }
  | { code: 'api_key_invalid'; apiKey: string; foreignInstance?: { key: string; host: string; restHost: string } }
  | { code: 'permission_denied'; permission: string }
  | { code: 'rate_limited'; limit: number | undefined; retryAfterSeconds: number }
  | { code: 'segment_id_required' }
  | { code: 'segment_id_invalid'; length: number; maxLength: number }
  | { code: 'length_required'; minimum: number; maximum: number }
  | { code: 'length_invalid'; found: string; minimum: number; maximum: number }
  | { code: 'ending_at_invalid' | 'page_invalid' | 'sort_direction_invalid'; found: string }
  | { code: 'ending_at_in_future'; now: Instant }
  | { code: 'parameter_repeated'; name: string; times: number }
  | { code: 'parameter_unknown'; name: string; known: readonly string[]; resembles: string | undefined }
  | { code: 'segment_not_found'; segmentId: string }
  | { code: 'analytics_not_enabled' | 'internal_server_error' }
  /** A planned status that no code above covers; its code is derived from the status. */
  | { code: 'as_planned'; status: number };

/**
 * Thrown by the check that refuses a request, and turned into a reply in one place. The reasons share one status. Plain
 * data, not an `Error`: journals keep it, and a stack takes ten times as much memory as the rest of an entry.
 */
export class Refusal {
  readonly reasons: readonly [Reason, ...Reason[]];
  /** The status of a refusal that the request did not cause; it overrides that of the reasons. */
  plannedStatus: number | undefined = undefined;

  constructor(...reasons: [Reason, ...Reason[]]) {
    this.reasons = reasons;
  }
}

/** The status of a reason. */
export function statusOf(reason: Reason): number {
  return reason.code === 'as_planned' ? reason.status : REFUSALS[reason.code].status;
}

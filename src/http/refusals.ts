/**
 * Why a request is refused: every code there is, in the order in which the checks are made, with the status
 * that the endpoint reference gives it. What is said to the caller is the profile's business.
 */
export const REFUSALS = {
  // 0: what the HTTP layer itself refuses
  http_malformed: 400,
  query_malformed: 400,
  request_timeout: 408,
  body_too_large: 413,
  uri_too_long: 414,
  expectation_failed: 417,
  headers_too_large: 431,
  // 1 and 2: path and method
  not_found: 404,
  method_not_allowed: 405,
  // 3 and 4: the API key
  api_key_missing: 401,
  api_key_invalid: 401,
  // 5: its permission
  permission_denied: 403,
  // 6: the workspace's rate limit
  rate_limited: 429,
  // 7: the parameters, all problems in one reply
  segment_id_required: 400,
  segment_id_invalid: 400,
  length_required: 400,
  length_invalid: 400,
  ending_at_invalid: 400,
  parameter_repeated: 400,
  parameter_unknown: 400,
  // 8 and 9: the segment
  segment_not_found: 404,
  analytics_not_enabled: 422,
  // our own failure
  internal_server_error: 500,
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** One reason, with what the profile needs to word it. */
export type Reason =
  | { code: 'http_malformed'; detail: string }
  | { code: 'query_malformed' }
  | { code: 'request_timeout' }
  | { code: 'body_too_large'; limit: number }
  | { code: 'uri_too_long'; limit: number }
  | { code: 'expectation_failed'; expectation: string }
  | { code: 'headers_too_large'; limit: number }
  | { code: 'not_found'; method: string; path: string; known: readonly string[] }
  | { code: 'method_not_allowed'; method: string; path: string; allow: string }
  | { code: 'api_key_missing'; authorization: string | undefined }
  | { code: 'api_key_invalid'; apiKey: string; foreignInstance?: { key: string; host: string; restHost: string } }
  | { code: 'permission_denied'; permission: string }
  | { code: 'rate_limited'; limit: number; retryAfterSeconds: number }
  | { code: 'segment_id_required' }
  | { code: 'segment_id_invalid'; length: number; maxLength: number }
  | { code: 'length_required'; minimum: number; maximum: number }
  | { code: 'length_invalid'; found: string; minimum: number; maximum: number }
  | { code: 'ending_at_invalid'; found: string }
  | { code: 'parameter_repeated'; name: string; times: number }
  | { code: 'parameter_unknown'; name: string; known: readonly string[]; resembles: string | undefined }
  | { code: 'segment_not_found'; segmentId: string }
  | { code: 'analytics_not_enabled' }
  | { code: 'internal_server_error' }
  /** A fault's status that none of the codes above stands for; named after the status. */
  | { code: 'as_planned'; status: number };

/** Thrown by whatever refuses a request, and answered in one place. The reasons share one status. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reasons: readonly [Reason, ...Reason[]];

  constructor(...reasons: [Reason, ...Reason[]]) {
    super(reasons.map(({ code }) => code).join(', '));
    this.reasons = reasons;
  }

  get status(): number {
    return statusOf(this.reasons[0]);
  }
}

export function statusOf(reason: Reason): number {
  return reason.code === 'as_planned' ? reason.status : REFUSALS[reason.code];
}

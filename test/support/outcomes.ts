import { LIMITS } from '../../src/server/transport/limits.js';
import type { RefusalCode } from '../../src/core/refusals/codes.js';
import { CLOSE, HOST, type WireRequest } from './wire.js';

const PATH = '/segments/data_series';

/** The segment on which a test makes the mock itself fail. */
export const BROKEN_SEGMENT = 'segment_9012';

export function target(query: string): WireRequest {
  return { target: `${PATH}?${query}` };
}

/** A request for every code; a missing one is a type error. */
export const REQUESTS: Record<Exclude<RefusalCode, 'ending_at_in_future'>, WireRequest | string> = {
  http_malformed: 'garbage\r\n\r\n',
  query_malformed: target('%ff'),
  request_timeout: 'GET / HTTP/1.1\r\n',
  body_too_large: { headers: [HOST, CLOSE, `Content-Length: ${LIMITS.body + 1}`] },
  uri_too_long: target('a'.repeat(LIMITS.url)),
  expectation_failed: { headers: [HOST, CLOSE, 'Expect: miracles'] },
  headers_too_large: { headers: [HOST, CLOSE, `X-A: ${'a'.repeat(LIMITS.headers)}`] },
  not_found: { target: '/nowhere' },
  method_not_allowed: { method: 'POST' },
  api_key_missing: { headers: [HOST, CLOSE] },
  api_key_invalid: { headers: [HOST, CLOSE, 'Authorization: Bearer UNKNOWN'] },
  permission_denied: { headers: [HOST, CLOSE, 'Authorization: Bearer KEY-WITHOUT-PERMISSIONS'] },
  rate_limited: target('segment_id=segment_rate_limited&length=1'),
  segment_id_required: target('length=1'),
  segment_id_invalid: target(`segment_id=${'a'.repeat(257)}&length=1`),
  length_required: target('segment_id=segment_1234'),
  length_invalid: target('segment_id=segment_1234&length=101'),
  ending_at_invalid: target('segment_id=segment_1234&length=1&ending_at=now'),
  page_invalid: { target: '/segments/list?page=-1' },
  sort_direction_invalid: { target: '/segments/list?sort_direction=up' },
  parameter_repeated: target('segment_id=segment_1234&length=1&length=1'),
  parameter_unknown: target('segment_id=segment_1234&length=1&page=1'),
  segment_not_found: target('segment_id=unknown&length=1'),
  analytics_not_enabled: target('segment_id=segment_without_analytics&length=1'),
  internal_server_error: target(`segment_id=${BROKEN_SEGMENT}&length=1`),
};

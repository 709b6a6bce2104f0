import { formatInstant } from '../time/calendar.js';
import { isoRemedy } from '../time/not-iso.js';
import { type Reason, REFUSALS } from './codes.js';
import { statusText } from './status-text.js';

type Messages = { [Code in Reason['code']]: (reason: Reason & { code: Code }) => string };

/** Messages that tell how to fix the request; those of 404 and 422 are from the reference. */
const messages: Messages = {
  http_malformed: ({ detail }) => `The request is not well-formed HTTP: ${detail}`,
  query_malformed: () => 'The URL cannot be decoded; percent-encode it as UTF-8, without NUL characters',
  request_timeout: () => 'The request did not arrive in time; send it whole, without pauses',
  body_too_large: ({ limit }) => `The body is larger than ${limit} bytes; send a smaller one`,
  uri_too_long: ({ limit }) => `The URL is longer than ${limit} bytes; send a shorter one`,
  expectation_failed: ({ expectation }) => `Expect: ${expectation} cannot be met; send the request without it`,
  headers_too_large: ({ limit }) => `The headers are larger than ${limit} bytes; send fewer or shorter ones`,
  not_found: ({ method, path, known, page }) =>
    `${method} ${path} is not imitated: of Braze's endpoints, this mock imitates only ${known.join(', ')}` +
    (page === undefined ? '' : `; to look at the mock, open ${page} in a browser`),
  method_not_allowed: ({ method, path, allow }) => `${path} does not answer ${method}; use ${allow}`,
  api_key_missing: ({ authorization }) =>
    authorization === undefined
      ? 'Missing API key; send the header "Authorization: Bearer YOUR-REST-API-KEY"'
      : 'The Authorization header is not of the form "Bearer YOUR-REST-API-KEY"',
  api_key_invalid: ({ foreignInstance: other }) =>
    other === undefined
      ? 'Invalid API key; use a key of one of the workspaces served here'
      : `Invalid API key for ${other.host}: it belongs to the instance ${other.key}, whose host is ${other.restHost}`,
  permission_denied: ({ permission }) => `The API key lacks the permission ${permission}; use one that has it`,
  rate_limited: ({ limit, retryAfterSeconds }) =>
    (limit === undefined ? 'Too many requests' : `The workspace has used up its ${limit} requests`) +
    `; try again in ${retryAfterSeconds} s`,
  segment_id_required: () => 'segment_id is required: the API identifier of a segment',
  segment_id_invalid: ({ length, maxLength }) => `segment_id must be at most ${maxLength} characters; found ${length}`,
  length_required: ({ minimum, maximum }) => `length is required: a whole number of days from ${minimum} to ${maximum}`,
  length_invalid: ({ found, minimum, maximum }) =>
    `length must be a whole number from ${minimum} to ${maximum}; found ${quote(found)}`,
  ending_at_invalid: ({ found }) =>
    'ending_at must be YYYY-MM-DD or YYYY-MM-DDTHH:mm:ss with an optional offset, of a date that exists; ' +
    `found ${quote(found)}${isoRemedy(found)}`,
  ending_at_in_future: ({ now }) => `ending_at must not be later than now, ${formatInstant(now)}`,
  page_invalid: ({ found }) => `page must be a whole number from 0; found ${quote(found)}`,
  sort_direction_invalid: ({ found }) => `sort_direction must be asc or desc; found ${quote(found)}`,
  parameter_repeated: ({ name, times }) => `${name} must be given once; found it ${times} times`,
  parameter_unknown: ({ name, known, resembles }) =>
    `${quote(name)} is not a parameter of this endpoint; ` +
    (resembles === undefined ? `it knows ${known.join(', ')}` : `did you mean ${resembles}?`),
  segment_not_found: ({ segmentId }) => `Segment with ID '${segmentId}' not found`,
  analytics_not_enabled: () => 'Analytics tracking is not enabled for this segment',
  internal_server_error: () => 'Internal server error; try again later',
  as_planned: ({ status }) => statusText(status),
};

/** The message of a reason: what is wrong and how to fix it. */
export function sentence<Code extends Reason['code']>(reason: Reason & { code: Code }): string {
  return messages[reason.code](reason);
}

/** A text of a request as messages quote it, cut short. */
export function quote(text: string): string {
  return text.length > 100 ? `${JSON.stringify(text.slice(0, 100))}…` : JSON.stringify(text);
}

/** The code of a reason; for a planned status, its only code or its reason phrase. */
export function codeOf(reason: Reason): string {
  if (reason.code !== 'as_planned') return reason.code;
  const codes = Object.entries(REFUSALS).filter(([, { status }]) => status === reason.status);
  // With several codes for a status, none of them is the right one.
  if (codes.length === 1) return codes[0]?.[0] as string;
  return statusText(reason.status).toLowerCase().replace(/\W+/g, '_');
}

import { type Static, Type } from '@sinclair/typebox';
import { exactly, Field, NonEmptyText, oneOf } from '../schema/shapes.js';
import { VERIFIED } from './verified.js';

/** A behaviour that clients see, and the evidence that the real service behaves the same. */
export const Behaviour = exactly({
  id: Field.text('Stable.', { pattern: '^[a-z0-9-]+$' }),
  behaviour: Type.String(),
  profile: oneOf(['both', 'documented', 'observed']),
  /**
   * `reference`: the endpoint reference; `documented`: Braze's pages; `recorded`: a reply of the same endpoint;
   * `sibling`: a reply of another endpoint of the same API; `inferred`: concluded from one of these; `ours`: our
   * choice, without a source.
   */
  evidence: oneOf(['reference', 'documented', 'recorded', 'sibling', 'inferred', 'ours']),
  /** Its source. For `recorded` and `sibling`: the request, repository, file, commit and date. */
  source: Type.Optional(NonEmptyText),
  /** The outcomes and headers that it covers: `outcome …`, `header …`. */
  covers: Type.Array(Type.String()),
  verified: Field.text(
    'What `verify` found at real accounts, such as `confirmed 2026-11-26, 2 accounts`, or why it cannot settle it.',
  ),
  /** The file of the test that checks it. */
  test: Type.String(),
});
export type Behaviour = Static<typeof Behaviour>;

export const Fidelity = exactly({
  note: Field.text('What has been recorded of the endpoint itself.'),
  behaviours: Type.Array(Behaviour),
});

/** A caveat for all rows: how little of the endpoint itself has been recorded. */
export const NO_RAW_REPLY =
  'No raw reply of GET /segments/data_series has been recorded. All that is known of its replies is the rows of two windows that ' +
  'a public connector stored on 2022-12-15; all their sizes are 0.';

const WINDOWS =
  'GET /segments/data_series: airbytehq/airbyte, airbyte-integrations/connectors/source-braze/integration_tests/expected_records.jsonl at 34b49c57, 2022-12-15; only the rows are recorded; the requests follow from how the connector slices time';
const CONNECTOR =
  'GET /segments/list: airbytehq/airbyte, airbyte-integrations/connectors/source-braze/integration_tests/expected_records.jsonl at 34b49c57, 2022-12-15; the connector sends last_edit.time[gt] and receives segments';
const SEGMENT_LIST = cassette('GET /segments/list', 'list_segments/with_success/responds_with_success.yml');
const HARD_BOUNCES = cassette(
  'GET /email/hard_bounces',
  'email_sync/hard_bounces/responds_with_empty_array_when_no_hard_bounces.yml',
);
const TRACK = cassette('POST /users/track', 'track_users/unauthorized/responds_with_unauthorized.yml');
const DELETE = cassette('POST /users/delete', 'delete_users/unauthorized/responds_with_unauthorized.yml');
const CANVAS = cassette('GET /canvas/details', 'canvas/details/returns_error_when_no_canvas.yml');
const EMAIL_STATUS = cassette(
  'POST /email/status',
  'email_status/existing_email/responds_with_created.yml',
  '2020-06-18',
);

/** A reply recorded in the test fixtures of a public client. */
function cassette(asked: string, file: string, date = '2020-06-17'): string {
  return `${asked}: jonallured/braze_ruby, spec/fixtures/responses/${file} at 4a10f77e, ${date}`;
}

type Row = [
  id: string,
  behaviour: string,
  profile: Behaviour['profile'],
  evidence: Behaviour['evidence'],
  source: string,
  test: string,
  covers?: string,
];

/** `covers` is a list of a kind and its names: `outcome a b` is the outcomes a and b. */
// prettier-ignore
const ROWS: Row[] = [
  ['series-shape', 'A series is `message` and `data`, each row `time` at 00:00:00+00:00 and `size`', 'documented', 'reference', 'Response Schema', 'test/core/profiles/documented.test.ts'],
  ['row-bare-date', 'A row is `time`, a bare date, and `size`', 'observed', 'recorded', WINDOWS, 'test/contract/exchanges.test.ts'],
  ['message-first', '`message` comes first, the payload after it', 'documented', 'reference', 'Response Schema', 'test/core/profiles/documented.test.ts'],
  ['payload-first', 'The payload comes first, `message` last', 'observed', 'sibling', HARD_BOUNCES, 'test/contract/exchanges.test.ts'],
  ['window-includes-midnight', 'The window ends with the last midnight at or before `ending_at`', 'documented', 'inferred', 'reference, Daily Snapshots', 'test/core/profiles/documented.test.ts'],
  ['window-excludes-midnight', 'A midnight `ending_at` is not in the window', 'observed', 'recorded', WINDOWS, 'test/contract/exchanges.test.ts'],
  ['missing-day-left-out', 'A day without a snapshot has no row', 'documented', 'inferred', 'reference, Usage Notes 5 and 6', 'test/server/endpoints/data-series.test.ts'],
  ['exactly-length-rows', 'A series has exactly `length` rows', 'observed', 'recorded', WINDOWS, 'test/contract/exchanges.test.ts'],
  ['missing-day-zero', 'A day without a snapshot has size 0', 'observed', 'inferred', 'the recorded rows, all of size 0: a sandbox cannot tell a missing day from an empty segment', 'test/core/profiles/observed.test.ts'],
  ['future-allowed', 'An `ending_at` in the future is allowed; future days have no row', 'documented', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['future-refused', 'An `ending_at` in the future is 400', 'observed', 'inferred', "a user's notes; no reply was recorded", 'test/core/profiles/observed.test.ts', 'outcome ending_at_in_future'],
  ['processing-and-retention', 'A day appears when its processing is complete, and stays within the retention', 'both', 'reference', 'Usage Notes 5 and 6', 'test/server/endpoints/data-series.test.ts'],
  ['no-day-before-creation', 'A segment has no snapshot before its creation', 'both', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['windows-agree', 'A day has the same size in every window', 'both', 'reference', 'Daily Snapshots', 'test/core/series/series.test.ts'],
  ['sizes-never-change', 'Past sizes never change', 'both', 'reference', 'Daily Snapshots', 'test/core/series/series.test.ts'],
  ['sizes-are-estimates', 'Sizes are estimates; those of large segments carry sampling noise', 'both', 'reference', 'Estimation Notes', 'test/core/series/generator.test.ts'],
  ['changed-definition', 'A changed definition affects no size before its day', 'both', 'reference', 'Daily Snapshots, Usage Note 7', 'test/core/series/generator.test.ts'],
  ['empty-segment-zero', 'A segment without users has size 0', 'both', 'reference', 'Usage Note 9', 'test/core/series/generator.test.ts'],
  ['required-parameters', '`segment_id` and `length` are required, `length` is 1 to 100', 'both', 'reference', 'Request Parameters', 'test/server/endpoints/query.test.ts', 'outcome segment_id_required length_required length_invalid'],
  ['length-digits', '`length` must be plain digits: `+5`, `1.0` and `010` are 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts'],
  ['empty-length', 'An empty `length` counts as absent', 'both', 'ours', '', 'test/server/endpoints/query.test.ts'],
  ['empty-parameters', 'An empty `segment_id` counts as absent; an empty `ending_at` is 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts'],
  ['ending-at-iso', '`ending_at` is ISO 8601 and defaults to now', 'both', 'reference', 'Optional Parameters', 'test/server/endpoints/query.test.ts'],
  ['offset-one-digit', 'The offset of `ending_at` can have a one-digit hour', 'both', 'documented', "Braze's page of this endpoint, the example request", 'test/server/endpoints/query.test.ts'],
  ['ending-at-date', '`ending_at` can be a date without a time', 'both', 'inferred', 'the recorded windows: the connector sends dates', 'test/server/endpoints/query.test.ts'],
  ['ending-at-other-forms', 'A date means midnight UTC, a time without an offset is UTC, other formats are 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts', 'outcome ending_at_invalid'],
  ['unknown-parameters-ignored', 'Unknown parameters are ignored', 'both', 'sibling', CONNECTOR, 'test/server/endpoints/query.test.ts'],
  ['long-ids', 'An id over 256 characters is 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts', 'outcome segment_id_invalid'],
  ['repeated-parameters', 'A repeated parameter is 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts', 'outcome parameter_repeated'],
  ['all-problems-together', 'All problems of the parameters are reported together', 'both', 'ours', '', 'test/server/endpoints/query.test.ts'],
  ['key-before-parameters', 'A bad API key is 401, even if the parameters are bad', 'both', 'ours', '', 'test/server/endpoints/order-of-refusals.test.ts'],
  ['order-of-refusals', 'All checks have a fixed order, and the first failure decides the reply', 'both', 'ours', '', 'test/server/endpoints/order-of-refusals.test.ts'],
  ['unknown-key-401', 'A missing or unknown API key is 401', 'both', 'reference', 'Error Codes', 'test/server/endpoints/authenticate.test.ts', 'outcome api_key_missing api_key_invalid'],
  ['bearer-scheme', 'The scheme `Bearer` is read in any case', 'both', 'ours', '', 'test/server/endpoints/authenticate.test.ts'],
  ['key-case', 'The API key is valid in its own case only', 'both', 'ours', '', 'test/server/endpoints/authenticate.test.ts'],
  ['observed-401', 'A 401 quotes the key as sent, has `cache-control: no-cache` and empty rate-limit headers', 'observed', 'sibling', TRACK, 'test/contract/exchanges.test.ts'],
  ['observed-401-without-key', 'Without an `Authorization` header, the message of the 401 ends at its colon', 'observed', 'inferred', 'the recorded 401s of unknown keys', 'test/server/endpoints/observed.test.ts'],
  ['instance-hosts', 'Each of the 13 instances has its own REST host', 'both', 'reference', 'Instance Endpoints', 'test/core/workspaces/instances.test.ts'],
  ['instance-host-spellings', 'The host spellings `rest.us-10`, `rest.au-01`, `rest.fra-01.braze.eu` and `rest.fra-02.braze.eu` name their instances', 'both', 'documented', "Braze's page on instances", 'test/core/workspaces/instances.test.ts'],
  ['instance-hosts-inferred', 'The hosts `rest.id-01` and `rest.jp-01` follow the same pattern', 'both', 'inferred', 'the configuration of public clients', 'test/core/workspaces/instances.test.ts'],
  ['foreign-instance-401', 'A key of another instance than that of the `Host` is 401', 'both', 'documented', "Braze's pages on API keys and instances", 'test/server/endpoints/authenticate.test.ts'],
  ['permission-403', 'A key without the permission of the endpoint is 403', 'both', 'reference', 'Error Codes', 'test/server/endpoints/authenticate.test.ts', 'outcome permission_denied'],
  ['observed-403-words', 'The message of a 403', 'observed', 'inferred', "Braze's page of another endpoint", 'test/core/profiles/observed.test.ts'],
  ['unknown-segment-404', 'An unknown segment is 404 `segment_not_found`', 'documented', 'reference', 'Error Response Format', 'test/server/endpoints/data-series.test.ts', 'outcome segment_not_found'],
  ['malformed-segment-400', 'A malformed segment id is 400', 'observed', 'sibling', CANVAS, 'test/contract/exchanges.test.ts'],
  ['unknown-segment-400', 'A well-formed segment id that no segment has is 400', 'observed', 'inferred', 'the recorded 400s: both asked for malformed ids', 'test/server/endpoints/observed.test.ts'],
  ['unknown-segment-400-words', 'The message of a 400 for an unknown segment id', 'observed', 'inferred', 'the words of two other endpoints', 'test/core/profiles/observed.test.ts'],
  ['analytics-off-422', 'A segment without analytics tracking is 422', 'documented', 'reference', 'Error Codes', 'test/server/endpoints/data-series.test.ts', 'outcome analytics_not_enabled'],
  ['observed-analytics-off', 'A segment without analytics tracking is 422', 'observed', 'ours', '', 'test/server/endpoints/observed.test.ts'],
  ['limit-per-hour', 'The limit is 250,000 requests an hour', 'both', 'reference', 'Rate Limits', 'test/core/rate-limit/token-bucket.test.ts', 'outcome rate_limited'],
  ['limit-token-bucket', 'The limit is a token bucket, refilled evenly', 'documented', 'ours', '', 'test/core/rate-limit/token-bucket.test.ts'],
  ['limit-clock-hour', 'The limit resets at each full hour of the clock, and `x-ratelimit-reset` is the next one', 'observed', 'sibling', SEGMENT_LIST, 'test/contract/exchanges.test.ts'],
  ['limit-shared-by-endpoints', 'The limit is shared by all endpoints', 'both', 'reference', 'Rate Limits', 'test/server/endpoints/list.test.ts'],
  ['limit-shared-by-keys', 'The limit is shared by all keys of a workspace', 'both', 'documented', "Braze's page on rate limits", 'test/server/endpoints/authenticate.test.ts'],
  ['limit-counts-400', 'A 400 counts toward the rate limit', 'both', 'sibling', CANVAS, 'test/server/endpoints/observed.test.ts'],
  ['limit-ignores-401', 'A 401 does not count toward the rate limit', 'both', 'sibling', DELETE, 'test/server/endpoints/authenticate.test.ts'],
  ['limit-ignores-403', 'A 403 does not count toward the rate limit; every other refusal of a valid key does', 'both', 'ours', '', 'test/server/endpoints/authenticate.test.ts'],
  ['limit-headers', 'The three rate-limit headers, with lower-case names, on every reply to a valid key', 'both', 'documented', "Braze's page on rate limits", 'test/server/endpoints/authenticate.test.ts', 'header x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset'],
  ['limit-remaining-after', '`x-ratelimit-remaining` is the number left after the request', 'both', 'sibling', EMAIL_STATUS, 'test/contract/exchanges.test.ts'],
  ['limit-reset-full', '`x-ratelimit-reset` is when the bucket is full again', 'documented', 'ours', '', 'test/core/rate-limit/token-bucket.test.ts'],
  ['retry-after', 'A 429 has `retry-after`, in seconds; no other reply has it', 'documented', 'ours', '', 'test/server/endpoints/authenticate.test.ts', 'header retry-after'],
  ['no-retry-after', 'No reply has `retry-after`, not even a 429', 'observed', 'ours', '', 'test/server/endpoints/observed.test.ts'],
  ['error-envelope', 'Errors are `message` and `errors`, each with `code` and `message`', 'documented', 'reference', 'Error Response Format', 'test/core/profiles/documented.test.ts'],
  ['error-codes', 'The codes and messages of errors other than 404 and 422', 'documented', 'ours', '', 'test/server/endpoints/refusals.test.ts'],
  ['error-plain', 'Errors are `{"message":"<text>"}`', 'observed', 'sibling', CANVAS, 'test/contract/exchanges.test.ts'],
  ['error-plain-words', 'The messages of the other errors', 'observed', 'ours', '', 'test/core/profiles/observed.test.ts'],
  ['content-type-charset', '`content-type` is `application/json; charset=utf-8`', 'documented', 'ours', '', 'test/core/profiles/documented.test.ts', 'header content-type'],
  ['no-other-headers', 'No reply has one of the headers `cache-control`, `etag`, `vary`, `x-request-id` and `x-runtime`; a 401 has no rate-limit headers', 'documented', 'ours', '', 'test/core/profiles/documented.test.ts'],
  ['observed-headers', '`content-type` is `application/json`; `cache-control`, `vary`, `x-request-id` and `x-runtime` are present, on a 200 also `etag`', 'observed', 'sibling', HARD_BOUNCES, 'test/contract/exchanges.test.ts', 'header cache-control etag vary x-request-id x-runtime'],
  ['etag-304', '`If-None-Match` with the current etag is 304', 'observed', 'ours', '', 'test/core/profiles/observed.test.ts'],
  ['failure-500', 'Other failures are 500', 'both', 'reference', 'Error Codes', 'test/server/endpoints/refusals.test.ts', 'outcome internal_server_error'],
  ['other-paths', 'Other paths are 404, in the form of all errors, without rate-limit headers', 'both', 'ours', '', 'test/server/endpoints/refusals.test.ts', 'outcome not_found'],
  ['other-methods', 'Other methods are 405 with `Allow`', 'both', 'ours', '', 'test/server/endpoints/refusals.test.ts', 'outcome method_not_allowed, header allow'],
  ['head', 'A HEAD is answered as a GET without its body', 'both', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['unreadable-requests', 'Requests that are not HTTP, too large, too slow or undecodable are refused in the envelope', 'both', 'ours', '', 'test/server/transport/malformed.test.ts', 'outcome http_malformed query_malformed request_timeout body_too_large uri_too_long expectation_failed headers_too_large'],
  ['extra-slashes', 'Doubled and trailing slashes in the path are tolerated', 'both', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['list-fields', '`GET /segments/list`: a segment is `id`, `name`, `analytics_tracking_enabled` and `tags`', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/list.test.ts'],
  ['list-page-size', '`GET /segments/list`: 100 a page', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/list.test.ts'],
  ['list-order', '`GET /segments/list`: oldest first, and the reverse with `sort_direction=desc`', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/list.test.ts'],
  ['list-past-end', '`GET /segments/list`: pages count from 0, and one past the end is empty', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/list.test.ts'],
  ['list-reply', '`GET /segments/list`: the status, the headers and the shape of the body; ids, names and the key in the recording are replaced, and its `etag` is that of the original body', 'observed', 'recorded', SEGMENT_LIST, 'test/contract/exchanges.test.ts'],
  ['list-unknown-parameters', '`GET /segments/list` ignores `limit` and `last_edit.time[gt]`', 'both', 'recorded', CONNECTOR, 'test/server/endpoints/list.test.ts'],
  ['list-bad-page', 'A bad `page` is 400', 'both', 'ours', '', 'test/server/endpoints/list.test.ts', 'outcome page_invalid'],
  ['list-bad-direction', 'A bad `sort_direction` is 400', 'both', 'ours', '', 'test/server/endpoints/list.test.ts', 'outcome sort_direction_invalid'],
  ['details-fields', 'The fields of a reply of `GET /segments/details`', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/details.test.ts'],
  ['campaigns-empty', '`GET /campaigns/list` answers with a page of campaigns', 'both', 'ours', '', 'test/server/endpoints/campaigns.test.ts'],
  ['archived-unlisted', 'An archived segment is not in `GET /segments/list`', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/list.test.ts'],
  ['unlisted-segment-answers', 'An archived segment still answers at `details` and `data_series`', 'both', 'ours', '', 'test/server/endpoints/list.test.ts'],
];

/** Reasons with ids, separated by spaces. */
const REASONS: Readonly<Record<string, string>> = {
  'it requires a watch over midnight, and data as old as the retention': 'processing-and-retention',
  'it requires a second look on another day': 'sizes-never-change',
  'it requires a change to a segment': 'changed-definition',
  'it requires a second API key': 'limit-shared-by-keys',
  'true sizes cannot be read': 'sizes-are-estimates',
  'no reply says that a segment is empty': 'empty-segment-zero',
  'no reply says that a segment is archived': 'archived-unlisted unlisted-segment-answers',
  'left out to stay within 30 requests': 'empty-parameters long-ids order-of-refusals',
  'it would send a variant of the API key': 'key-case',
  'it would send the API key to another host': 'foreign-instance-401',
  'requests go to one host': 'instance-hosts instance-host-spellings instance-hosts-inferred',
  'it would use up the rate limit': 'limit-token-bucket retry-after no-retry-after',
  'a failure cannot be provoked without harm': 'failure-500',
  'other methods can change data': 'other-methods',
  'broken, large and slow requests burden a server': 'unreadable-requests',
};

/** Why no probe of `verify` settles a row, by its id. */
export const UNVERIFIABLE: ReadonlyMap<string, string> = new Map(
  Object.entries(REASONS).flatMap(([why, ids]) => ids.split(' ').map((id) => [id, why])),
);

/** What the mock claims about Braze, with its evidence. A test checks that no outcome and no header is missing. */
export const FIDELITY: readonly Behaviour[] = ROWS.map(
  ([id, behaviour, profile, evidence, source, test, covers = '']) => ({
    id,
    behaviour,
    profile,
    evidence,
    ...(source !== '' && { source: evidence === 'reference' ? `reference, ${source}` : source }),
    verified: VERIFIED[id] ?? (UNVERIFIABLE.has(id) ? `not by verify: ${UNVERIFIABLE.get(id)}` : 'not yet'),
    covers: covers.split(', ').flatMap((words) => {
      const [kind, ...names] = words.split(' ');
      return names.map((name) => `${kind} ${name}`);
    }),
    test,
  }),
);

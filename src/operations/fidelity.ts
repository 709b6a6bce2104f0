import { type Static, Type } from '@sinclair/typebox';
import { exactly, oneOf } from '../schema/shapes.js';

/** A behaviour of the mock, and the evidence that the real service behaves the same. */
export const Behaviour = exactly({
  behaviour: Type.String(),
  profile: oneOf(['both', 'documented', 'observed']),
  /**
   * `reference`: the endpoint reference; `documented`: Braze's pages; `recorded`: a reply of the same endpoint;
   * `sibling`: a reply of another endpoint of the same API; `inferred`: concluded from one of these; `ours`: our
   * choice, without a source.
   */
  evidence: oneOf(['reference', 'documented', 'recorded', 'sibling', 'inferred', 'ours']),
  /** Its source. For `recorded` and `sibling`: the request, repository, file, commit and date. */
  source: Type.Optional(Type.String({ minLength: 1 })),
  /** The outcomes, headers and settings that it covers: `outcome …`, `header …`, `setting …`. */
  covers: Type.Array(Type.String()),
  /** The file of the test that checks it. */
  test: Type.String(),
});
export type Behaviour = Static<typeof Behaviour>;

export const Fidelity = exactly({
  note: Type.String({ description: 'What has been recorded of the endpoint itself.' }),
  behaviours: Type.Array(Behaviour),
});

/** A caveat for all rows: how little of the endpoint itself has been recorded. */
export const NO_RAW_REPLY =
  'No raw reply of GET /segments/data_series has been recorded. What is known of it are the rows of two windows that ' +
  'a public connector stored on 2022-12-15; all their sizes are 0.';

const WINDOWS =
  'GET /segments/data_series: airbytehq/airbyte, airbyte-integrations/connectors/source-braze/integration_tests/expected_records.jsonl at 34b49c57, 2022-12-15; only the rows are recorded; the slicing of the connector gives the requests';
const CONNECTOR =
  'GET /segments/list: airbytehq/airbyte, airbyte-integrations/connectors/source-braze/integration_tests/expected_records.jsonl at 34b49c57, 2022-12-15; the connector sends last_edit.time[gt] and receives segments';
const LIST = cassette('GET /segments/list', 'list_segments/with_success/responds_with_success.yml', '2020-06-17');
const HARD_BOUNCES = cassette(
  'GET /email/hard_bounces',
  'email_sync/hard_bounces/responds_with_empty_array_when_no_hard_bounces.yml',
  '2020-06-17',
);
const TRACK = cassette('POST /users/track', 'track_users/unauthorized/responds_with_unauthorized.yml', '2020-06-17');
const DELETE = cassette('POST /users/delete', 'delete_users/unauthorized/responds_with_unauthorized.yml', '2020-06-17');
const CANVAS = cassette('GET /canvas/details', 'canvas/details/returns_error_when_no_canvas.yml', '2020-06-17');
const EMAIL_STATUS = cassette(
  'POST /email/status',
  'email_status/existing_email/responds_with_created.yml',
  '2020-06-18',
);

/** A reply recorded in the test fixtures of a public client. */
function cassette(asked: string, file: string, date: string): string {
  return `${asked}: jonallured/braze_ruby, spec/fixtures/responses/${file} at 4a10f77e, ${date}`;
}

type Row = [
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
  ['A series is `message` and `data`, each row `time` at 00:00:00+00:00 and `size`', 'documented', 'reference', 'Response Schema', 'test/core/profiles/documented.test.ts'],
  ['A row is `time`, a bare date, and `size`', 'observed', 'recorded', WINDOWS, 'test/contract/exchanges.test.ts'],
  ['The payload comes first, `message` last', 'observed', 'sibling', HARD_BOUNCES, 'test/contract/exchanges.test.ts'],
  ['The window ends with the last midnight at or before `ending_at`', 'documented', 'inferred', 'reference, Daily Snapshots', 'test/core/profiles/documented.test.ts'],
  ['A midnight `ending_at` is not in the window', 'observed', 'recorded', WINDOWS, 'test/contract/exchanges.test.ts'],
  ['A day without a snapshot has no row', 'documented', 'inferred', 'reference, Usage Notes 5 and 6', 'test/server/endpoints/data-series.test.ts'],
  ['A series has exactly `length` rows', 'observed', 'recorded', WINDOWS, 'test/contract/exchanges.test.ts'],
  ['A day without a snapshot has size 0', 'observed', 'inferred', 'the recorded rows, all of size 0: a sandbox cannot tell a missing day from an empty segment', 'test/core/profiles/observed.test.ts'],
  ['An `ending_at` in the future is allowed; future days have no row', 'documented', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['An `ending_at` in the future is 400', 'observed', 'inferred', "a user's notes; no reply was recorded", 'test/core/profiles/observed.test.ts', 'outcome ending_at_in_future'],
  ['A day appears when its processing is complete, and stays within the retention', 'both', 'reference', 'Usage Notes 5 and 6', 'test/server/endpoints/data-series.test.ts'],
  ['A segment has no snapshot before its creation', 'both', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['A day has the same size in every window; past sizes never change', 'both', 'reference', 'Daily Snapshots', 'test/core/series/series.test.ts'],
  ['Sizes without a recorded point are generated from a seed', 'both', 'ours', '', 'test/core/series/series.test.ts', 'setting seed'],
  ['Sizes are estimates; those of large segments carry sampling noise', 'both', 'reference', 'Estimation Notes', 'test/core/series/generator.test.ts'],
  ['The noise starts above 10,000 users, with a relative standard deviation of 0.2 %', 'both', 'ours', '', 'test/core/series/generator.test.ts'],
  ['There are static, dynamic, location-based and behavior-based segments', 'both', 'reference', 'Segment Types', 'test/core/series/looks.test.ts'],
  ['The shape of the series of each segment type', 'both', 'ours', '', 'test/core/series/looks.test.ts'],
  ['A changed definition affects no size before its day', 'both', 'reference', 'Daily Snapshots, Usage Note 7', 'test/core/series/generator.test.ts'],
  ['A segment without users has size 0', 'both', 'reference', 'Usage Note 9', 'test/core/series/generator.test.ts'],
  ['`segment_id` and `length` are required, `length` is 1 to 100', 'both', 'reference', 'Request Parameters', 'test/server/endpoints/query.test.ts', 'outcome segment_id_required length_required length_invalid'],
  ['`length` must be plain digits: `+5`, `1.0` and `010` are 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts'],
  ['`ending_at` is ISO 8601 and defaults to now', 'both', 'reference', 'Optional Parameters', 'test/server/endpoints/query.test.ts'],
  ['The offset of `ending_at` can have a one-digit hour', 'both', 'documented', "Braze's page of this endpoint, the example request", 'test/server/endpoints/query.test.ts'],
  ['`ending_at` can be a date without a time', 'both', 'inferred', 'the recorded windows: the connector sends dates', 'test/server/endpoints/query.test.ts'],
  ['A date means midnight UTC, a time without an offset is UTC, other formats are 400', 'both', 'ours', '', 'test/server/endpoints/query.test.ts', 'outcome ending_at_invalid'],
  ['Unknown parameters are ignored', 'both', 'sibling', CONNECTOR, 'test/server/endpoints/query.test.ts'],
  ['Unknown parameters can be refused', 'both', 'ours', '', 'test/server/endpoints/query.test.ts', 'outcome parameter_unknown, setting strictParameters'],
  ['Ids over 256 characters and repeated parameters are refused', 'both', 'ours', '', 'test/server/endpoints/query.test.ts', 'outcome segment_id_invalid parameter_repeated'],
  ['All problems of the parameters are reported together', 'both', 'ours', '', 'test/server/endpoints/query.test.ts'],
  ['Checks have a fixed order, and the first failure is the reply', 'both', 'ours', '', 'test/server/endpoints/order-of-refusals.test.ts'],
  ['A missing or unknown API key is 401', 'both', 'reference', 'Error Codes', 'test/server/endpoints/authenticate.test.ts', 'outcome api_key_missing api_key_invalid'],
  ['A 401 quotes the key as sent and has empty rate-limit headers', 'observed', 'sibling', TRACK, 'test/contract/exchanges.test.ts'],
  ['Without an `Authorization` header, nothing follows the colon of that message', 'observed', 'inferred', 'the recorded 401s of unknown keys', 'test/server/endpoints/observed.test.ts'],
  ['Each of the 13 instances has its own REST host', 'both', 'reference', 'Instance Endpoints', 'test/core/workspaces/instances.test.ts'],
  ['The host spellings `rest.us-10`, `rest.au-01`, `rest.fra-01.braze.eu` and `rest.fra-02.braze.eu` name their instances', 'both', 'documented', "Braze's page on instances", 'test/core/workspaces/instances.test.ts'],
  ['The hosts `rest.id-01` and `rest.jp-01` follow the same pattern', 'both', 'inferred', 'the configuration of public clients', 'test/core/workspaces/instances.test.ts'],
  ['A key of a different instance than the `Host` is 401', 'both', 'documented', "Braze's pages on API keys and instances", 'test/server/endpoints/authenticate.test.ts'],
  ['A key without the permission is 403', 'both', 'reference', 'Error Codes', 'test/server/endpoints/authenticate.test.ts', 'outcome permission_denied'],
  ['The words of a 403', 'observed', 'inferred', "Braze's page of another endpoint", 'test/core/profiles/observed.test.ts'],
  ['An unknown segment is 404 `segment_not_found`', 'documented', 'reference', 'Error Response Format', 'test/server/endpoints/data-series.test.ts', 'outcome segment_not_found'],
  ['A malformed segment id is 400', 'observed', 'sibling', CANVAS, 'test/contract/exchanges.test.ts'],
  ['A well-formed segment id that no segment has is 400', 'observed', 'inferred', 'the recorded 400s: both asked for malformed ids', 'test/server/endpoints/observed.test.ts'],
  ['The words of that 400', 'observed', 'inferred', 'the words of two other endpoints', 'test/core/profiles/observed.test.ts'],
  ['A segment without analytics tracking is 422', 'documented', 'reference', 'Error Codes', 'test/server/endpoints/data-series.test.ts', 'outcome analytics_not_enabled'],
  ['A segment without analytics tracking is 422', 'observed', 'ours', '', 'test/server/endpoints/observed.test.ts'],
  ['The limit is 250,000 requests an hour', 'both', 'reference', 'Rate Limits', 'test/core/rate-limit/token-bucket.test.ts', 'outcome rate_limited, setting rateLimit'],
  ['The limit is a token bucket, refilled evenly', 'documented', 'ours', '', 'test/core/rate-limit/token-bucket.test.ts'],
  ['The limit counts by the full hour of the clock, and `x-ratelimit-reset` is the next one', 'observed', 'sibling', LIST, 'test/contract/exchanges.test.ts'],
  ['The limit is shared by all endpoints', 'both', 'reference', 'Rate Limits', 'test/server/endpoints/list.test.ts'],
  ['The limit is shared by all keys of a workspace', 'both', 'documented', "Braze's page on rate limits", 'test/server/endpoints/authenticate.test.ts'],
  ['A 400 counts', 'both', 'sibling', CANVAS, 'test/server/endpoints/observed.test.ts'],
  ['A 401 does not count', 'both', 'sibling', DELETE, 'test/server/endpoints/authenticate.test.ts'],
  ['A 403 does not count; every other refusal of a valid key does', 'both', 'ours', '', 'test/server/endpoints/authenticate.test.ts'],
  ['The three rate-limit headers, with lower-case names', 'both', 'documented', "Braze's page on rate limits", 'test/server/endpoints/authenticate.test.ts', 'header x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset'],
  ['`x-ratelimit-remaining` is the number left after the request', 'both', 'sibling', EMAIL_STATUS, 'test/contract/exchanges.test.ts'],
  ['`x-ratelimit-reset` is when the bucket is full again', 'documented', 'ours', '', 'test/core/rate-limit/token-bucket.test.ts'],
  ['A 429 has `retry-after`, in real seconds', 'documented', 'ours', '', 'test/server/endpoints/authenticate.test.ts', 'header retry-after'],
  ['A 429 has no `retry-after`', 'observed', 'ours', '', 'test/server/endpoints/observed.test.ts'],
  ['A planned 429 shows a quota that is used up until the reset', 'observed', 'ours', '', 'test/server/endpoints/planned-429.test.ts'],
  ['Errors are `message` and `errors`, each with `code` and `message`', 'documented', 'reference', 'Error Response Format', 'test/core/profiles/documented.test.ts'],
  ['The codes and messages of errors other than 404 and 422', 'documented', 'ours', '', 'test/server/endpoints/refusals.test.ts'],
  ['Errors are `{"message":"<text>"}`', 'observed', 'sibling', CANVAS, 'test/contract/exchanges.test.ts'],
  ['The words of the other errors', 'observed', 'ours', '', 'test/core/profiles/observed.test.ts'],
  ['`content-type` is `application/json; charset=utf-8`', 'documented', 'ours', '', 'test/core/profiles/documented.test.ts', 'header content-type'],
  ['`content-type` is `application/json`, and these headers are present', 'observed', 'sibling', HARD_BOUNCES, 'test/contract/exchanges.test.ts', 'header cache-control etag vary x-request-id x-runtime'],
  ['`If-None-Match` with the current etag is 304', 'observed', 'ours', '', 'test/core/profiles/observed.test.ts'],
  ['Other failures are 500', 'both', 'reference', 'Error Codes', 'test/server/endpoints/refusals.test.ts', 'outcome internal_server_error'],
  ['Other paths are 404, other methods 405 with `Allow`', 'both', 'ours', '', 'test/server/endpoints/refusals.test.ts', 'outcome not_found method_not_allowed, header allow'],
  ['Requests that are not HTTP, too large, too slow or undecodable are refused in the envelope', 'both', 'ours', '', 'test/server/transport/malformed.test.ts', 'outcome http_malformed query_malformed request_timeout body_too_large uri_too_long expectation_failed headers_too_large'],
  ['Doubled and trailing slashes in the path are tolerated', 'both', 'ours', '', 'test/server/endpoints/data-series.test.ts'],
  ['`GET /segments/list`: 100 a page from page 0, oldest first', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/list.test.ts'],
  ['`GET /segments/list`: the status, the headers and the shape of the body; ids, names and the key in the recording are replaced, and its `etag` is that of the original body', 'observed', 'recorded', LIST, 'test/contract/exchanges.test.ts'],
  ['A bad `page` or `sort_direction` is 400', 'both', 'ours', '', 'test/server/endpoints/list.test.ts', 'outcome page_invalid sort_direction_invalid'],
  ['`GET /segments/details` and its fields', 'both', 'documented', "Braze's page of that endpoint", 'test/server/endpoints/details.test.ts'],
  ['`GET /campaigns/list` is an empty page: public connectors test their credentials there', 'both', 'ours', '', 'test/server/endpoints/campaigns.test.ts'],
  ['An unlisted segment is still found by its id', 'both', 'ours', '', 'test/server/endpoints/list.test.ts'],
  ['Unknown segments can be generated', 'both', 'ours', '', 'test/core/segments/catalogue.test.ts', 'setting unknownSegments'],
  ['A caller can ask for an outcome with `Prefer: code=…`', 'both', 'ours', '', 'test/server/endpoints/planned-faults.test.ts', 'header preference-applied, setting prefer'],
  ['Which of the two profiles answers', 'both', 'ours', '', 'test/core/profiles/observed.test.ts', 'setting profile'],
  ['Preflights and CORS headers, if they are turned on', 'both', 'ours', '', 'test/server/endpoints/cors.test.ts', 'setting cors'],
  ['The clock and the fixtures', 'both', 'ours', '', 'test/start/settings.test.ts', 'setting clock fixtures watch journalSize'],
  ['Listening, logging and access to the control API', 'both', 'ours', '', 'test/start/settings.test.ts', 'setting port host tls tlsCert tlsKey tlsDir tlsHosts httpsPort logLevel logFormat noControl controlToken controlHost'],
];

/** Every behaviour of the mock with its evidence. A test checks that no outcome, header or setting is missing. */
export const FIDELITY: readonly Behaviour[] = ROWS.map(([behaviour, profile, evidence, source, test, covers = '']) => ({
  behaviour,
  profile,
  evidence,
  ...(source !== '' && { source: evidence === 'reference' ? `reference, ${source}` : source }),
  covers: covers === '' ? [] : covers.split(', ').flatMap(expand),
  test,
}));

function expand(words: string): string[] {
  const [kind, ...names] = words.split(' ');
  return names.map((name) => `${kind} ${name}`);
}

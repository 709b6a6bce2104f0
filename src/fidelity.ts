import { type Static, Type } from '@sinclair/typebox';

const Evidence = Type.Union(
  (['reference', 'documented by Braze', 'recorded', 'assumed'] as const).map((evidence) => Type.Literal(evidence)),
);

/** Something that the mock does as the real service, and why we believe that the real service does it. */
export const Behaviour = Type.Object(
  {
    behaviour: Type.String(),
    profile: Type.Union([Type.Literal('both'), Type.Literal('documented'), Type.Literal('observed')]),
    /**
     * `reference`: the endpoint reference; `documented by Braze`: its public documentation; `recorded`: from the
     * real service; `assumed`: nobody says, our choice.
     */
    evidence: Evidence,
    /** The outcomes, headers and settings that it accounts for: `outcome …`, `header …`, `setting …`. */
    covers: Type.Array(Type.String()),
    /** The test that holds it. */
    test: Type.String(),
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;

type Row = [
  behaviour: string,
  profile: Behaviour['profile'],
  evidence: Behaviour['evidence'],
  test: string,
  covers?: string,
];

/** The words of `covers` name one kind of thing each: `outcome a b` is the outcomes a and b. */
// prettier-ignore
const ROWS: Row[] = [
  ['A series is `message` and `data`, each row `time` at 00:00:00+00:00 and `size`', 'documented', 'reference', 'test/profiles/documented.test.ts'],
  ['A series is `data` and `message`, `time` a bare date', 'observed', 'recorded', 'test/profiles/observed.test.ts'],
  ['The window ends with the last midnight at or before `ending_at`', 'documented', 'reference', 'test/profiles/documented.test.ts'],
  ['A midnight `ending_at` is not in the window', 'observed', 'recorded', 'test/contract/exchanges.test.ts'],
  ['Days without a snapshot are left out', 'documented', 'reference', 'test/http/data-series.test.ts'],
  ['Days without a snapshot have size 0', 'observed', 'recorded', 'test/profiles/observed.test.ts'],
  ['An `ending_at` in the future is refused', 'observed', 'assumed', 'test/profiles/observed.test.ts', 'outcome ending_at_in_future'],
  ['A day appears after its processing, and only within the retention', 'both', 'reference', 'test/http/data-series.test.ts'],
  ['There is no snapshot before the segment was created', 'both', 'assumed', 'test/http/data-series.test.ts'],
  ['A day has one size, whatever the window; a past one never changes', 'both', 'reference', 'test/series/series.test.ts', 'setting seed'],
  ['Sizes are estimates, with sampling noise above 10,000 users', 'both', 'reference', 'test/series/generator.test.ts'],
  ['The noise has a relative standard deviation of 0.2 %', 'both', 'assumed', 'test/series/generator.test.ts'],
  ['Static, dynamic, location-based and behavior-based segments move in their own ways', 'both', 'assumed', 'test/series/looks.test.ts'],
  ['A changed definition moves no size before its day', 'both', 'reference', 'test/series/generator.test.ts'],
  ['A segment without users has size 0', 'both', 'reference', 'test/series/generator.test.ts'],
  ['`length` is 1 to 100 and required, like `segment_id`', 'both', 'reference', 'test/http/query.test.ts', 'outcome segment_id_required length_required length_invalid'],
  ['`ending_at` is ISO 8601, with an offset of one digit too', 'both', 'documented by Braze', 'test/http/query.test.ts', 'outcome ending_at_invalid'],
  ['Unknown parameters are ignored', 'both', 'recorded', 'test/http/query.test.ts'],
  ['Unknown parameters can be refused', 'both', 'assumed', 'test/http/query.test.ts', 'outcome parameter_unknown, setting strictParameters'],
  ['Ids over 256 characters and repeated parameters are refused', 'both', 'assumed', 'test/http/query.test.ts', 'outcome segment_id_invalid parameter_repeated'],
  ['All problems of the parameters are told together', 'both', 'assumed', 'test/http/query.test.ts'],
  ['Checks are made in one order, and the first that fails answers', 'both', 'assumed', 'test/http/order-of-refusals.test.ts'],
  ['A missing or unknown API key is 401', 'both', 'reference', 'test/http/admission.test.ts', 'outcome api_key_missing api_key_invalid'],
  ['A key of another instance than the Host names is 401', 'both', 'documented by Braze', 'test/http/admission.test.ts'],
  ['A 401 names the key as sent, with empty rate-limit headers', 'observed', 'recorded', 'test/contract/exchanges.test.ts', 'header cache-control'],
  ['A key without the permission is 403', 'both', 'reference', 'test/http/admission.test.ts', 'outcome permission_denied'],
  ['The words of a 403', 'observed', 'documented by Braze', 'test/profiles/observed.test.ts'],
  ['An unknown segment is 404 `segment_not_found`', 'documented', 'reference', 'test/http/data-series.test.ts', 'outcome segment_not_found'],
  ['An unknown or malformed segment id is 400', 'observed', 'assumed', 'test/profiles/observed.test.ts'],
  ['A segment without analytics tracking is 422', 'both', 'reference', 'test/http/data-series.test.ts', 'outcome analytics_not_enabled'],
  ['A token bucket of 250,000 requests, refilled at 250,000 an hour', 'documented', 'reference', 'test/rate-limit/bucket.test.ts', 'outcome rate_limited, setting rateLimit'],
  ['The limit counts by the full hour of the clock', 'observed', 'recorded', 'test/rate-limit/clock-hour.test.ts'],
  ['The limit is shared by all keys and endpoints of a workspace', 'both', 'reference', 'test/http/admission.test.ts'],
  ['A refused request counts, one with an unknown key does not', 'both', 'recorded', 'test/http/admission.test.ts'],
  ['The rate-limit headers and their names', 'both', 'documented by Braze', 'test/http/admission.test.ts', 'header x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset'],
  ['`retry-after` on a 429, in real seconds', 'documented', 'assumed', 'test/http/admission.test.ts', 'header retry-after'],
  ['Errors are `message` and `errors`, each with `code` and `message`', 'documented', 'reference', 'test/profiles/documented.test.ts', 'header content-type'],
  ['Errors are `{"message":"<text>"}`', 'observed', 'recorded', 'test/profiles/observed.test.ts'],
  ['The headers of the application: `content-type` without charset and these', 'observed', 'recorded', 'test/contract/exchanges.test.ts', 'header etag vary x-request-id x-runtime'],
  ['`If-None-Match` with the current etag is 304', 'observed', 'assumed', 'test/profiles/observed.test.ts'],
  ['Another failure is 500', 'both', 'reference', 'test/http/refusals.test.ts', 'outcome internal_server_error'],
  ['Other paths are 404, other methods 405 with `Allow`', 'both', 'assumed', 'test/http/refusals.test.ts', 'outcome not_found method_not_allowed, header allow'],
  ['Requests that are no HTTP, too large, too slow or undecodable are refused in the envelope', 'both', 'assumed', 'test/http/broken.test.ts', 'outcome http_malformed query_malformed request_timeout body_too_large uri_too_long expectation_failed headers_too_large'],
  ['Doubled and trailing slashes in the path are tolerated', 'both', 'assumed', 'test/http/data-series.test.ts'],
  ['`GET /segments/list`: 100 a page from page 0, oldest first', 'both', 'documented by Braze', 'test/http/list.test.ts'],
  ['A bad `page` or `sort_direction` is 400', 'both', 'assumed', 'test/http/list.test.ts', 'outcome page_invalid sort_direction_invalid'],
  ['`GET /segments/details` and its fields', 'both', 'documented by Braze', 'test/http/details.test.ts'],
  ['A segment that no fixture has can be made up', 'both', 'assumed', 'test/segments/catalogue.test.ts', 'setting unknownSegments'],
  ['A caller can ask for an outcome with `Prefer: code=…`', 'both', 'assumed', 'test/http/planned.test.ts', 'header preference-applied, setting prefer'],
  ['Which of the two sources of truth speaks', 'both', 'assumed', 'test/profiles/observed.test.ts', 'setting profile'],
  ['What is now, and what there is to serve', 'both', 'assumed', 'test/settings.test.ts', 'setting clock fixtures watch journalSize'],
  ['Where the mock listens, logs, and who may steer it', 'both', 'assumed', 'test/settings.test.ts', 'setting port host tls tlsCert tlsKey tlsDir tlsHosts httpsPort logLevel logFormat noControl controlToken controlHost'],
];

/** Every behaviour of the mock with its evidence; a test sees to it that no outcome, header or setting is missing. */
export const FIDELITY: readonly Behaviour[] = ROWS.map(([behaviour, profile, evidence, test, covers = '']) => ({
  behaviour,
  profile,
  evidence,
  covers: covers === '' ? [] : covers.split(', ').flatMap(expand),
  test,
}));

function expand(words: string): string[] {
  const [kind, ...names] = words.split(' ');
  return names.map((name) => `${kind} ${name}`);
}

import { PAGE_SIZE } from '../core/endpoints/list.js';
import type { ProfileName } from '../core/profiles/names.js';
import { type Day, formatDay, type Instant } from '../core/time/calendar.js';
import type { Comparison, Reply } from './shape.js';

/**
 * The rows of the fidelity table that an aspect of a reply settles, by aspect. Rows of the two profiles are separated
 * by `|`. A row with `?` can only be confirmed by it, one with `!` only contradicted. `status 404` is for a status
 * that was found instead of the expected one.
 */
type Rows = Readonly<Record<string, string>>;

/** What is asked of a server. */
export interface Probe {
  name: string;
  /** Path and query. */
  target: string;
  /** Those that differ from the rows of every reply. */
  rows: Rows;
  method?: 'HEAD';
  /** By default, the API key alone. */
  headers?: Readonly<Record<string, string>>;
  /** Why it is not sent. */
  why?: string | undefined;
}

/** What is known of the account and its server when a probe is made. */
export interface AccountFacts {
  apiKey: string;
  /** A segment with analytics tracking, and one without. */
  tracked: string | undefined;
  untracked?: string | undefined;
  /** Segments on the first page of the list. */
  listed: number;
  created?: Day | undefined;
  /** On the clock of the server. */
  today: Day;
  /** Milliseconds from the instants of its `date` headers to that clock. */
  offset: number;
  /** An id and a key that belong to nothing. */
  unknown: string;
  /** That of the probe `window`; `*` without one. */
  etag: string;
}

/** A probe as it was sent, and its reply. */
export interface ProbeReply {
  probe: Probe;
  headers: Record<string, string>;
  reply: Reply;
  /** On the clock of the server. */
  at: Instant;
}

/** All that was asked of a server. */
export interface VerifyRun {
  facts: AccountFacts;
  /** By the names of probes, in the order of sending. */
  asked: ReadonlyMap<string, ProbeReply>;
  skipped: readonly Probe[];
  /** The paths of endpoints for which the key has no permission. */
  forbidden: ReadonlySet<string>;
  /** Hides keys and ids in a text. */
  hide: (text: string) => string;
}

/** A row of the fidelity table, what says something about it, and in reply to what. */
export type Settled = [row: string, finding: Comparison, request: string];

const LIST_PATH = '/segments/list';
const SERIES_PATH = '/segments/data_series';

type More = Omit<Probe, 'name' | 'target' | 'rows'> & { path?: string };

const NO_SEGMENT = 'no segment with analytics tracking is listed; name one with --segment';

/** A probe of the series of a segment. */
function series({ tracked }: AccountFacts, name: string, query: string, rows: Rows, more: More = {}): Probe {
  const { path = SERIES_PATH, why = tracked === undefined ? NO_SEGMENT : undefined, ...rest } = more;
  return { name, target: `${path}?segment_id=${encodeURIComponent(tracked ?? '')}${query}`, rows, ...rest, why };
}

const windowQuery = ({ today }: AccountFacts) => `&length=6&ending_at=${formatDay(today - 3)}T12:00:00Z`;
const both = (rows: string): Rows => ({ status: rows, last: rows });
const of401 = (row: string): Rows =>
  Object.fromEntries(['cache-control', ...LIMIT].map((name) => [`header ${name}`, `no-other-headers|${row}`]));
const LIMIT = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];

function whyNoCreation({ created, today, tracked }: AccountFacts): string | undefined {
  if (tracked === undefined) return NO_SEGMENT;
  if (created === undefined) return 'the date of the creation is unknown';
  return created > today - 4 ? 'the segment is too young' : undefined;
}

/** Made one after the other, because some need what others found. */
// prettier-ignore
export const PROBES: readonly ((facts: AccountFacts) => Probe)[] = [
  () => ({ name: 'list', target: LIST_PATH, rows: { also: 'list-page-size limit-per-hour limit-remaining-after limit-shared-by-endpoints limit-reset-full|list-page-size limit-per-hour limit-remaining-after limit-shared-by-endpoints limit-clock-hour' } }),
  (facts) => series(facts, 'details', '', {}, { path: '/segments/details' }),
  (facts) => series(facts, 'newest', '&length=100', { status: 'required-parameters', last: 'ending-at-iso' }),
  (facts) => series(facts, 'window', windowQuery(facts), { ...both('ending-at-iso'), also: 'windows-agree' }),
  (facts) => series(facts, 'midnight', `&length=6&ending_at=${formatDay(facts.today - 3)}`, { status: 'ending-at-date', last: 'window-includes-midnight|window-excludes-midnight' }),
  (facts) => series(facts, 'no offset', `&length=6&ending_at=${formatDay(facts.today - 3)}T23:30:00`, both('ending-at-other-forms')),
  (facts) => series(facts, 'offset', `&length=6&ending_at=${formatDay(facts.today - 4)}T23:59:59-5:00`, both('offset-one-digit')),
  (facts) => series(facts, 'creation', `&length=6&ending_at=${formatDay((facts.created ?? 0) + 2)}T12:00:00Z`, { status: 'ending-at-iso', days: '|exactly-length-rows', last: '', also: 'no-day-before-creation missing-day-left-out|no-day-before-creation missing-day-zero' }, { why: whyNoCreation(facts) }),
  (facts) => series(facts, 'conditional', windowQuery(facts), { status: 'no-other-headers!|etag-304', form: 'series-shape|etag-304' }, { headers: { authorization: `Bearer ${facts.apiKey}`, 'if-none-match': facts.etag } }),
  (facts) => series(facts, 'head', windowQuery(facts), { status: 'head', form: 'head' }, { method: 'HEAD' }),
  (facts) => series(facts, 'slashes', `${windowQuery(facts)}&ending_date=2020-01-01`, { status: 'extra-slashes bearer-scheme? unknown-parameters-ignored?', 'status 401': 'bearer-scheme', 'status 400': 'unknown-parameters-ignored', last: 'unknown-parameters-ignored' }, { path: `/${SERIES_PATH}/`, headers: { authorization: `bearer ${facts.apiKey}` } }),
  (facts) => series(facts, 'future', `&length=6&ending_at=${formatDay(facts.today + 2)}T12:00:00Z`, { ...both('future-allowed|future-refused'), days: 'future-allowed|' }),
  (facts) => series(facts, 'other format', '&length=6&ending_at=12/31/2023', { status: 'ending-at-other-forms' }),
  (facts) => series(facts, 'length 0', '&length=0', { status: 'required-parameters', also: 'limit-counts-400' }),
  (facts) => series(facts, 'length 101', '&length=101', { status: 'required-parameters' }),
  (facts) => series(facts, 'length empty', '&length=', { status: 'empty-length' }),
  (facts) => series(facts, 'length decimal', '&length=1.0', { status: 'length-digits' }),
  (facts) => series(facts, 'length twice', '&length=5&length=6', { status: 'repeated-parameters' }),
  (facts) => series({ ...facts, tracked: facts.untracked }, 'analytics off', '&length=6', { status: 'analytics-off-422|observed-analytics-off', words: 'analytics-off-422|observed-analytics-off' }, { why: facts.untracked === undefined ? 'no segment without analytics tracking is listed' : undefined }),
  () => ({ name: 'no parameters', target: SERIES_PATH, rows: { status: 'required-parameters', errors: 'all-problems-together|', words: 'error-codes all-problems-together?|error-plain-words all-problems-together?' } }),
  ({ unknown }) => ({ name: 'unknown segment', target: `${SERIES_PATH}?segment_id=${unknown}&length=6`, rows: { status: 'unknown-segment-404|unknown-segment-400', words: 'unknown-segment-404|unknown-segment-400-words' } }),
  () => ({ name: 'malformed id', target: `${SERIES_PATH}?segment_id=no-such-segment&length=6`, rows: { status: 'unknown-segment-404|malformed-segment-400', words: 'unknown-segment-404|unknown-segment-400-words' } }),
  ({ listed }) => ({ name: 'past the end', target: `${LIST_PATH}?page=${listed < PAGE_SIZE ? 1 : 99999}`, rows: { status: 'list-past-end', count: 'list-past-end' } }),
  ({ unknown }) => ({ name: 'unknown key', target: LIST_PATH, headers: { authorization: `Bearer ${unknown}` }, rows: { ...of401('observed-401'), status: 'unknown-key-401', words: 'error-codes|observed-401', also: 'limit-ignores-401' } }),
  ({ unknown }) => ({ name: 'no key', target: `${SERIES_PATH}?segment_id=${unknown}&length=0`, headers: {}, rows: { ...of401('observed-401'), status: 'unknown-key-401 key-before-parameters?', 'status 400': 'key-before-parameters', 'status 404': 'key-before-parameters', words: 'error-codes|observed-401-without-key' } }),
  ({ listed }) => ({ name: 'descending', target: `${LIST_PATH}?sort_direction=desc&limit=1&last_edit.time[gt]=2020-01-01T00:00:00.000Z`, rows: { status: 'list-unknown-parameters', count: 'list-unknown-parameters', sequence: listed < PAGE_SIZE ? 'list-order' : '' }, why: listed < 2 ? 'fewer than two segments are listed' : undefined }),
  () => ({ name: 'bad page', target: `${LIST_PATH}?page=-1`, rows: { status: 'list-bad-page' } }),
  () => ({ name: 'bad direction', target: `${LIST_PATH}?sort_direction=up`, rows: { status: 'list-bad-direction' } }),
  () => ({ name: 'campaigns', target: '/campaigns/list?page=0', rows: {} }),
  () => ({ name: 'other path', target: '/segments/no_such_endpoint', rows: { ...Object.fromEntries(LIMIT.map((name) => [`header ${name}`, 'other-paths'])), status: 'other-paths', form: 'other-paths', words: '' } }),
];

const APPLICATION = ['cache-control', 'etag', 'vary', 'x-request-id', 'x-runtime'];
const ALWAYS: Rows = {
  'header content-type': 'content-type-charset|observed-headers',
  ...Object.fromEntries(APPLICATION.map((name) => [`header ${name}`, 'no-other-headers|observed-headers'])),
  ...Object.fromEntries(LIMIT.map((name) => [`header ${name}`, 'limit-headers'])),
  'header retry-after': 'retry-after!|no-retry-after!',
};
const REFUSAL_ROWS: Rows = {
  form: 'error-envelope|error-plain',
  order: 'error-envelope|',
  words: 'error-codes|error-plain-words',
};
const LIST_ROWS = 'list-fields|list-fields list-reply';
const FORBIDDEN: Rows = { ...REFUSAL_ROWS, status: 'permission-403', words: 'error-codes|observed-403-words' };
const SUCCEEDED: Readonly<Record<string, Rows>> = {
  [LIST_PATH]: { status: LIST_ROWS, form: LIST_ROWS },
  '/segments/details': { status: 'details-fields', form: 'details-fields' },
  [SERIES_PATH]: { form: 'series-shape|row-bare-date', days: 'missing-day-left-out!|exactly-length-rows' },
  '/campaigns/list': { status: 'campaigns-empty', form: 'campaigns-empty' },
};

export const permissionOf = (path: string): string => path.slice(1).replace('/', '.');

export function lacking(probe: Probe): string {
  return `the API key lacks the permission ${permissionOf(endpointOf(probe))}`;
}

/** The path of the endpoint that is asked. */
export function endpointOf({ target }: Probe): string {
  return (target.split('?')[0] as string).replace(/\/+(?=\/|$)/g, '');
}

/** The rows that a reply with the expected status settles, by aspect. */
export function rowsOf(probe: Probe, status: number, isForbidden: boolean): Rows {
  if (isForbidden) return { ...ALWAYS, ...FORBIDDEN };
  const general =
    status >= 400 ? REFUSAL_ROWS : { order: 'message-first|payload-first', ...SUCCEEDED[endpointOf(probe)] };
  return { ...ALWAYS, ...general, ...probe.rows };
}

/** The rows that a finding settles: each with whether it is confirmed by it. */
export function settledBy({ aspect, found, expected }: Comparison, rows: Rows, profile: ProfileName): string[] {
  const isSame = found === expected;
  const named = (isSame ? undefined : rows[`${aspect} ${found}`]) ?? rows[aspect] ?? '';
  return rowsIn(named, profile, isSame ? '?' : '!');
}

/** The rows that `Rows` name for a profile: those without a mark, and those with one of these. */
export function rowsIn(named: string, profile: ProfileName, marks = '?!'): string[] {
  const [documented = '', observed = documented] = named.split('|');
  const rows = (profile === 'documented' ? documented : observed).matchAll(/([^ ?!]+)([?!]?)/g);
  return Array.from(rows).flatMap(([, row = '', mark = '']) => (marks.includes(mark) ? row : []));
}

/** Why rows that have a probe may not be settled by a run; ids are separated by spaces. */
export const UNSETTLED: Readonly<Record<string, string>> = {
  'the API key has the permission of every endpoint': 'permission-403 observed-403-words limit-ignores-403',
  [`fewer than ${PAGE_SIZE} segments are listed`]: 'list-page-size',
  'other clients use the limit too, or it is refilled before the next request':
    'limit-remaining-after limit-shared-by-endpoints limit-counts-400 limit-ignores-401',
  'fewer than two segments are listed, or more than one page': 'list-order',
};

import { type Day, parseDay } from '../core/time/calendar.js';
import { isObject } from '../schema/shapes.js';

/** A reply, as far as it is compared. */
export interface Reply {
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Names and values of headers as they were sent. */
  rawHeaders: readonly string[];
  text: string;
}

/** One comparison of two replies. It is a difference if `found` is not `expected`. */
export interface Comparison {
  /** What was compared, such as `status` or `header etag`. */
  aspect: string;
  found: string;
  expected: string;
}

/** Values of a header in words, and the values that they are about. Without words, the value itself counts. */
type Form = readonly [words?: string, values?: RegExp];
const INTEGER: Form = ['an integer', /^\d+$/];

/** The headers of the application, which clients read. Those of connections, proxies and caches are not compared. */
const HEADERS: Readonly<Record<string, Form>> = {
  'content-type': [],
  'cache-control': [],
  vary: [],
  etag: ['a weak etag of 32 hex digits', /^W\/"[\da-f]{32}"$/],
  'x-request-id': ['a UUID', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/],
  'x-runtime': ['seconds with decimals', /^\d+\.\d+$/],
  'x-ratelimit-limit': INTEGER,
  'x-ratelimit-remaining': INTEGER,
  'x-ratelimit-reset': INTEGER,
  'retry-after': INTEGER,
};

/** Compares a reply with the expected one: forms, never values. Bodies are compared only if the status is the same. */
export function compare(theirs: Reply, ours: Reply, today: Day): Comparison[] {
  const [found, expected] = [headerForms(theirs), headerForms(ours)];
  const headers = Object.keys(HEADERS).map((name) => ({
    aspect: `header ${name}`,
    found: found[name] ?? 'none',
    expected: expected[name] ?? 'none',
  }));
  const status = { aspect: 'status', found: String(theirs.status), expected: String(ours.status) };
  return [status, ...headers, ...(theirs.status === ours.status ? compareBodies(theirs, ours, today) : [])];
}

/** The forms of the headers that a reply has. A rate-limit header must have its name in lower case. */
export function headerForms({ headers, rawHeaders }: Reply): Record<string, string> {
  const sent = Object.entries(HEADERS).filter(([name]) => headers[name] !== undefined);
  const forms = sent.map(([name, [words, values]]) => {
    const text = String(headers[name]).trim();
    const plain = text.toLowerCase().replace(/\s*([,;])\s*/g, '$1 ');
    const form = text === '' ? 'empty' : words === undefined ? plain : values?.test(text) ? words : `not ${words}`;
    const written = rawHeaders.find((one) => one.toLowerCase() === name) ?? name;
    return [name, written === name || !name.startsWith('x-ratelimit') ? form : `${form}, as ${written}`];
  });
  return Object.fromEntries(forms) as Record<string, string>;
}

function compareBodies(theirs: Reply, ours: Reply, today: Day): Comparison[] {
  const [found, expected] = [parsed(theirs.text), parsed(ours.text)];
  const findings = [{ aspect: 'form', found: formOf(found, expected), expected: formOf(expected, found) }];
  const isRefusal = theirs.status >= 400;
  const ids = idsIn(expected) ?? [];
  const placesIn = (body: unknown) => idsIn(body)?.map((id) => ids.indexOf(id));
  const aspects: Record<string, (body: unknown) => string | undefined> = {
    order: placeOfMessage,
    words: (body) => (isRefusal ? wordsIn(body) : undefined),
    errors: (body) => (isRefusal ? `${listIn(body, 'errors')?.length ?? 'no'} errors` : undefined),
    days: dayRuns,
    last: (body) => lastInWords(body, today),
    count: (body) => idsIn(body) && `${idsIn(body)?.length} segments`,
    // By their places in the expected one, which tells no id.
    sequence: (body) => placesIn(body) && `segments ${placesIn(body)?.join(' ')}`,
  };
  for (const [aspect, wordsOf] of Object.entries(aspects)) {
    const [one, other] = [wordsOf(found), wordsOf(expected)];
    const before = findings.at(-1);
    // A window with another number of rows ends elsewhere too.
    if (['last', 'sequence'].includes(aspect) && before?.found !== before?.expected) continue;
    if (one !== undefined && other !== undefined) findings.push({ aspect, found: one, expected: other });
  }
  return findings;
}

/** The JSON value of a body. A symbol says what it is instead. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Symbol(text === '' ? 'nothing' : /^\s*</.test(text) ? 'HTML or XML' : 'text that is not JSON');
  }
}

/** The objects in a list of a body; `undefined` without the list. */
export function listIn(body: unknown, name: string): Record<string, unknown>[] | undefined {
  const list = isObject(body) ? body[name] : undefined;
  return Array.isArray(list) ? list.map((one: unknown) => (isObject(one) ? one : {})) : undefined;
}

const idsIn = (body: unknown) => listIn(body, 'segments')?.map(({ id }) => id);

/** The days of a series; NaN for a row without one. */
export function daysIn(body: unknown): Day[] | undefined {
  return listIn(body, 'data')?.map(({ time }) => parseDay(String(time).slice(0, 10)) ?? NaN);
}

/**
 * The form of a value: names in their order, and types. `message` counts as the first name, because its place is
 * compared by itself. Where one of two lists is empty, the form of their items is unknown.
 */
export function formOf(value: unknown, peer: unknown = value, name = ''): string {
  if (Array.isArray(value)) {
    if (peer !== value && [value, peer].some((one) => Array.isArray(one) && one.length === 0)) return '[…]';
    // The lists in items are of texts.
    const forms = value.map((item) => formOf(item).replaceAll('[]', '[text]'));
    return `[${[...new Set(forms)].toSorted().join(' or ')}]`;
  }
  if (isObject(value)) {
    const names = Object.keys(value).toSorted((one, other) => Number(other === 'message') - Number(one === 'message'));
    const fields = names.map((key) => `${key}: ${formOf(value[key], isObject(peer) ? peer[key] : value[key], key)}`);
    return `{${fields.join(', ')}}`;
  }
  if (typeof value === 'symbol') return String(value.description);
  if (typeof value === 'string') return /^(time|created_at|updated_at)$/.test(name) ? timeForm(value) : 'text';
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? 'whole number' : 'other number';
  return value === null ? 'null' : typeof value;
}

function timeForm(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+\S{0,6})?$/.test(text)) return 'text';
  const isMidnight = /T00:00:00(?!\.)/.test(text);
  const time = text.slice(10).replace(/^T[\d:]+/, isMidnight ? 'T00:00:00' : 'Thh:mm:ss');
  return `YYYY-MM-DD${time.replace(/\.\d+/, '.s')}`;
}

function placeOfMessage(body: unknown): string | undefined {
  const names = Object.keys(isObject(body) ? body : {});
  const at = names.indexOf('message');
  if (at < 0 || names.length === 1) return undefined;
  return `message ${at === 0 ? 'first' : at === names.length - 1 ? 'last' : 'in the middle'}`;
}

/** The words of a refusal, without instants, which differ from reply to reply. */
export function wordsIn(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const errors = listIn(body, 'errors')?.map(({ code, message }) => `${String(code)}: ${String(message)}`);
  return (errors?.join('; ') ?? String(body['message'])).replace(INSTANTS, 'TIME');
}

const INSTANTS = /\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{1,2}:?\d{2})?)?/g;

/** `6 rows (-5…0)`: the days in runs, counted from the last one. */
function dayRuns(body: unknown): string | undefined {
  const days = daysIn(body);
  if (days === undefined || days.length === 0) return days && '0 rows';
  const runs: [Day, Day][] = [];
  const last = days.at(-1) as Day;
  for (const day of days.map((one) => one - last)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === day) run[1] = day;
    else runs.push([day, day]);
  }
  return `${days.length} rows (${runs.map(([from, to]) => (from === to ? from : `${from}…${to}`)).join(', ')})`;
}

function lastInWords(body: unknown, today: Day): string | undefined {
  const last = daysIn(body)?.at(-1);
  if (last === undefined) return undefined;
  return last === today
    ? 'the last day is today'
    : `the last day is today ${last < today ? '−' : '+'} ${Math.abs(last - today)}`;
}

import { Buffer } from 'node:buffer';
import { type TObject, Type, type Static } from '@sinclair/typebox';
import { distance } from 'fastest-levenshtein';
import { type Instant, parseInstant } from '../series/calendar.js';
import { type Reason, Refusal } from './refusals.js';

/** One `name=value` of a query string, decoded. */
export interface Parameter {
  name: string;
  value: string;
}

/** The parameters of `GET /segments/data_series` [reference]. */
export const DataSeriesParameters = Type.Object({
  segment_id: Type.String({ minLength: 1, maxLength: 256, description: 'Segment API identifier.' }),
  length: Type.Integer({ minimum: 1, maximum: 100, description: 'Number of days in the series.' }),
  ending_at: Type.Optional(Type.String({ description: 'End of the series, ISO 8601. Default: now.' })),
});

/** What the parameters ask for; `endingAt` is absent where the caller leaves it to the clock. */
export interface DataSeriesQuery {
  segmentId: string;
  length: number;
  endingAt: Instant | undefined;
}

type Given = Partial<Record<keyof Static<typeof DataSeriesParameters>, string>>;
const KNOWN = Object.keys(DataSeriesParameters.properties) as (keyof Given)[];
type Unknown = Extract<Reason, { code: 'parameter_unknown' }>;
const { segment_id: SEGMENT_ID, length: LENGTH } = DataSeriesParameters.properties;

/**
 * Splits and decodes a query string.
 * @throws Refusal `query_malformed` for escapes that are no UTF-8 and for NUL.
 */
export function readParameters(queryString: string): Parameter[] {
  if (queryString === '') return [];
  return queryString
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? { name: decode(pair), value: '' }
        : { name: decode(pair.slice(0, equals)), value: decode(pair.slice(equals + 1)) };
    });
}

/**
 * Reads the parameters of a data series by the rules of the wire contract, section 3.
 * @throws Refusal with every problem there is.
 */
export function readDataSeriesQuery(parameters: readonly Parameter[], strict: boolean): DataSeriesQuery {
  const given: Given = {};
  const times = new Map<string, number>();
  for (const { name, value } of parameters) {
    times.set(name, (times.get(name) ?? 0) + 1);
    if (isKnown(name)) given[name] = value;
  }
  const once = (name: keyof Given) => (times.get(name) ?? 0) < 2;
  const endingAt = given.ending_at === undefined ? undefined : parseInstant(given.ending_at);
  const reasons: Reason[] = [
    ...(once('segment_id') ? segmentIdReasons(given.segment_id) : []),
    ...(once('length') ? lengthReasons(given.length) : []),
    ...(once('ending_at') && given.ending_at !== undefined && endingAt === undefined
      ? [{ code: 'ending_at_invalid', found: given.ending_at } as const]
      : []),
    ...KNOWN.filter((name) => !once(name)).map(
      (name) => ({ code: 'parameter_repeated', name, times: times.get(name) ?? 0 }) as const,
    ),
    ...(strict ? unknownParameters(parameters, DataSeriesParameters) : []),
  ];
  const [first, ...others] = reasons;
  if (first !== undefined) throw new Refusal(first, ...others);
  return { segmentId: given.segment_id ?? '', length: Number(given.length), endingAt };
}

/** The parameters that an endpoint does not know, each with the known one it resembles. */
export function unknownParameters(parameters: readonly Parameter[], endpoint: TObject): Unknown[] {
  const known = Object.keys(endpoint.properties);
  const unknown = new Set(parameters.map(({ name }) => name).filter((name) => !known.includes(name)));
  return [...unknown].map((name) => ({ code: 'parameter_unknown', name, known, resembles: resembling(name, known) }));
}

function isKnown(name: string): name is keyof Given {
  return (KNOWN as string[]).includes(name);
}

function resembling(name: string, known: string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  return known.find((candidate) => distance(plain(name), plain(candidate)) <= candidate.length / 2);
}

function segmentIdReasons(found: string | undefined): Reason[] {
  if (found === undefined || found === '') return [{ code: 'segment_id_required' }];
  const maxLength = SEGMENT_ID.maxLength as number;
  // Characters, not UTF-16 units: an id of emoji may be as long as any other.
  const length = found.length > maxLength ? Array.from(found).length : found.length;
  return length > maxLength ? [{ code: 'segment_id_invalid', length, maxLength }] : [];
}

function lengthReasons(found: string | undefined): Reason[] {
  const bounds = { minimum: LENGTH.minimum as number, maximum: LENGTH.maximum as number };
  if (found === undefined || found === '') return [{ code: 'length_required', ...bounds }];
  // Canonical decimals alone: Number() would also take "1e1", "0x10", " 7" and "010".
  const valid = /^[1-9]\d*$/.test(found) && Number(found) >= bounds.minimum && Number(found) <= bounds.maximum;
  return valid ? [] : [{ code: 'length_invalid', found, ...bounds }];
}

function decode(text: string): string {
  // eslint-disable-next-line no-control-regex -- NUL is what is looked for
  if (!/[%+\u0080-\uffff]/.test(text)) return text;
  try {
    const decoded = decodeURIComponent(utf8(text).replaceAll('+', ' '));
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Falls through: escapes that are no UTF-8.
  }
  throw new Refusal({ code: 'query_malformed' });
}

/** Node hands a URL's bytes over as Latin-1; some clients send UTF-8 without escaping it. */
function utf8(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

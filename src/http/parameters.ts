import type { TObject } from '@sinclair/typebox';
import { distance } from 'fastest-levenshtein';
import { type Reason, Refusal } from '../refusals/refusals.js';

/** One `name=value` of a query string, decoded. */
export interface Parameter {
  name: string;
  value: string;
}

type Unknown = Extract<Reason, { code: 'parameter_unknown' }>;

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

/** The segment that a request names, well or ill; `undefined` where it names none. */
export function segmentIdIn(parameters: readonly Parameter[]): string | undefined {
  return parameters.find(({ name }) => name === 'segment_id')?.value;
}

/** The parameters of a request that its endpoint knows. */
export interface Given<Name extends string> {
  /** The value of a parameter; `undefined` where it is absent. */
  value(name: Name): string | undefined;
  /** What is wrong with a parameter; nothing is said of one that is repeated, as no value counts. */
  judge(name: Name, problems: (value: string | undefined) => Reason[]): Reason[];
  /** What is wrong with any of them: repeated ones, and unknown ones where the mock is strict. */
  repeatedOrUnknown(): Reason[];
}

/** Sorts the parameters of a request by those that its endpoint knows. */
export function givenTo<Name extends string>(
  parameters: readonly Parameter[],
  endpoint: TObject,
  strict: boolean,
): Given<Name> {
  const known = Object.keys(endpoint.properties) as Name[];
  const values = (name: Name) => parameters.filter((parameter) => parameter.name === name);
  const times = (name: Name) => values(name).length;
  const value = (name: Name) => values(name)[0]?.value;
  return {
    value,
    judge: (name, problems) => (times(name) > 1 ? [] : problems(value(name))),
    repeatedOrUnknown: () => [
      ...known
        .filter((name) => times(name) > 1)
        .map((name) => ({ code: 'parameter_repeated', name, times: times(name) }) as const),
      ...(strict ? unknownParameters(parameters, endpoint) : []),
    ],
  };
}

/** @throws Refusal with all the reasons, if there are any. */
export function refuseReasons([first, ...others]: Reason[]): void {
  if (first !== undefined) throw new Refusal(first, ...others);
}

/** The parameters that an endpoint does not know, each with the known one it resembles. */
export function unknownParameters(parameters: readonly Parameter[], endpoint: TObject): Unknown[] {
  const known = Object.keys(endpoint.properties);
  const unknown = new Set(parameters.map(({ name }) => name).filter((name) => !known.includes(name)));
  return [...unknown].map((name) => ({ code: 'parameter_unknown', name, known, resembles: resembling(name, known) }));
}

function resembling(name: string, known: string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  return known.find((candidate) => distance(plain(name), plain(candidate)) <= candidate.length / 2);
}

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Falls through: escapes that are no UTF-8.
  }
  throw new Refusal({ code: 'query_malformed' });
}

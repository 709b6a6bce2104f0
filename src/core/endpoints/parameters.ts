import type { TObject } from '@sinclair/typebox';
import { distance } from 'fastest-levenshtein';
import { memoized } from '../memo.js';
import { type Reason, Refusal } from '../refusals/codes.js';

/** One `name=value` of a query string, decoded. */
export interface Parameter {
  name: string;
  value: string;
}

type Unknown = Extract<Reason, { code: 'parameter_unknown' }>;

/** What follows the first `?` of a URL. */
export function queryStringOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** Splits and decodes a query string. @throws Refusal `query_malformed` for escapes that are not UTF-8 and for NUL. */
export function readParameters(queryString: string): Parameter[] {
  const parameters: Parameter[] = [];
  const read = /[%+]/.test(queryString) ? decode : String;
  for (let start = 0, end: number; start < queryString.length; start = end + 1) {
    end = queryString.indexOf('&', start);
    if (end < 0) end = queryString.length;
    if (end > start) parameters.push(readParameter(queryString.slice(start, end), read));
  }
  return parameters;
}

/** The parameters with a "+" that was not percent-encoded in the value, and so read as a space. */
export function plusParameters(queryString: string): Parameter[] {
  const pairs = queryString.includes('+') ? queryString.split('&') : [];
  return pairs.filter((pair) => pair.includes('+', pair.indexOf('='))).map((pair) => readParameter(pair, decode));
}

function readParameter(pair: string, read: (text: string) => string): Parameter {
  const equals = pair.indexOf('=');
  if (equals < 0) return { name: read(pair), value: '' };
  return { name: read(pair.slice(0, equals)), value: read(pair.slice(equals + 1)) };
}

/** The segment id of a request, valid or not; `undefined` without one. */
export function segmentIdIn(parameters: readonly Parameter[]): string | undefined {
  return valueOf(parameters, 'segment_id');
}

/** Reads and checks the parameters of a request for its endpoint. */
export class ParameterReader<Name extends string> {
  readonly #problems: Reason[] = [];

  constructor(private readonly parameters: readonly Parameter[]) {}

  /** The value of a parameter; `undefined` if it is absent. */
  value(name: Name): string | undefined {
    return valueOf(this.parameters, name);
  }

  /** Checks a parameter; a repeated one has no value to check. */
  check(name: Name, problemOf: (value: string | undefined) => Reason | undefined): void {
    if (this.#times(name) > 1) return;
    const problem = problemOf(this.value(name));
    if (problem !== undefined) this.#problems.push(problem);
  }

  /** @throws Refusal with every problem, including repeated parameters and, in strict mode, unknown ones. */
  refuseProblems(endpoint: TObject, strict: boolean): void {
    for (const name of namesOf(endpoint)) {
      const times = this.#times(name);
      if (times > 1) this.#problems.push({ code: 'parameter_repeated', name, times });
    }
    if (strict) this.#problems.push(...unknownParameters(this.parameters, endpoint));
    const [first, ...others] = this.#problems;
    if (first !== undefined) throw new Refusal(first, ...others);
  }

  #times(name: string): number {
    let times = 0;
    for (const parameter of this.parameters) if (parameter.name === name) times++;
    return times;
  }
}

function valueOf(parameters: readonly Parameter[], name: string): string | undefined {
  for (const parameter of parameters) if (parameter.name === name) return parameter.value;
  return undefined;
}

/** One list shared by all refusals that quote it, because journals keep them; the endpoints are few. */
const namesOf = memoized(100, (endpoint: TObject) => Object.keys(endpoint.properties));

/** The unknown parameters of a request, each with the most similar known one. */
export function unknownParameters(parameters: readonly Parameter[], endpoint: TObject): Unknown[] {
  const names = namesOf(endpoint);
  if (parameters.every(({ name }) => names.includes(name))) return [];
  const unknown = new Set(parameters.map(({ name }) => name).filter((name) => !names.includes(name)));
  return [...unknown].map((name) => ({
    code: 'parameter_unknown',
    name,
    known: names,
    resembles: resembling(name, names),
  }));
}

/** Canonical decimals only: Number() would also take "1e1", "0x10", " 7" and "010". */
export function isWholeNumber(text: string): boolean {
  return /^(0|[1-9]\d*)$/.test(text);
}

function resembling(name: string, known: string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  return known.find((candidate) => distance(plain(name), plain(candidate)) <= candidate.length / 2);
}

function decode(text: string): string {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Falls through: escapes that are not UTF-8.
  }
  throw new Refusal({ code: 'query_malformed' });
}

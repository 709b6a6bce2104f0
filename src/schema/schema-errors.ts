import type { TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { expectedOf, jsonPath, oneOfThese, type Problem, show, showSecret } from './problems.js';
import { isSecretName, redact } from './secrets.js';

/** The names in a JSON pointer, outermost first, without list indices. */
function namesIn(pointer: string): string[] {
  return pointer.split('/').filter((step) => step !== '' && !/^\d+$/.test(step));
}

/** Formats the value at a JSON pointer, which may be a secret, for example in `apiKeys` or `apiKeys[0].key`. */
function showAt(pointer: string, schema: TSchema, value: unknown): string {
  const isSecret = isSecretName(namesIn(pointer).at(-1) ?? '') || (typeof value === 'string' && takesKey(schema));
  return isSecret ? showSecret(value) : show(value);
}

/** Is this the schema of an API key? A value that it rejects may be the key itself. */
function takesKey(schema: TSchema): boolean {
  return Object.hasOwn((schema['properties'] ?? {}) as object, 'key');
}

/** Errors alike that are worded, more than `groupProblems` shows one by one: to word one costs more than to find it. */
const MAX_WORDED = 4;

/** Errors of one schema at places that differ in indices and quoted keys alone. */
interface Alike {
  /** The first one, which has the number of those that are not worded. */
  problem: Problem;
  /** The place of the last one; TypeBox reports a value once for each of its broken keywords. */
  pointer: string;
  worded: number;
}

type Tally = Map<TSchema, Map<string, Alike>>;

/** A step of a JSON pointer that `jsonPath` puts in brackets. */
const BRACKETED = /\/(?![A-Za-z_$][\w$]*(?:\/|$))[^/]*/g;

/**
 * Converts TypeBox errors into problems, one by one, because the caller may not want them all. Of many that are alike,
 * only some follow the first, which counts the others in its `more`.
 */
export function* problemsIn(errors: Iterable<ValueError>, tally: Tally = new Map()): Generator<Problem> {
  for (const error of errors) {
    const { type, value, path } = error;
    const isUnion = type === ValueErrorType.Union;
    if (isUnion && value !== undefined) yield* problemsOfUnion(error, tally);
    // For a missing property, TypeBox also reports that `undefined` has the wrong type.
    else if (isUnion || value !== undefined || path === '' || type === ValueErrorType.ObjectRequiredProperty) {
      const problem = tallied(error, tally);
      if (problem !== undefined) yield problem;
    }
  }
}

/** The problem of an error; `undefined` if enough errors alike are worded. */
function tallied(error: ValueError, tally: Tally): Problem | undefined {
  const { schema, path: pointer } = error;
  // The names of unknown fields differ, or are redacted and then the same.
  if (error.type === ValueErrorType.ObjectAdditionalProperties) return problemOf(error);
  const shape = pointer.replace(BRACKETED, '/[]');
  let places = tally.get(schema);
  if (places === undefined) tally.set(schema, (places = new Map<string, Alike>()));
  const alike = places.get(shape);
  if (alike === undefined) {
    const problem = problemOf(error);
    places.set(shape, { problem, pointer, worded: 1 });
    return problem;
  }
  if (alike.pointer === pointer) return undefined;
  alike.pointer = pointer;
  if (alike.worded++ < MAX_WORDED) return problemOf(error);
  alike.problem.more = (alike.problem.more ?? 0) + 1;
  return undefined;
}

function problemOf(error: ValueError): Problem {
  const path = jsonPath(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const fields = Object.keys((error.schema['properties'] ?? {}) as object);
    const names = fields.length === 0 ? (error.schema['expected'] as string) : `one of ${fields.join(', ')}`;
    return unknownField(error, names);
  }
  return { path, found: showAt(error.path, error.schema, error.value), expected: expectedOf(error.schema) };
}

/** An unknown field next to those of an API key may be a key itself or hold one. */
function unknownField({ path: pointer, value, schema }: ValueError, expected: string): Problem {
  const names = namesIn(pointer);
  if (!names.some(isSecretName) && !takesKey(schema))
    return { path: jsonPath(pointer), found: `an unknown field with ${show(value)}`, expected };
  const name = names.at(-1) ?? '';
  const isPlain = isSecretName(name) || /^[A-Za-z]{1,20}$/.test(name);
  const shown = isPlain ? name : redact(name);
  const path = jsonPath(pointer.slice(0, pointer.length - name.length) + shown);
  return { path, found: `an unknown field with ${showSecret(value)}`, expected };
}

/** Reports the errors of the alternative that the value was probably meant for. */
function* problemsOfUnion(error: ValueError, tally: Tally): Generator<Problem> {
  const alternatives = (error.schema['anyOf'] ?? []) as TSchema[];
  const value = error.value as Record<string, unknown> | null;
  const kindOfValue = Array.isArray(value) ? 'array' : 'object';
  const objects =
    typeof value === 'object' && value !== null ? alternatives.filter(({ type }) => type === kindOfValue) : [];
  const kind = objects.length > 1 ? kindField(objects) : undefined;
  const meant = kind === undefined ? objects[0] : objects.find((schema) => constant(schema, kind) === value?.[kind]);
  const errors = meant === undefined ? undefined : error.errors[alternatives.indexOf(meant)];
  if (errors !== undefined) return yield* problemsIn(errors, tally);
  if (kind === undefined) {
    const found = showAt(error.path, error.schema, error.value);
    return yield { path: jsonPath(error.path), found, expected: expectedOf(error.schema) };
  }
  const kinds = objects.map((schema) => show(constant(schema, kind)));
  yield { path: jsonPath(`${error.path}/${kind}`), found: show(value?.[kind]), expected: oneOfThese(kinds) };
}

/** The discriminator: the field with a constant in every alternative, if there is one. */
function kindField(alternatives: TSchema[]): string | undefined {
  const fields = Object.keys((alternatives[0]?.['properties'] ?? {}) as object);
  return fields.find((field) => alternatives.every((schema) => constant(schema, field) !== undefined));
}

function constant(schema: TSchema, field: string): unknown {
  return (schema['properties'] as Record<string, TSchema> | undefined)?.[field]?.['const'];
}

import { Kind, type SchemaOptions, type Static, type TSchema, Type, TypeRegistry } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import { groupProblems } from './group-problems.js';
import { jsonPathStep, type Problem, show, showSecret } from './problems.js';
import { problemsIn } from './schema-errors.js';
import { isSecretName } from './secrets.js';

/** The value, typed by its schema, or every problem with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

const KIND_PREFIX = 'braze-segments-mock:';

/** Is a schema one of these text types? */
export function isTextType(schema: TSchema, ...names: string[]): boolean {
  return names.some((name) => schema[Kind] === KIND_PREFIX + name);
}

/**
 * A string type validated by a function. It registers a kind instead of a format, because TypeBox's format registry
 * is shared with the program that the mock runs in. `keywords` describe these strings in JSON Schema.
 */
export function textType(
  name: string,
  isValid: (value: string) => boolean,
  expected: string,
  keywords: SchemaOptions = { format: name },
) {
  const kind = KIND_PREFIX + name;
  TypeRegistry.Set(kind, (_schema, value) => typeof value === 'string' && isValid(value));
  return (description?: string, options: { default?: string } = {}) =>
    Type.Unsafe<string>({
      ...options,
      ...(description !== undefined && { description }),
      [Kind]: kind,
      type: 'string',
      ...keywords,
      expected,
    });
}

const REFINEMENT = Symbol('refinement');

/** A validation that JSON Schema cannot express: mutually exclusive fields, dates that do not exist. */
type Refinement = (value: Record<string, unknown>, path: string) => Problem[];

/** Adds a refinement to an object schema. It also runs on values that the schema rejects. */
export function refine<S extends TSchema>(schema: S, refinement: Refinement): S {
  return { ...schema, [REFINEMENT]: refinement };
}

/** Values that are checked before their schema is compiled, which would take 8 ms of a start with fixtures (bench: start). */
const BEFORE_COMPILING = 3;

/**
 * Returns a validator for a schema that reports every problem of a value. TypeBox's own messages state neither the value
 * found nor `expected`; ours do, see `describeProblem`.
 */
export function checker<S extends TSchema>(schema: S): (value: unknown) => Checked<Static<S>> {
  let compiled: TypeCheck<S> | undefined;
  let refiner: Refiner | undefined;
  let checked = 0;
  return (value) => {
    if (checked === 0) refiner = refinerOf(schema);
    if (checked++ === BEFORE_COMPILING) compiled = TypeCompiler.Compile(schema);
    const fits = compiled === undefined ? Check(schema, value) : compiled.Check(value);
    const problems = fits ? [] : groupProblems(problemsIn(Errors(schema, value)));
    refiner?.(value, '$', problems);
    const all = groupProblems(malformedText(value, '$', problems));
    return fits && all.length === 0 ? { ok: true, value } : { ok: false, problems: all };
  };
}

const checkers = new WeakMap<TSchema, (value: unknown) => Checked<unknown>>();

/** Checks a value by the checker of a schema, which is made once. */
export function check<S extends TSchema>(schema: S, value: unknown): Checked<Static<S>> {
  const known = checkers.get(schema) ?? checker(schema);
  checkers.set(schema, known);
  return known(value);
}

/** Levels of lists and objects that a valid input has at most, and more; a deeper one fails its schema. */
const MAX_DEPTH = 10;

/** Adds strings and field names that are not Unicode text: no URL, header or UTF-8 file can carry a lone surrogate. */
function malformedText(value: unknown, path: string, problems: Problem[], depth = 0): Problem[] {
  if (typeof value === 'string') {
    if (value.isWellFormed()) return problems;
    const isSecret = isSecretName(path.slice(path.lastIndexOf('.') + 1));
    problems.push({
      path,
      found: isSecret ? showSecret(value) : show(value),
      expected: 'text without lone surrogates',
    });
  } else if (Array.isArray(value) && depth < MAX_DEPTH) {
    for (const [index, item] of value.entries()) malformedText(item, `${path}[${index}]`, problems, depth + 1);
  } else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    for (const [name, item] of Object.entries(value)) {
      if (!name.isWellFormed())
        problems.push({ path, found: `the field ${show(name)}`, expected: 'names without lone surrogates' });
      malformedText(item, path + jsonPathStep(name), problems, depth + 1);
    }
  }
  return problems;
}

/** Adds the problems that the refinements of a schema and of its subschemas find. */
type Refiner = (value: unknown, path: string, problems: Problem[]) => void;

/** `undefined` if there are no refinements, as in most schemas: it saves the walk through their values. */
function refinerOf(schema: TSchema & { [REFINEMENT]?: Refinement }): Refiner | undefined {
  const own = schema[REFINEMENT];
  const refineItem = schema['items'] === undefined ? undefined : refinerOf(schema['items'] as TSchema);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>);
  const fields = properties.flatMap(([name, field]): [string, Refiner][] => {
    const refineField = refinerOf(field);
    return refineField === undefined ? [] : [[name, refineField]];
  });
  const alternatives = ((schema['anyOf'] ?? []) as TSchema[]).flatMap((one) => refinerOf(one) ?? []);
  if (own === undefined && refineItem === undefined && fields.length + alternatives.length === 0) return undefined;
  return (value, path, problems) => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach((item, index) => refineItem?.(item, `${path}[${index}]`, problems));
    const object = value as Record<string, unknown>;
    for (const problem of own?.(object, path) ?? []) problems.push(problem);
    for (const [name, refineField] of fields) refineField(object[name], `${path}.${name}`, problems);
    for (const refineSame of alternatives) refineSame(value, path, problems);
  };
}

export function defaultsOf(schema: TSchema): Record<string, unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>);
  const defaults = properties.map(([name, property]) => [name, property['default'] as unknown] as const);
  return Object.fromEntries(defaults.filter(([, value]) => value !== undefined));
}

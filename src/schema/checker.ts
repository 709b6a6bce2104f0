import { Kind, type SchemaOptions, type Static, type TSchema, Type, TypeRegistry } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { groupProblems } from './group-problems.js';
import { jsonPathStep, type Problem, problemsIn, show, showSecret } from './problems.js';
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

/**
 * Returns a validator for a schema, compiled on first use, that reports every problem of a value. TypeBox's own
 * messages state neither the value found nor `expected`; ours do, see `describeProblem`.
 */
export function checker<S extends TSchema>(schema: S): (value: unknown) => Checked<Static<S>> {
  let compiled: TypeCheck<S> | undefined;
  return (value) => {
    compiled ??= TypeCompiler.Compile(schema);
    const fits = compiled.Check(value);
    const problems = fits ? [] : groupProblems(problemsIn(compiled.Errors(value)));
    const all = groupProblems([...problems, ...refinementProblems(schema, value, '$'), ...malformedText(value, '$')]);
    return fits && all.length === 0 ? { ok: true, value } : { ok: false, problems: all };
  };
}

/** Levels of lists and objects that a valid input has at most, and more; a deeper one fails its schema. */
const MAX_DEPTH = 10;

/** Strings and field names that are not Unicode text: no URL, header or UTF-8 file can carry a lone surrogate. */
function* malformedText(value: unknown, path: string, depth = 0): Generator<Problem> {
  if (typeof value === 'string') {
    const shown = isSecretName(path.slice(path.lastIndexOf('.') + 1)) ? showSecret(value) : show(value);
    if (!value.isWellFormed()) yield { path, found: shown, expected: 'text without lone surrogates' };
  } else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    const isList = Array.isArray(value);
    for (const [name, item] of Object.entries(value)) {
      if (!isList && !name.isWellFormed())
        yield { path, found: `the field ${show(name)}`, expected: 'names without lone surrogates' };
      yield* malformedText(item, isList ? `${path}[${name}]` : path + jsonPathStep(name), depth + 1);
    }
  }
}

type RefinableSchema = TSchema & { [REFINEMENT]?: Refinement };

/** The problems that the refinements of a schema and of its subschemas find in a value. */
function refinementProblems(schema: RefinableSchema, value: unknown, path: string): Problem[] {
  if (typeof value !== 'object' || value === null || !isRefined(schema)) return [];
  const { items, fields, alternatives } = subschemasOf(schema);
  if (Array.isArray(value)) {
    return items.flatMap((each) => value.flatMap((item, index) => refinementProblems(each, item, `${path}[${index}]`)));
  }
  const object = value as Record<string, unknown>;
  return [
    ...(schema[REFINEMENT]?.(object, path) ?? []),
    ...fields.flatMap(([name, field]) => refinementProblems(field, object[name], `${path}.${name}`)),
    ...alternatives.flatMap((alternative) => refinementProblems(alternative, value, path)),
  ];
}

function subschemasOf(schema: TSchema) {
  return {
    items: schema['items'] === undefined ? [] : [schema['items'] as TSchema],
    fields: Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>),
    alternatives: (schema['anyOf'] ?? []) as TSchema[],
  };
}

const refined = new WeakMap<TSchema, boolean>();

/** Does a schema have a refinement, itself or deeper? Most do not, which saves the walk through their values. */
function isRefined(schema: RefinableSchema): boolean {
  const known = refined.get(schema);
  if (known !== undefined) return known;
  const { items, fields, alternatives } = subschemasOf(schema);
  const subschemas = [...items, ...fields.map(([, field]) => field), ...alternatives];
  const found = schema[REFINEMENT] !== undefined || subschemas.some(isRefined);
  refined.set(schema, found);
  return found;
}

export function defaultsOf(schema: TSchema): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, TSchema>;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, property]) => 'default' in property)
      .map(([name, property]) => [name, property['default'] as unknown]),
  );
}

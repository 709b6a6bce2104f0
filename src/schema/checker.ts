import { Kind, type SchemaOptions, type Static, type TSchema, Type, TypeRegistry } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { MAX_PROBLEMS, type Problem, problemsIn } from './problems.js';

/** Either the value, now known to be of its schema's type, or all that is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** An instant as the mock writes it. */
export const WrittenInstant = (options: SchemaOptions = {}) =>
  Type.String({ ...options, pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });

/**
 * The type of strings that a function accepts. It has a kind of its own, because TypeBox's registry of formats belongs
 * to the program that the mock runs in. `keywords` are what JSON Schema can say of such strings.
 */
export function textType(
  name: string,
  isValid: (value: string) => boolean,
  expected: string,
  keywords: SchemaOptions = { format: name },
) {
  const kind = `braze-segments-mock:${name}`;
  TypeRegistry.Set(kind, (_schema, value) => typeof value === 'string' && isValid(value));
  return (options: { description?: string; default?: string } = {}) =>
    Type.Unsafe<string>({
      ...options,
      [Kind]: kind,
      type: 'string',
      ...keywords,
      expected,
    });
}

/** The same schema with a description and a default of its own. */
export function described<S extends TSchema>(schema: S, options: SchemaOptions): S {
  return { ...schema, ...options };
}

const REFINEMENT = Symbol('judge');

/** What no schema can say of a value: fields that exclude one another, dates that do not exist. */
type Refinement = (value: Record<string, unknown>, path: string) => Problem[];

/** The same object schema with a judge of its values, which is asked whatever else is wrong with them. */
export function refine<S extends TSchema>(schema: S, judge: Refinement): S {
  return { ...schema, [REFINEMENT]: judge };
}

/**
 * Makes a check of a schema, compiled once, that reports every problem of a value. TypeBox's own messages name neither
 * what was found nor what `expected` says; `describeProblem` words ours.
 */
export function checker<S extends TSchema>(schema: S): (value: unknown) => Checked<Static<S>> {
  let compiled: TypeCheck<S> | undefined;
  return (value) => {
    compiled ??= TypeCompiler.Compile(schema);
    const fits = compiled.Check(value);
    const problems = fits ? [] : problemsIn(compiled.Errors(value));
    const all = limited(
      withoutRepeats(problems.concat(refinementProblems(schema, value, '$').slice(0, MAX_PROBLEMS + 1))),
    );
    return fits && all.length === 0 ? { ok: true, value } : { ok: false, problems: all };
  };
}

function limited(problems: Problem[]): Problem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  const more = { path: '$', found: `more problems than these ${MAX_PROBLEMS}`, expected: 'none' };
  return [...problems.slice(0, MAX_PROBLEMS), more];
}

/** TypeBox tells some mistakes once for each keyword that they break. */
function withoutRepeats(problems: Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** What the judges of a schema and of those within it say of a value and of what is within it. */
function refinementProblems(schema: TSchema & { [REFINEMENT]?: Refinement }, value: unknown, path: string): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  const { each, fields, alternatives } = refinedChildren(schema);
  if (Array.isArray(value)) {
    return each === undefined
      ? []
      : value.flatMap((item, index) => refinementProblems(each, item, `${path}[${index}]`));
  }
  return [
    ...(schema[REFINEMENT]?.(value as Record<string, unknown>, path) ?? []),
    ...fields.flatMap(([name, field]) =>
      refinementProblems(field, (value as Record<string, unknown>)[name], `${path}.${name}`),
    ),
    ...alternatives.flatMap((alternative) => refinementProblems(alternative, value, path)),
  ];
}

interface RefinedChildren {
  each: TSchema | undefined;
  fields: [name: string, field: TSchema][];
  alternatives: TSchema[];
}

const refinedChildrenCache = new WeakMap<TSchema, RefinedChildren>();

/** The schemas within one that have a judge, or have one within. */
function refinedChildren(schema: TSchema): RefinedChildren {
  let within = refinedChildrenCache.get(schema);
  if (within === undefined) {
    const each = schema['items'] as TSchema | undefined;
    const fields = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>);
    within = {
      each: each !== undefined && hasRefinement(each) ? each : undefined,
      fields: fields.filter(([, field]) => hasRefinement(field)),
      alternatives: ((schema['anyOf'] ?? []) as TSchema[]).filter(hasRefinement),
    };
    refinedChildrenCache.set(schema, within);
  }
  return within;
}

function hasRefinement(schema: TSchema & { [REFINEMENT]?: Refinement }): boolean {
  const { each, fields, alternatives } = refinedChildren(schema);
  return schema[REFINEMENT] !== undefined || each !== undefined || fields.length > 0 || alternatives.length > 0;
}

/** A copy of what a JavaScript caller gave, as JSON would carry it: a property that is `undefined` is not given. */
export function omitUndefined<T>(value: T): T {
  if (Array.isArray(value)) return value.map(omitUndefined) as T;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, property]) => property !== undefined);
  return Object.fromEntries(given.map(([name, property]) => [name, omitUndefined(property as unknown)])) as T;
}

/** The defaults that an object schema states for its properties. */
export function defaultsOf(schema: TSchema): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, TSchema>;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, property]) => 'default' in property)
      .map(([name, property]) => [name, property['default'] as unknown]),
  );
}

import { Kind, type SchemaOptions, type Static, type TSchema, Type, TypeRegistry } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler, type ValueError, ValueErrorType } from '@sinclair/typebox/compiler';
import { parseDuration } from './duration.js';
import { parseDay, parseInstant } from './series/calendar.js';

/** One thing wrong with an outside input: where, what was found there, what belongs there. */
export interface Problem {
  /** JSONPath, `$` being the whole. */
  path: string;
  found: string;
  expected: string;
}

/** Either the value, now known to be of its schema's type, or all that is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

export const DateText = text('date', (value) => parseDay(value) !== undefined, 'a calendar date, YYYY-MM-DD');
export const InstantText = text(
  'date-time',
  (value) => parseInstant(value) !== undefined,
  'an ISO 8601 instant, such as 2024-01-31T12:00:00Z, or a date, YYYY-MM-DD',
  // The standard format, date-time, allows neither a bare date nor a time without an offset.
  {},
);
export const DurationText = text(
  'duration',
  (value) => parseDuration(value) !== undefined,
  'an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as PT4H',
);

/** A segment's id, counted in characters as JSON Schema does and TypeBox does not: an id of emoji may be as long. */
export const SegmentIdText = text(
  'segment-id',
  (value) => value !== '' && !value.includes('\0') && (value.length <= 256 || Array.from(value).length <= 256),
  'a string of 1 to 256 characters, none of them NUL',
  { minLength: 1, maxLength: 256 },
);

/** A string read by a function of ours, under a kind of its own: TypeBox's registry of formats is the embedder's. */
function text(
  name: string,
  holds: (value: string) => boolean,
  expected: string,
  keywords: SchemaOptions = { format: name },
) {
  const kind = `braze-segments-mock:${name}`;
  TypeRegistry.Set(kind, (_schema, value) => typeof value === 'string' && holds(value));
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

const JUDGE = Symbol('judge');

/** What no schema can say of a value: fields that exclude one another, dates that do not exist. */
type Judge = (value: Record<string, unknown>, path: string) => Problem[];

/** The same object schema with a judge of its values, which is asked whatever else is wrong with them. */
export function judged<S extends TSchema>(schema: S, judge: Judge): S {
  return { ...schema, [JUDGE]: judge };
}

/** Makes a check of a schema, compiled once, that reports every problem of a value. */
export function checker<S extends TSchema>(schema: S): (value: unknown) => Checked<Static<S>> {
  let compiled: TypeCheck<S> | undefined;
  return (value) => {
    compiled ??= TypeCompiler.Compile(schema);
    const fits = compiled.Check(value);
    const problems = fits ? [] : [...compiled.Errors(value)].flatMap(problemsOf);
    const all = problems.concat(judgements(schema, value, '$'));
    return fits && all.length === 0 ? { ok: true, value } : { ok: false, problems: all };
  };
}

/** What the judges of a schema and of those within it say of a value and of what is within it. */
function judgements(schema: TSchema & { [JUDGE]?: Judge }, value: unknown, path: string): Problem[] {
  if (typeof value !== 'object' || value === null || !hasJudge(schema)) return [];
  if (Array.isArray(value)) {
    const each = schema['items'] as TSchema | undefined;
    return each === undefined ? [] : value.flatMap((item, index) => judgements(each, item, `${path}[${index}]`));
  }
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>);
  const alternatives = (schema['anyOf'] ?? []) as TSchema[];
  return [
    ...(schema[JUDGE]?.(value as Record<string, unknown>, path) ?? []),
    ...fields.flatMap(([name, field]) =>
      judgements(field, (value as Record<string, unknown>)[name], `${path}.${name}`),
    ),
    ...alternatives.flatMap((alternative) => judgements(alternative, value, path)),
  ];
}

const withJudge = new WeakMap<TSchema, boolean>();

function hasJudge(schema: TSchema & { [JUDGE]?: Judge }): boolean {
  let has = withJudge.get(schema);
  if (has === undefined) {
    const within = [
      ...Object.values((schema['properties'] ?? {}) as object),
      ...((schema['anyOf'] ?? []) as TSchema[]),
      ...(schema['items'] === undefined ? [] : [schema['items'] as TSchema]),
    ] as TSchema[];
    has = schema[JUDGE] !== undefined || within.some(hasJudge);
    withJudge.set(schema, has);
  }
  return has;
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

export function describeProblem({ path, found, expected }: Problem): string {
  return `${path}: found ${found}, expected ${expected}`;
}

/** Shows a value of any size in a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = jsonOf(value);
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.parse reads lists in lists to any depth; JSON.stringify runs out of stack.
    return 'a value nested too deeply to show';
  }
}

function problemsOf(error: ValueError): Problem[] {
  if (error.type === ValueErrorType.Union) return problemsOfUnion(error);
  // Of a property that is missing TypeBox also says that `undefined` is of the wrong type.
  if (error.value === undefined && error.type !== ValueErrorType.ObjectRequiredProperty) return [];
  const path = jsonPath(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const fields = Object.keys((error.schema['properties'] ?? {}) as object);
    const names = fields.length === 0 ? (error.schema['expected'] as string) : `one of ${fields.join(', ')}`;
    return [{ path, found: `an unknown field with ${show(error.value)}`, expected: names }];
  }
  return [{ path, found: show(error.value), expected: expectedOf(error.schema) }];
}

/** Of several alternatives the one that the value was meant for tells best what is wrong with it. */
function problemsOfUnion(error: ValueError): Problem[] {
  const alternatives = (error.schema['anyOf'] ?? []) as TSchema[];
  const value = error.value as Record<string, unknown> | null;
  const objects =
    typeof value === 'object' && value !== null ? alternatives.filter(({ type }) => type === 'object') : [];
  const kind = objects.length > 1 ? kindField(objects) : undefined;
  const meant = kind === undefined ? objects[0] : objects.find((schema) => constant(schema, kind) === value?.[kind]);
  const errors = meant === undefined ? undefined : error.errors[alternatives.indexOf(meant)];
  if (errors !== undefined) return [...errors].flatMap(problemsOf);
  if (kind === undefined) {
    return [{ path: jsonPath(error.path), found: show(error.value), expected: expectedOf(error.schema) }];
  }
  const kinds = objects.map((schema) => show(constant(schema, kind)));
  return [{ path: jsonPath(`${error.path}/${kind}`), found: show(value?.[kind]), expected: kinds.join(' or ') }];
}

/** The field by whose value alternatives tell themselves apart, if they have one. */
function kindField(alternatives: TSchema[]): string | undefined {
  const fields = Object.keys((alternatives[0]?.['properties'] ?? {}) as object);
  return fields.find((field) => alternatives.every((schema) => constant(schema, field) !== undefined));
}

function constant(schema: TSchema, field: string): unknown {
  return (schema['properties'] as Record<string, TSchema> | undefined)?.[field]?.['const'];
}

/** Says in words what a schema accepts. */
export function expectedOf(schema: TSchema): string {
  if (typeof schema['expected'] === 'string') return schema['expected'];
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['anyOf'])) return (schema['anyOf'] as TSchema[]).map(expectedOf).join(' or ');
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return `${schema['type'] === 'integer' ? 'a whole number' : 'a number'}${range(schema)}`;
    case 'string':
      return `a string${lengths(schema)}${schema['pattern'] === undefined ? '' : ` matching ${String(schema['pattern'])}`}`;
    case 'array':
      return `a list${items(schema)}`;
    case 'boolean':
      return 'true or false';
    default:
      return 'an object';
  }
}

function range(schema: TSchema): string {
  const bounds = [
    bound(schema, 'minimum', 'of at least'),
    bound(schema, 'exclusiveMinimum', 'greater than'),
    bound(schema, 'maximum', 'of at most'),
    bound(schema, 'exclusiveMaximum', 'less than'),
  ].filter((words) => words !== undefined);
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}

function bound(schema: TSchema, keyword: string, words: string): string | undefined {
  return schema[keyword] === undefined ? undefined : `${words} ${String(schema[keyword])}`;
}

function lengths(schema: TSchema): string {
  if (schema['minLength'] === undefined && schema['maxLength'] === undefined) return '';
  return ` of ${String(schema['minLength'] ?? 0)} to ${String(schema['maxLength'] ?? 'any number of')} characters`;
}

function items(schema: TSchema): string {
  return schema['minItems'] === undefined ? '' : ` with at least ${String(schema['minItems'])} entry`;
}

/** Turns the JSON pointer of a problem into JSONPath, which is how people write the way to a field. */
export function jsonPath(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return `$${steps.map(jsonPathStep).join('')}`;
}

function jsonPathStep(step: string): string {
  if (/^\d+$/.test(step)) return `[${step}]`;
  return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

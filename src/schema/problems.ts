import type { TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/compiler';
import { isSecretName, redact } from './secrets.js';

/** One problem of an outside input: where, what was found, what was expected. */
export interface Problem {
  /** JSONPath; `$` is the whole input. */
  path: string;
  found: string;
  expected: string;
  /** How many problems like this one are left out, see `groupProblems`. */
  more?: number;
}

export function describeProblem({ path, found, expected, more }: Problem): string {
  return `${path}: found ${found}, expected ${expected}${more === undefined ? '' : ` (and ${more} more)`}`;
}

/**
 * Formats a value for a message: truncated, with the secrets in its fields masked. A symbol is the name of a value that
 * JSON does not have.
 */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'symbol') return value.description ?? '';
  const json = jsonOf(value);
  return json.length > 80 ? `${json.slice(0, 77)}…` : json;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, maskField);
  } catch {
    // JSON.parse accepts nested lists of any depth; JSON.stringify overflows the stack.
    return 'a value nested too deeply to show';
  }
}

function maskField(name: string, value: unknown): unknown {
  if (typeof value === 'symbol') return value.description ?? '';
  if (!isSecretName(name)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => (typeof item === 'string' ? redact(item) : item));
  return typeof value === 'string' ? redact(value) : value;
}

/** Formats an invalid secret for a message: a redacted string, or the type of any other value. */
export function showSecret(value: unknown): string {
  if (typeof value === 'string') return show(redact(value));
  if (value === undefined || value === null || typeof value === 'symbol') return show(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Object.keys(value).length === 0) return show(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

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

/** Converts TypeBox errors into problems, one by one, because the caller may not want them all. */
export function* problemsIn(errors: Iterable<ValueError>): Generator<Problem> {
  for (const error of errors) yield* problemsOf(error);
}

function problemsOf(error: ValueError): Problem[] {
  if (error.type === ValueErrorType.Union) return problemsOfUnion(error);
  // For a missing property, TypeBox also reports that `undefined` has the wrong type.
  if (error.value === undefined && error.path !== '' && error.type !== ValueErrorType.ObjectRequiredProperty) return [];
  const path = jsonPath(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    const fields = Object.keys((error.schema['properties'] ?? {}) as object);
    const names = fields.length === 0 ? (error.schema['expected'] as string) : `one of ${fields.join(', ')}`;
    return [unknownField(error, names)];
  }
  return [{ path, found: showAt(error.path, error.schema, error.value), expected: expectedOf(error.schema) }];
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
function problemsOfUnion(error: ValueError): Problem[] {
  const alternatives = (error.schema['anyOf'] ?? []) as TSchema[];
  const value = error.value as Record<string, unknown> | null;
  const kindOfValue = Array.isArray(value) ? 'array' : 'object';
  const objects =
    typeof value === 'object' && value !== null ? alternatives.filter(({ type }) => type === kindOfValue) : [];
  const kind = objects.length > 1 ? kindField(objects) : undefined;
  const meant = kind === undefined ? objects[0] : objects.find((schema) => constant(schema, kind) === value?.[kind]);
  const errors = meant === undefined ? undefined : error.errors[alternatives.indexOf(meant)];
  if (errors !== undefined) return [...problemsIn(errors)];
  if (kind === undefined) {
    const found = showAt(error.path, error.schema, error.value);
    return [{ path: jsonPath(error.path), found, expected: expectedOf(error.schema) }];
  }
  const kinds = objects.map((schema) => show(constant(schema, kind)));
  return [{ path: jsonPath(`${error.path}/${kind}`), found: show(value?.[kind]), expected: kinds.join(' or ') }];
}

/** The discriminator: the field with a constant in every alternative, if there is one. */
function kindField(alternatives: TSchema[]): string | undefined {
  const fields = Object.keys((alternatives[0]?.['properties'] ?? {}) as object);
  return fields.find((field) => alternatives.every((schema) => constant(schema, field) !== undefined));
}

function constant(schema: TSchema, field: string): unknown {
  return (schema['properties'] as Record<string, TSchema> | undefined)?.[field]?.['const'];
}

/** Describes in words what a schema accepts. */
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
    case 'null':
      return 'null';
    default:
      return 'an object';
  }
}

const COMPARISONS = {
  minimum: 'of at least',
  exclusiveMinimum: 'greater than',
  maximum: 'of at most',
  exclusiveMaximum: 'less than',
};

function range(schema: TSchema): string {
  const bounds = Object.entries(COMPARISONS).filter(([keyword]) => schema[keyword] !== undefined);
  const words = bounds.map(([keyword, comparison]) => `${comparison} ${String(schema[keyword])}`);
  return words.length === 0 ? '' : ` ${words.join(' and ')}`;
}

function lengths(schema: TSchema): string {
  if (schema['minLength'] === undefined && schema['maxLength'] === undefined) return '';
  return ` of ${String(schema['minLength'] ?? 0)} to ${String(schema['maxLength'] ?? 'any number of')} characters`;
}

function items(schema: TSchema): string {
  return schema['minItems'] === undefined ? '' : ` with at least ${String(schema['minItems'])} entry`;
}

/** Converts a JSON pointer to JSONPath, which is easier to read. */
export function jsonPath(pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return `$${steps.map(jsonPathStep).join('')}`;
}

export function jsonPathStep(step: string): string {
  if (/^\d+$/.test(step)) return `[${step}]`;
  return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

import type { TSchema } from '@sinclair/typebox';
import { ValuePointer } from '@sinclair/typebox/value';
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

/** Describes in words what a schema accepts. */
export function expectedOf(schema: TSchema): string {
  if (typeof schema['expected'] === 'string') return schema['expected'];
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['anyOf'])) return oneOfThese((schema['anyOf'] as TSchema[]).map(expectedOf));
  switch (schema['type']) {
    case 'integer':
    case 'number':
      return `${schema['type'] === 'integer' ? 'a whole number' : 'a number'}${range(schema)}`;
    case 'string':
      return `a string${lengths(schema)}${schema['pattern'] === undefined ? '' : ` matching ${String(schema['pattern'])}`}`;
    case 'array':
      return `a list${schema['minItems'] === undefined ? '' : ` with at least ${String(schema['minItems'])} entry`}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'an object';
  }
}

/** `a, b or c`; alternatives that contain commas themselves are separated by "or" alone. */
export function oneOfThese(words: string[]): string {
  if (words.some((word) => word.includes(','))) return words.join(' or ');
  return words.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}

function range({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: TSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${String(minimum)} to ${String(maximum)}`;
  const low = { 'of at least': minimum, 'greater than': exclusiveMinimum };
  const high = { 'up to': maximum, 'less than': exclusiveMaximum };
  const bounds = Object.entries({ ...low, ...high }).filter(([, bound]) => bound !== undefined);
  return bounds.map((bound) => ` ${bound.join(' ')}`).join(' and');
}

function lengths(schema: TSchema): string {
  if (schema['minLength'] === undefined && schema['maxLength'] === undefined) return '';
  return ` of ${String(schema['minLength'] ?? 0)} to ${String(schema['maxLength'] ?? 'any number of')} characters`;
}

/** Converts a JSON pointer to JSONPath, which is easier to read. */
export function jsonPath(pointer: string): string {
  return `$${[...ValuePointer.Format(pointer)].map(jsonPathStep).join('')}`;
}

export function jsonPathStep(step: string): string {
  if (/^\d+$/.test(step)) return `[${step}]`;
  return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

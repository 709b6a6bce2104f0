import type { TSchema } from '@sinclair/typebox';

/** Any value that is written as JSON. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/**
 * A schema as others read it: what is ours alone (`expected`) is left out, and a choice of texts is written in the
 * form that editors complete best.
 */
export function standard(schema: TSchema): JsonObject {
  return standardOf(plain(schema)) as JsonObject;
}

/** The same, in the keywords that documents of this kind may have. */
export function described(schema: TSchema): JsonObject {
  return withoutPatterns(standard(schema)) as JsonObject;
}

/** A schema that one of several describe; those that say the same are one. */
export function anyOf(schemas: readonly JsonObject[]): JsonObject {
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return different.length === 1 ? (different[0] as JsonObject) : { anyOf: different };
}

/** What JSON keeps of a value. */
export function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** A value with every object in it put through a change, the innermost first. */
export function changed(value: Json, change: (object: JsonObject) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => changed(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return change(Object.fromEntries(Object.entries(value).map(([name, child]) => [name, changed(child, change)])));
}

function standardOf(value: Json): Json {
  return changed(value, (object) => {
    const entries = Object.entries(object)
      .filter(([key]) => key !== 'expected')
      .map(([key, child]): [string, Json] => {
        const texts = key === 'anyOf' ? textsOf(child as JsonObject[]) : undefined;
        return texts === undefined ? [key, child] : ['enum', texts];
      });
    return Object.fromEntries(entries);
  });
}

function textsOf(alternatives: JsonObject[]): string[] | undefined {
  const texts = alternatives.map((alternative) => alternative['const']);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** Says of all properties at once what `patternProperties` says of those with such names, for there are no others. */
function withoutPatterns(value: Json): Json {
  return changed(value, ({ patternProperties, ...object }) => {
    const [pattern] = Object.entries((patternProperties ?? {}) as JsonObject);
    if (pattern === undefined) return object;
    const names = pattern[0] === '^(.*)$' ? {} : { propertyNames: { pattern: pattern[0] } };
    return { ...object, ...names, additionalProperties: pattern[1] };
  });
}

import type { TSchema } from '@sinclair/typebox';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/**
 * A schema in standard JSON Schema: without our keyword `expected`, and with `enum` for a union of strings, which
 * editors complete best.
 */
export function standard(schema: TSchema): JsonObject {
  return changed(plain(schema), ({ expected: _expected, anyOf: alternatives, ...object }) => {
    if (alternatives === undefined) return object;
    const texts = constantsOf(alternatives as JsonObject[]);
    return { ...object, ...(texts === undefined ? { anyOf: alternatives } : { enum: texts }) };
  }) as JsonObject;
}

/**
 * The same for OpenAPI: `propertyNames` and `additionalProperties` replace `patternProperties`, which covers all, and a
 * property's default moves into its description. Generators of clients take a property with a default for one that is
 * always there, and then require it in requests [openapi-typescript 7].
 */
export function openApiSchema(schema: TSchema): JsonObject {
  return changed(standard(schema), ({ patternProperties = {}, ...object }) => {
    const [pattern] = Object.entries(patternProperties as JsonObject);
    const { properties } = object;
    if (properties !== undefined)
      object['properties'] = mapValues(properties as Record<string, JsonObject>, undefaulted);
    if (pattern === undefined) return object;
    const names = pattern[0] === '^(.*)$' ? {} : { propertyNames: { pattern: pattern[0] } };
    return { ...object, ...names, additionalProperties: pattern[1] };
  }) as JsonObject;
}

function undefaulted({ default: value, ...schema }: JsonObject): JsonObject {
  if (value === undefined) return schema;
  const { description = '' } = schema;
  return { ...schema, description: `${description as string} Default: \`${JSON.stringify(value)}\`.`.trimStart() };
}

/** A union of schemas, without duplicates. */
export function anyOf(schemas: readonly JsonObject[]): JsonObject {
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return different.length === 1 ? (different[0] as JsonObject) : { anyOf: different };
}

/** A value after a round trip through JSON. */
export function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Applies a change to every object in a value, innermost first. */
export function changed(value: Json, change: (object: JsonObject) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => changed(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return change(Object.fromEntries(Object.entries(value).map(([name, child]) => [name, changed(child, change)])));
}

function constantsOf(alternatives: JsonObject[]): string[] | undefined {
  const texts = alternatives.map((alternative) => alternative['const']);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** The object with each value replaced. */
export function mapValues<V>(object: Record<string, V>, change: (value: V, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

import { type TSchema, Type } from '@sinclair/typebox';
import { exactly, isObject } from '../schema/shapes.js';

/** A JSON merge patch of a value [RFC 7396]. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Patch<T[K]> | null }
    : T;

/** A value after a merge patch: null removes a field, objects are merged, everything else is replaced. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), change));
  }
  return Object.fromEntries(merged);
}

/**
 * The schema of the merge patches of a schema's values, in which any field may be left out or be null. It refuses what
 * fits no value; whether the patched value is complete is for its own schema to say.
 */
export function patchOf(schema: TSchema): TSchema {
  const fields = schemaFields(schema);
  if (fields !== undefined) return objectPatch(fields, schema);
  const [keyed] = Object.entries((schema['patternProperties'] ?? {}) as Record<string, TSchema>);
  if (keyed !== undefined) {
    const [pattern, value] = keyed;
    return Type.Record(Type.String({ pattern }), orNull(patchOf(value)), {
      additionalProperties: false,
      expected: schema['expected'] as string,
    });
  }
  const alternatives = (schema['anyOf'] ?? []) as TSchema[];
  const objects = alternatives.map(schemaFields).filter((found) => found !== undefined);
  // A patch can turn one kind of object into another, and so has fields of both.
  if (objects.length > 1) return objectPatch(objects.flat(), schema);
  // What is left out of a patch stays; it does not take the default.
  const { default: _default, ...rest } = schema;
  return alternatives.length === 0 ? rest : Type.Union(alternatives.map(patchOf), rest);
}

type SchemaFields = [name: string, field: TSchema][];

function schemaFields(schema: TSchema): SchemaFields | undefined {
  return schema['properties'] && Object.entries(schema['properties'] as Record<string, TSchema>);
}

function objectPatch(fields: SchemaFields, { description, expected }: TSchema): TSchema {
  const byName = new Map<string, TSchema[]>();
  for (const [name, field] of fields) byName.set(name, [...(byName.get(name) ?? []), patchOf(field)]);
  const properties = Object.fromEntries(Array.from(byName, ([name, same]) => [name, Type.Optional(orNull(...same))]));
  return exactly(properties, {
    ...(description !== undefined && { description }),
    ...(expected !== undefined && { expected: expected as string }),
  });
}

/** One union: its alternatives say better what is wrong with a value than a union within another. */
function orNull(...schemas: TSchema[]): TSchema {
  const described = schemas.find(({ description }) => description !== undefined);
  const expected = schemas.length === 1 ? (schemas[0]?.['expected'] as string | undefined) : undefined;
  const alternatives = schemas.flatMap(({ description: _description, ...schema }) => {
    return (schema['anyOf'] as TSchema[] | undefined) ?? [schema as TSchema];
  });
  return Type.Union([...alternatives, Type.Null()], {
    ...(described !== undefined && { description: described.description }),
    ...(expected !== undefined && { expected: `${expected} or null` }),
  });
}

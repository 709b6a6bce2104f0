import { type TProperties, type TSchema, Type } from '@sinclair/typebox';
import type { ArrayOptions, NumberOptions, SchemaOptions, StringOptions } from '@sinclair/typebox';

/** An object with these fields and no others. */
export function exactly<Fields extends TProperties>(fields: Fields, options: SchemaOptions = {}) {
  return Type.Object(fields, { additionalProperties: false, ...options });
}

/** The same fields, each of which may be left out. */
export function optional<Fields extends TProperties>(fields: Fields) {
  return Type.Partial(Type.Object(fields)).properties;
}

export function oneOf<const Word extends string>(words: readonly Word[], options: SchemaOptions = {}) {
  const literals = words.map((word) => Type.Literal(word));
  return Type.Union(literals, options);
}

export const NonEmptyText = Type.String({ minLength: 1 });

/** Values with a description, which the docs, the help and the schemas for others show. */
export const Field = {
  text: (description: string, options: StringOptions = {}) => Type.String({ ...options, description }),
  nonEmpty: (description: string, expected: string, options: StringOptions = {}) =>
    Type.String({ ...options, minLength: 1, expected, description }),
  /** A whole number of things. */
  count: (description: string) => Type.Integer({ minimum: 0, description }),
  integer: (description: string, options: NumberOptions = {}) => Type.Integer({ ...options, description }),
  number: (description: string, options: NumberOptions = {}) => Type.Number({ ...options, description }),
  flag: (description: string, options: SchemaOptions = {}) => Type.Boolean({ ...options, description }),
  oneOf: <const Word extends string>(words: readonly Word[], description: string, options: SchemaOptions = {}) =>
    oneOf(words, { ...options, description }),
  list: <Item extends TSchema>(items: Item, description: string, options: ArrayOptions = {}) =>
    Type.Array(items, { ...options, description }),
  orNull: <S extends TSchema>(schema: S, description: string) => Type.Union([schema, Type.Null()], { description }),
  /** A copy of a schema with another description or default. */
  of: <S extends TSchema>(schema: S, description: string, options: SchemaOptions = {}): S => ({
    ...schema,
    ...options,
    description,
  }),
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { type SchemaOptions, type TLiteral, type TOptional, type TProperties, Type } from '@sinclair/typebox';

/** An object with these fields and no others. */
export function exactly<Fields extends TProperties>(fields: Fields, options: SchemaOptions = {}) {
  return Type.Object(fields, { additionalProperties: false, ...options });
}

/** The same fields, each of which may be left out. */
export function optional<Fields extends TProperties>(
  fields: Fields,
): { [Name in keyof Fields]: TOptional<Fields[Name]> } {
  const entries = Object.entries(fields).map(([name, field]) => [name, Type.Optional(field)]);
  return Object.fromEntries(entries) as { [Name in keyof Fields]: TOptional<Fields[Name]> };
}

export function oneOf<const Word extends string>(words: readonly Word[], options: SchemaOptions = {}) {
  return Type.Union(
    words.map((word): TLiteral<Word> => Type.Literal(word)),
    options,
  );
}

/** A whole number of things. */
export function count(description: string) {
  return Type.Integer({ minimum: 0, description });
}

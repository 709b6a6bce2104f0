import { Type } from '@sinclair/typebox';

/** The envelope of errors, with the codes that they may have; with any, where none are named. */
export function envelope(codes: readonly string[] | undefined) {
  const strict = { additionalProperties: false } as const;
  const code =
    codes === undefined ? Type.String({ pattern: '^[a-z0-9_]+$' }) : Type.Union(codes.map((one) => Type.Literal(one)));
  const message = Type.String({ minLength: 1, description: 'What is wrong, and how to mend the call.' });
  const errors = Type.Array(Type.Object({ code, message }, strict), { minItems: 1 });
  return Type.Object({ message: Type.Literal('error'), errors }, strict);
}

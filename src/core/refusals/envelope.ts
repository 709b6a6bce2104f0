import { Type } from '@sinclair/typebox';
import { exactly, Field, oneOf } from '../../schema/shapes.js';

/** The envelope of errors, limited to the given codes if there are any. */
export function envelope(codes: readonly string[] | undefined) {
  const code = codes === undefined ? Type.String({ pattern: '^[a-z0-9_]+$' }) : oneOf(codes);
  const message = Field.text('What is wrong and how to fix it.', { minLength: 1 });
  const errors = Type.Array(exactly({ code, message }), { minItems: 1 });
  return exactly({ message: Type.Literal('error'), errors });
}

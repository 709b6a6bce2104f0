import { Type } from '@sinclair/typebox';
import { exactly, oneOf } from '../../schema/shapes.js';

/** The envelope of errors, limited to the given codes if there are any. */
export function envelope(codes: readonly string[] | undefined) {
  const code = codes === undefined ? Type.String({ pattern: '^[a-z0-9_]+$' }) : oneOf(codes);
  const message = Type.String({ minLength: 1, description: 'What is wrong and how to fix it.' });
  const errors = Type.Array(exactly({ code, message }), { minItems: 1 });
  return exactly({ message: Type.Literal('error'), errors });
}

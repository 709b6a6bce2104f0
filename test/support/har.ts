import { createRequire } from 'node:module';
import { Ajv, type ErrorObject } from 'ajv';
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import formats from 'ajv-formats';

// The package has no types.
const schemas = createRequire(import.meta.url)('har-schema') as Record<string, object>;
const ajv = new Ajv({ strict: false });
ajv.addMetaSchema(draft6);
formats.default(ajv);
ajv.addSchema(Object.values(schemas));

/** The mistakes in an HTTP Archive 1.2, by the schema of har-schema. */
export function harProblems(har: unknown): ErrorObject[] {
  const validate = ajv.getSchema('har.json');
  if (validate === undefined) throw new Error('har-schema has no har.json');
  return validate(har) === true ? [] : (validate.errors ?? []);
}

import type { Caret } from './json-text.js';

/** A JSON Schema as far as completions read it. */
export interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  type?: string;
  description?: string;
}

export interface Completion {
  text: string;
  about: string;
}

/** The completions at the caret: the fields of the object, or the values of the field. */
export function completionsAt(
  root: Schema,
  parts: Record<string, Schema>,
  { container, key, prefix }: Caret,
): Completion[] {
  const around = schemaAt(root, parts, container);
  const found =
    key === undefined
      ? alternatives(around, parts).flatMap(({ properties = {} }) =>
          Object.entries(properties).map(([text, { description = '' }]) => ({ text: `"${text}"`, about: description })),
        )
      : alternatives(child(around, parts, key), parts).flatMap(
          ({ enum: values = [], const: value, type, description = '' }) =>
            [...values, ...(value === undefined ? [] : [value]), ...(type === 'boolean' ? [true, false] : [])].map(
              (one) => ({
                text: JSON.stringify(one),
                about: description,
              }),
            ),
        );
  const wanted = prefix.toLowerCase();
  return found.filter(
    ({ text }) => text.replaceAll('"', '').toLowerCase().startsWith(wanted) && text !== `"${prefix}"`,
  );
}

function schemaAt(root: Schema, parts: Record<string, Schema>, path: string): Schema {
  const steps = path.match(/[^.[\]$]+/g) ?? [];
  return steps.reduce((schema, step) => child(schema, parts, step), root);
}

function child(schema: Schema, parts: Record<string, Schema>, step: string): Schema {
  for (const { properties, items, additionalProperties } of alternatives(schema, parts)) {
    const found =
      properties?.[step] ?? items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (found !== undefined) return found;
  }
  return {};
}

/** A schema without references, and each of its alternatives. */
function alternatives(schema: Schema, parts: Record<string, Schema>): Schema[] {
  const own = schema.$ref === undefined ? schema : (parts[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  return own.anyOf === undefined ? [own] : own.anyOf.flatMap((one) => alternatives(one, parts));
}

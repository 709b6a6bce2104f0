import type { TSchema } from '@sinclair/typebox';
import { FixtureFile } from '../../src/workspaces/fixture.js';

/** The JSON Schema of fixture files, as editors and validators read it. */
export function fixtureSchema(): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(FixtureFile)) as TSchema;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...(standard(plain) as object) };
}

/** Leaves out what is ours alone (`expected`), and writes a choice of texts in the form that editors complete best. */
function standard(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(standard);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== 'expected')
    .map(([key, child]: [string, unknown]) => {
      const texts = key === 'anyOf' ? textsOf(child as TSchema[]) : undefined;
      return texts === undefined ? [key, standard(child)] : ['enum', texts];
    });
  return Object.fromEntries(entries);
}

function textsOf(alternatives: TSchema[]): string[] | undefined {
  const texts = alternatives.map((alternative) => alternative['const'] as unknown);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

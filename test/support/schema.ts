import { standard } from '../../src/openapi/schemas.js';
import { FixtureFile } from '../../src/core/workspaces/fixture.js';

/** The JSON Schema of fixture files, as editors and validators read it. */
export function fixtureSchema(): Record<string, unknown> {
  const names = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'urn:braze-segments-mock:fixtures' };
  return { ...names, ...standard(FixtureFile) };
}

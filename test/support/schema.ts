import { standard } from '../../src/openapi/schemas.js';
import { FixtureFile } from '../../src/core/workspaces/fixture.js';

/** The JSON Schema of fixture files, as editors and validators read it. */
export function fixtureSchema(): Record<string, unknown> {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...standard(FixtureFile) };
}

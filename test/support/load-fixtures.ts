import { loadFixtureFiles } from '../../src/fixtures/load.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';

/** The workspaces of fixture files. */
export function loadFixtures(...given: Parameters<typeof loadFixtureFiles>): WorkspaceFixture[] {
  return loadFixtureFiles(...given).flatMap(({ workspaces }) => workspaces);
}

import standard from '../../fixtures/workspaces/default.json' with { type: 'json' };
import large from '../../fixtures/workspaces/large.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import type { WorkspaceFixture } from '../core/workspaces/fixture.js';

export const VERSION = manifest.version;

/** The built-in workspaces, served by default. Their files are in the code, so a bundle of the library has them too. */
export const BUILT_IN = /* @__PURE__ */ workspacesOf(standard, large);

/** The project's tests check these files against the schema of fixtures. */
function workspacesOf(...files: { workspaces: object[] }[]): WorkspaceFixture[] {
  return files.flatMap(({ workspaces }) => workspaces as WorkspaceFixture[]);
}

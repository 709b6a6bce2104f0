import { Mock } from '../core/mock.js';
import type { WorkspaceFixture } from '../core/workspaces/fixture.js';
import { realTime } from '../system/clock.js';
import { refuseOtherRuntimes } from './runtime.js';
import type { Settings } from './settings.js';

/** The mock of some settings, without a server. @throws ConfigurationError on a runtime that is not Node. */
export function makeMock(settings: Settings, workspaces: readonly WorkspaceFixture[]): Mock {
  refuseOtherRuntimes();
  return new Mock(settings, workspaces, realTime);
}

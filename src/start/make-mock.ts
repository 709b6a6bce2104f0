import { Mock } from '../core/mock.js';
import type { Content } from '../fixtures/load.js';
import { realTime } from '../system/clock.js';
import { refuseOtherRuntimes } from './runtime.js';
import type { Settings } from './settings.js';

/** The mock of some settings, without a server. @throws ConfigurationError on a runtime that is not Node. */
export function makeMock(settings: Settings, { workspaces, exchanges }: Content): Mock {
  refuseOtherRuntimes();
  return Object.assign(new Mock(settings, workspaces, realTime), { exchanges });
}

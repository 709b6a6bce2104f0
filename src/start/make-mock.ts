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

/** The workspaces without an API key in their fixture, each with its generated key. */
export function generatedKeys(mock: Mock): { name: string; key: string }[] {
  return mock.workspaces
    .all()
    .flatMap(({ name, template: { generatedKey: key } }) => (key === undefined ? [] : { name, key }));
}

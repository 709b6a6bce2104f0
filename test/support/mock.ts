import type { Clock } from '../../src/core/time/clock.js';
import { Mock, type MockSettings } from '../../src/core/mock.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { BUILT_IN } from '../../src/fixtures/built-in.js';
import { defaultSettings } from '../../src/start/settings.js';
import { realTime } from '../../src/system/clock.js';

/** A mock with the default settings and overrides; `clock` is its system clock. */
export function mockOf(
  settings: Partial<MockSettings> = {},
  workspaces: readonly WorkspaceFixture[] = BUILT_IN,
  clock: Clock = realTime.clock,
): Mock {
  return new Mock({ ...defaultSettings, ...settings }, workspaces, { ...realTime, clock });
}

import { frozenClock } from '../../src/clock.js';
import { toOrigin } from '../../src/mock.js';
import { JournalSpace } from '../../src/journal/journal.js';
import { documented } from '../../src/profiles/documented.js';
import type { Quota } from '../../src/rate-limit/allowance.js';
import { notFound } from '../../src/segments/catalogue.js';
import type { WorkspaceFixture } from '../../src/workspaces/fixture.js';
import { Workspace, type WorkspaceSurroundings } from '../../src/workspaces/workspace.js';

/** A workspace without a server around it, at the beginning of 1970. */
export function workspaceOf(fixture: Partial<WorkspaceFixture> = {}, quota: Quota | 'off' = 'off'): Workspace {
  return new Workspace(toOrigin({ name: 'w', ...fixture }), surroundings(quota));
}

/** What a server would give a workspace. */
export function surroundings(quota: Quota | 'off'): WorkspaceSurroundings {
  const clock = frozenClock(0);
  return {
    clock,
    driver: clock,
    profile: documented,
    quota,
    journalSize: 10,
    journalSpace: new JournalSpace(),
    seed: 'test',
    unknownSegments: notFound,
  };
}

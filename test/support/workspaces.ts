import { frozenClock } from '../../src/core/time/clock.js';
import { toTemplate } from '../../src/core/mock.js';
import { JournalSpace } from '../../src/core/journal/journal.js';
import { documented } from '../../src/core/profiles/documented.js';
import type { Quota } from '../../src/core/rate-limit/algorithm.js';
import { notFound } from '../../src/core/segments/catalogue.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { realTime } from '../../src/system/clock.js';
import { Workspace, type WorkspaceContext } from '../../src/core/workspaces/workspace.js';

/** A workspace without a server, at the start of 1970. */
export function workspaceOf(fixture: Partial<WorkspaceFixture> = {}, quota: Quota | 'off' = 'off'): Workspace {
  return new Workspace(toTemplate({ name: 'w', ...fixture }), surroundings(quota));
}

/** The server settings of a workspace. */
export function surroundings(quota: Quota | 'off'): WorkspaceContext {
  const clock = frozenClock(0);
  return {
    clock,
    realTime: { ...realTime, clock },
    profile: documented,
    quota,
    journalSize: 10,
    journalSpace: new JournalSpace(),
    seed: 'test',
    storyboards: [],
    unknownSegments: notFound,
  };
}

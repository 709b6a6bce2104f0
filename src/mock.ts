import { type Clock, frozenClock, systemClock } from './clock.js';
import { type Profile, profiles } from './profiles/profile.js';
import { Catalogue, generated, notFound, type UnknownSegments } from './segments/catalogue.js';
import { type Segment, toSegment } from './segments/segment.js';
import { type Series, seriesUnder } from './series/series.js';
import { frozenAt, type Settings } from './settings.js';
import type { WorkspaceFixture } from './workspaces/fixture.js';
import { Registry } from './workspaces/registry.js';
import { Workspace } from './workspaces/workspace.js';

/** What is served: the workspaces and what they share. It knows nothing of HTTP. */
export interface Mock {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Speaks before a workspace is known. */
  readonly profile: Profile;
  readonly workspaces: Registry;
  seriesOf(segment: Segment): Series;
}

/** Makes the mock from settings and the fixtures they name. `driver` is what the system clock reads. */
export function createMock(settings: Settings, fixtures: readonly WorkspaceFixture[], driver = systemClock): Mock {
  const at = frozenAt(settings);
  const clock = at === undefined ? driver : frozenClock(at);
  const profile = profiles.documented;
  const unknown = settings.unknownSegments === 'generate' ? generated(settings.seed) : notFound;
  const workspaces = new Registry();
  for (const fixture of fixtures) workspaces.add(createWorkspace(fixture, { settings, clock, profile, unknown }));
  return { settings, clock, profile, workspaces, seriesOf: seriesUnder(settings.seed) };
}

interface Shared {
  settings: Settings;
  clock: Clock;
  profile: Profile;
  unknown: UnknownSegments;
}

function createWorkspace(fixture: WorkspaceFixture, { settings, clock, profile, unknown }: Shared): Workspace {
  const segments = new Map((fixture.segments ?? []).map((segment) => [segment.id, toSegment(segment)]));
  const quota =
    settings.rateLimit === 'off' ? 'off' : { capacity: settings.rateLimit, refillPerHour: settings.rateLimit };
  return new Workspace(fixture, {
    clock,
    quota,
    profile: fixture.profile === undefined ? profile : profiles[fixture.profile],
    catalogue: new Catalogue(segments, unknown),
  });
}

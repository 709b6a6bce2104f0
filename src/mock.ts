import { type Clock, frozenClock, systemClock } from './clock.js';
import { ConfigurationError } from './configuration-error.js';
import { Journal } from './journal/journal.js';
import { type Profile, profiles } from './profiles/profile.js';
import { generated, notFound, type UnknownSegments } from './segments/catalogue.js';
import { type Segment, toSegment } from './segments/segment.js';
import { type Series, seriesUnder } from './series/series.js';
import { frozenAt, type Settings } from './settings.js';
import type { WorkspaceFixture } from './workspaces/fixture.js';
import { Registry } from './workspaces/registry.js';
import { type Origin, Workspace } from './workspaces/workspace.js';

/** What is served: the workspaces and what they share. It knows nothing of HTTP. */
export class Mock {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Speaks before a workspace is known. */
  readonly profile: Profile;
  readonly workspaces = new Registry();
  /** The requests that no workspace's key came with. */
  readonly journal: Journal;
  readonly seriesOf: (segment: Segment) => Series;
  readonly #driver: Clock;
  readonly #unknownSegments: UnknownSegments;
  #origins: Origin[];

  /** `driver` is what the system clock reads. */
  constructor(settings: Settings, fixtures: readonly WorkspaceFixture[], driver: Clock = systemClock) {
    const at = frozenAt(settings);
    this.settings = settings;
    this.clock = at === undefined ? driver : frozenClock(at);
    this.profile = profiles.documented;
    this.journal = new Journal(settings.journalSize);
    this.seriesOf = seriesUnder(settings.seed);
    this.#driver = driver;
    this.#unknownSegments = settings.unknownSegments === 'generate' ? generated(settings.seed) : notFound;
    this.#origins = fixtures.map(toOrigin);
    for (const origin of this.#origins) this.add(origin);
  }

  /** Makes a workspace and puts it among the others; its name and keys are free. */
  add(origin: Origin): Workspace {
    const { rateLimit, journalSize, seed } = this.settings;
    const workspace = new Workspace(origin, {
      clock: this.clock,
      driver: this.#driver,
      profile: origin.fixture.profile === undefined ? this.profile : profiles[origin.fixture.profile],
      quota: rateLimit === 'off' ? 'off' : { capacity: rateLimit, refillPerHour: rateLimit },
      journalSize,
      seed,
      unknownSegments: this.#unknownSegments,
    });
    this.workspaces.add(workspace);
    return workspace;
  }

  /** Takes one workspace back to how it was made, and the keys added since from it. */
  resetWorkspace(workspace: Workspace): void {
    this.workspaces.remove(workspace);
    workspace.reset();
    this.workspaces.add(workspace);
  }

  remove(workspace: Workspace): void {
    this.workspaces.remove(workspace);
    workspace.journal.close();
  }

  /** Returns to the fixtures: workspaces made at run time are gone, deleted ones are back. */
  reset(): void {
    for (const workspace of this.workspaces.all()) {
      if (this.#origins.includes(workspace.origin)) this.resetWorkspace(workspace);
      else this.remove(workspace);
    }
    for (const origin of this.#origins) if (this.workspaces.get(origin.fixture.name) === undefined) this.add(origin);
    this.journal.clear();
  }

  /**
   * Puts other fixtures in the place of some, whose workspaces alone start anew.
   * @throws ConfigurationError where a name or a key is that of a workspace made at run time.
   */
  replace(old: readonly WorkspaceFixture[], fixtures: readonly WorkspaceFixture[]): void {
    this.#refuseTaken(old, fixtures);
    for (const { name } of old) {
      const workspace = this.workspaces.get(name);
      if (workspace !== undefined) this.remove(workspace);
    }
    const added = fixtures.map(toOrigin);
    this.#origins = [...this.#origins.filter(({ fixture }) => !old.includes(fixture)), ...added];
    for (const origin of added) this.add(origin);
  }

  #refuseTaken(old: readonly WorkspaceFixture[], fixtures: readonly WorkspaceFixture[]): void {
    const leaving = new Set(old.map(({ name }) => name));
    const problems = fixtures.flatMap(({ name, apiKeys = [] }) => [
      ...(this.workspaces.get(name) === undefined || leaving.has(name) ? [] : [`the name ${name} is taken`]),
      ...apiKeys.flatMap(({ key }) => {
        const taken = this.workspaces.opened(key)?.workspace.name;
        return taken === undefined || leaving.has(taken) ? [] : [`an API key of ${name} opens ${taken} already`];
      }),
    ]);
    if (problems.length > 0) throw new ConfigurationError(problems);
  }
}

/** A fixture, its segments reckoned once for all workspaces made from it. */
export function toOrigin(fixture: WorkspaceFixture): Origin {
  return { fixture, segments: new Map((fixture.segments ?? []).map((segment) => [segment.id, toSegment(segment)])) };
}

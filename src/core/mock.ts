import { parseInstant } from './time/calendar.js';
import { type Clock, frozenClock } from './time/clock.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { BodyCache } from './endpoints/body-cache.js';
import { HeaderTexts } from './journal/header-texts.js';
import { Journal, JournalSpace } from './journal/journal.js';
import type { ProfileName } from './profiles/names.js';
import type { Profile } from './profiles/profile.js';
import { profiles } from './profiles/profiles.js';
import { generated, notFound, type UnknownSegments } from './segments/catalogue.js';
import { type Segment, toSegment } from './segments/segment.js';
import { type Series, seriesUnder, type Window } from './series/series.js';
import type { WorkspaceFixture } from './workspaces/fixture.js';
import { madeUpKey } from './workspaces/made-up-key.js';
import { Registry } from './workspaces/registry.js';
import { type Origin, Workspace } from './workspaces/workspace.js';

/** The settings on which the simulated service depends. */
export interface MockSettings {
  /** `system`, or the ISO 8601 instant at which the clock is frozen. */
  clock: string;
  seed: string;
  /** Of workspaces that have none of their own. */
  profile: ProfileName;
  /** Requests an hour for workspaces without a quota of their own. */
  rateLimit: number | 'off';
  /** Requests remembered for each workspace. */
  journalSize: number;
  unknownSegments: 'not-found' | 'generate';
  strictParameters: boolean;
  /** Whether `Prefer: code=…` is honoured. */
  prefer: boolean;
}

/** Real time, which the mock cannot read by itself. */
export interface RealTime {
  /** What the system clock reads. */
  clock: Clock;
  /** Milliseconds since some moment before the first call: durations are differences of two readings. */
  stopwatch: () => number;
}

/** What is served: the workspaces and what they share. It knows nothing of HTTP. */
export class Mock {
  readonly settings: MockSettings;
  readonly clock: Clock;
  /** Speaks before a workspace is known. */
  readonly profile: Profile;
  readonly workspaces = new Registry();
  /** Shared by all journals. */
  readonly journalSpace = new JournalSpace();
  /** The requests that no workspace's key came with. */
  readonly journal: Journal;
  readonly seriesOf: (segment: Segment) => Series;
  /** Real milliseconds since some moment: durations are differences of two. */
  readonly stopwatch: () => number;
  readonly headerTexts = new HeaderTexts();
  readonly #bodies = new BodyCache();
  readonly #driver: Clock;
  readonly #unknownSegments: UnknownSegments;
  #origins: Origin[];

  constructor(settings: MockSettings, fixtures: readonly WorkspaceFixture[], { clock, stopwatch }: RealTime) {
    const frozenAt = settings.clock === 'system' ? undefined : parseInstant(settings.clock);
    this.settings = settings;
    this.clock = frozenAt === undefined ? clock : frozenClock(frozenAt);
    this.stopwatch = stopwatch;
    this.profile = profiles[settings.profile];
    this.seriesOf = seriesUnder(settings.seed);
    this.#driver = clock;
    this.journal = new Journal(settings.journalSize, this.journalSpace);
    this.#unknownSegments = settings.unknownSegments === 'generate' ? generated(settings.seed) : notFound;
    this.#origins = this.#originsOf(fixtures, []);
    for (const origin of this.#origins) this.add(origin);
  }

  /** The body of a series reply, from the cache where dashboards ask again. */
  seriesBody(series: Series, profile: Profile, window: Window, available: Window): Uint8Array {
    return this.#bodies.body(series, profile, window, available);
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
      journalSpace: this.journalSpace,
      seed,
      unknownSegments: this.#unknownSegments,
    });
    this.workspaces.add(workspace);
    return workspace;
  }

  /** Takes one workspace back to how it was made, and the keys added since from it. */
  resetWorkspace(workspace: Workspace): void {
    this.workspaces.removeKeys(workspace);
    workspace.reset();
    this.workspaces.add(workspace);
  }

  remove(workspace: Workspace): void {
    this.workspaces.remove(workspace);
    workspace.journal.close();
  }

  /** Returns to the fixtures: workspaces made at run time are gone, deleted ones are back. */
  reset(): void {
    const living = this.workspaces.all();
    for (const workspace of living) {
      this.workspaces.remove(workspace);
      if (this.#origins.includes(workspace.origin)) workspace.reset();
      else workspace.journal.close();
    }
    for (const origin of this.#origins) {
      const workspace = living.find((one) => one.origin === origin);
      if (workspace === undefined) this.add(origin);
      else this.workspaces.add(workspace);
    }
    this.journal.clear();
  }

  /**
   * Puts other fixtures in the place of all, in their order. Those that were there before, the very same objects,
   * leave their workspaces as they are; so do the workspaces made at run time.
   * @throws ConfigurationError where a name or a key is that of a workspace made at run time.
   */
  replace(fixtures: readonly WorkspaceFixture[]): void {
    const before = this.#origins;
    const origins = this.#originsOf(fixtures, before);
    const leaves = ({ origin }: Workspace) => before.includes(origin) && !origins.includes(origin);
    const come = origins.filter((origin) => !before.includes(origin));
    this.#refuseTaken(come, leaves);
    const living = this.workspaces.all();
    const staying = living.filter((workspace) => !leaves(workspace));
    for (const workspace of living) this.workspaces.remove(workspace);
    for (const workspace of living.filter(leaves)) workspace.journal.close();
    for (const origin of origins) {
      const workspace = staying.find((one) => one.origin === origin);
      if (workspace !== undefined) this.workspaces.add(workspace);
      else if (come.includes(origin)) this.add(origin);
    }
    for (const workspace of staying) this.workspaces.add(workspace);
    this.#origins = origins;
  }

  /** What the fixtures describe, those there before unchanged; every workspace has a key that opens it. */
  #originsOf(fixtures: readonly WorkspaceFixture[], before: readonly Origin[]): Origin[] {
    const given = new Set(fixtures.flatMap(({ apiKeys = [] }) => apiKeys.map(({ key }) => key)));
    return fixtures.map((fixture) => {
      const known = before.find((origin) => origin.fixture === fixture);
      if (known !== undefined) return known;
      const origin = toOrigin(fixture);
      if ((fixture.apiKeys ?? []).length > 0) return origin;
      return { ...origin, madeUpKey: madeUpKey(this.settings.seed, fixture.name, (key) => given.has(key)) };
    });
  }

  #refuseTaken(come: readonly Origin[], leaves: (workspace: Workspace) => boolean): void {
    const isTaken = (workspace: Workspace | undefined) => workspace !== undefined && !leaves(workspace);
    const problems = come.flatMap(({ fixture: { name, apiKeys = [] }, madeUpKey: madeUp }) => [
      ...(isTaken(this.workspaces.get(name)) ? [`the name ${name} is that of a workspace made at run time`] : []),
      ...[...apiKeys.map(({ key }) => key), ...(madeUp === undefined ? [] : [madeUp])].flatMap((key) => {
        const workspace = this.workspaces.opened(key)?.workspace;
        return isTaken(workspace) ? [`an API key of ${name} opens ${workspace?.name ?? ''} already`] : [];
      }),
    ]);
    if (problems.length > 0) throw new ConfigurationError(problems);
  }
}

/** A fixture, its segments reckoned once for all workspaces made from it. */
export function toOrigin(fixture: WorkspaceFixture): Origin {
  return { fixture, segments: new Map((fixture.segments ?? []).map((segment) => [segment.id, toSegment(segment)])) };
}

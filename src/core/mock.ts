import { Conduct } from './conduct/conduct.js';
import { dayOf, parseInstant } from './time/calendar.js';
import { type Clock, frozenClock, type RealTime } from './time/clock.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { BodyCache } from './endpoints/body-cache.js';
import { Exchanges } from './exchanges/exchanges.js';
import { HeaderTexts } from './journal/header-texts.js';
import { Journal, JournalSpace } from './journal/journal.js';
import type { ProfileName } from './profiles/names.js';
import type { Profile } from './profiles/profile.js';
import { profiles } from './profiles/profiles.js';
import { generated, notFound, type UnknownSegments } from './segments/catalogue.js';
import type { Segment } from './segments/segment.js';
import { toSegments } from './segments/subsets.js';
import { type Series, seriesUnder } from './series/series.js';
import type { WorkspaceFixture } from './workspaces/fixture.js';
import { generatedKey } from './workspaces/generated-key.js';
import { Registry } from './workspaces/registry.js';
import { type WorkspaceTemplate, Workspace } from './workspaces/workspace.js';

export interface MockSettings {
  /** `system`, or the ISO 8601 instant at which the clock is frozen. */
  clock: string;
  seed: string;
  /** Profile of workspaces without one of their own. */
  profile: ProfileName;
  /** Requests per hour for workspaces without a quota of their own. */
  rateLimit: number | 'off';
  /** Requests kept in the journal of each workspace. */
  journalSize: number;
  unknownSegments: 'not-found' | 'generate';
  strictParameters: boolean;
  prefer: boolean;
  /** The built-in storyboard that workspaces without storyboards of their own begin with. */
  storyboard?: string | undefined;
  /** Whether the page /__mock/ui is left out with the control API. */
  noControl?: boolean;
  /** Path above all endpoints, such as `/v1`. Default: none. */
  basePath?: string | undefined;
}

/** The simulated service: the workspaces and what they share. It does not depend on HTTP. */
export class Mock {
  readonly settings: MockSettings;
  readonly clock: Clock;
  /** The profile of replies before a workspace is known. */
  readonly profile: Profile;
  readonly workspaces: Registry;
  readonly journalSpace = new JournalSpace();
  /** Requests without a key of any workspace. */
  readonly journal: Journal;
  /** That of these requests. */
  readonly conduct: Conduct;
  readonly seriesOf: (segment: Segment) => Series;
  /** Real milliseconds since an arbitrary moment; only differences are meaningful. */
  readonly stopwatch: () => number;
  readonly headerTexts = new HeaderTexts();
  readonly seriesBodies = new BodyCache();
  /** Replies to be sent as they were recorded. */
  exchanges = new Exchanges();
  /** How many resets there were, of a workspace or of everything. */
  resets = 0;
  readonly #realTime: RealTime;
  readonly #unknownSegments: UnknownSegments;
  #templates: WorkspaceTemplate[];

  constructor(settings: MockSettings, fixtures: readonly WorkspaceFixture[], realTime: RealTime) {
    const { clock, stopwatch } = realTime;
    const frozenAt = settings.clock === 'system' ? undefined : parseInstant(settings.clock);
    this.settings = settings;
    this.workspaces = new Registry(settings.basePath);
    this.clock = frozenAt === undefined ? clock : frozenClock(frozenAt);
    this.stopwatch = stopwatch;
    this.profile = profiles[settings.profile];
    this.seriesOf = seriesUnder(settings.seed);
    this.#realTime = realTime;
    this.conduct = new Conduct({
      ...realTime,
      clock: this.clock,
      wallClock: clock,
      faults: () => [],
      lastDay: dayOf,
    });
    this.journal = new Journal(settings.journalSize, this.journalSpace, this.conduct);
    this.#unknownSegments = settings.unknownSegments === 'generate' ? generated(settings.seed) : notFound;
    this.#templates = this.#templatesOf(fixtures, []);
    for (const template of this.#templates) this.add(template);
  }

  /** Creates and adds a workspace. The caller checks that its name and keys are free. */
  add(template: WorkspaceTemplate): Workspace {
    const { rateLimit, journalSize, seed, storyboard } = this.settings;
    const workspace = new Workspace(template, {
      clock: this.clock,
      realTime: this.#realTime,
      profile: template.fixture.profile === undefined ? this.profile : profiles[template.fixture.profile],
      quota: rateLimit === 'off' ? 'off' : { capacity: rateLimit, refillPerHour: rateLimit },
      journalSize,
      journalSpace: this.journalSpace,
      seed,
      unknownSegments: this.#unknownSegments,
      storyboards: storyboard === undefined ? [] : [storyboard],
    });
    this.workspaces.add(workspace);
    return workspace;
  }

  /** Adds a workspace, in place of one of the same name. The caller checks that its keys are free. */
  put(template: WorkspaceTemplate): Workspace {
    const replaced = this.workspaces.get(template.fixture.name);
    if (replaced === undefined) return this.add(template);
    this.workspaces.removeKeys(replaced);
    return this.#replace(replaced, template, ++this.resets);
  }

  /** Puts a new workspace in the place of another; requests in flight to that one count for nothing here. */
  #replace(replaced: Workspace | undefined, template: WorkspaceTemplate, resets: number): Workspace {
    const workspace = this.add(template);
    workspace.journal.reset(resets);
    replaced?.journal.close();
    if (replaced !== undefined) replaced.replacement = workspace;
    return workspace;
  }

  /** Resets a workspace to its template, and removes the keys added since. */
  resetWorkspace(workspace: Workspace): void {
    this.workspaces.removeKeys(workspace);
    workspace.reset(++this.resets);
    this.workspaces.add(workspace);
  }

  remove(workspace: Workspace): void {
    this.workspaces.remove(workspace);
    workspace.journal.close();
  }

  /** Returns to the fixtures: removes workspaces created at run time and restores deleted ones. */
  reset(): void {
    const resets = ++this.resets;
    const existing = this.workspaces.all();
    for (const workspace of existing) {
      this.workspaces.remove(workspace);
      if (this.#templates.includes(workspace.template)) workspace.reset(resets);
      else workspace.journal.close();
    }
    for (const template of this.#templates) {
      const workspace = existing.find((one) => one.template === template);
      const put = existing.find(({ name }) => name === template.fixture.name);
      if (workspace === undefined) this.#replace(put, template, resets);
      else this.workspaces.add(workspace);
    }
    this.journal.reset(resets);
  }

  /**
   * Replaces all fixtures. Fixtures that are the same object as before keep their workspaces unchanged, and workspaces
   * created at run time stay.
   * @throws ConfigurationError if a name or a key belongs to a workspace created at run time.
   */
  replace(fixtures: readonly WorkspaceFixture[]): void {
    const before = this.#templates;
    const templates = this.#templatesOf(fixtures, before);
    const isRemoved = ({ template }: Workspace) => before.includes(template) && !templates.includes(template);
    const added = templates.filter((template) => !before.includes(template));
    this.#refuseTaken(added, isRemoved);
    const existing = this.workspaces.all();
    const staying = existing.filter((workspace) => !isRemoved(workspace));
    for (const workspace of existing) this.workspaces.remove(workspace);
    for (const workspace of existing.filter(isRemoved)) workspace.journal.close();
    for (const template of templates) {
      const workspace = staying.find((one) => one.template === template);
      if (workspace !== undefined) this.workspaces.add(workspace);
      else if (added.includes(template)) this.add(template);
    }
    for (const workspace of staying) this.workspaces.add(workspace);
    this.#templates = templates;
  }

  /** The templates of the fixtures. Known fixtures keep theirs, and those without an API key get a generated one. */
  #templatesOf(fixtures: readonly WorkspaceFixture[], before: readonly WorkspaceTemplate[]): WorkspaceTemplate[] {
    const given = new Set(fixtures.flatMap(({ apiKeys = [] }) => apiKeys.map(({ key }) => key)));
    return fixtures.map((fixture) => {
      const known = before.find((template) => template.fixture === fixture);
      if (known !== undefined) return known;
      const template = toTemplate(fixture);
      if ((fixture.apiKeys ?? []).length > 0) return template;
      return { ...template, generatedKey: generatedKey(this.settings.seed, fixture.name, (key) => given.has(key)) };
    });
  }

  #refuseTaken(added: readonly WorkspaceTemplate[], isRemoved: (workspace: Workspace) => boolean): void {
    const isTaken = (workspace: Workspace | undefined) => workspace !== undefined && !isRemoved(workspace);
    const problems = added.flatMap(({ fixture: { name, apiKeys = [] }, generatedKey: own }) => [
      ...(isTaken(this.workspaces.get(name)) ? [`the name ${name} is that of a workspace created at run time`] : []),
      ...[...apiKeys.map(({ key }) => key), ...(own === undefined ? [] : [own])].flatMap((key) => {
        const workspace = this.workspaces.openedBy(key)?.workspace;
        return isTaken(workspace) ? [`an API key of ${name} opens ${workspace?.name ?? ''} already`] : [];
      }),
    ]);
    if (problems.length > 0) throw new ConfigurationError(problems);
  }
}

/** Creates a template. Its segments are built once for all workspaces created from it. */
export function toTemplate(fixture: WorkspaceFixture): WorkspaceTemplate {
  return { fixture, segments: toSegments(fixture.segments ?? []) };
}

import { Conduct } from '../conduct/conduct.js';
import { redactKey } from '../../schema/secrets.js';
import { type Clock, clockOf, type RealTime, SettableClock } from '../time/clock.js';
import { parseDuration } from '../time/duration.js';
import { Faults } from '../faults/faults.js';
import { toNamedFaults } from '../faults/storyboards.js';
import { Journal, type JournalSpace } from '../journal/journal.js';
import type { Profile } from '../profiles/profile.js';
import type { Quota } from '../rate-limit/algorithm.js';
import { Limiter } from '../rate-limit/limiter.js';
import { Catalogue, type UnknownSegments } from '../segments/catalogue.js';
import type { Segment } from '../segments/segment.js';
import { dayOf, type Instant } from '../time/calendar.js';
import type { Window } from '../series/series.js';
import { apiKeyDefaults, type Permission, type WorkspaceFixture, workspaceDefaults } from './fixture.js';
import type { InstanceName } from './instances.js';

/** An API key; it opens one workspace. */
export interface ApiKey {
  key: string;
  permissions: ReadonlySet<Permission>;
  hint: string;
}

/** What a workspace is created from and reset to. Immutable, and shared by all workspaces created from it. */
export interface WorkspaceTemplate {
  fixture: WorkspaceFixture;
  segments: ReadonlyMap<string, Segment>;
  /** Its API key if the fixture has none. */
  generatedKey?: string;
}

/** What the mock provides to its workspaces: defaults and shared parts. */
export interface WorkspaceContext {
  clock: Clock;
  /** Running clocks are derived from its clock. */
  realTime: RealTime;
  profile: Profile;
  quota: Quota | 'off';
  journalSize: number;
  journalSpace: JournalSpace;
  seed: string;
  unknownSegments: UnknownSegments;
  /** Played by workspaces without storyboards of their own. */
  storyboards: readonly string[];
}

/** The tenant: it owns everything that can differ between two test suites. */
export class Workspace {
  readonly template: WorkspaceTemplate;
  readonly name: string;
  /** The workspace that took its place under its name, if one did. */
  replacement: Workspace | undefined = undefined;
  readonly instance: InstanceName | undefined;
  readonly clock: SettableClock;
  readonly limiter: Limiter;
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly conduct: Conduct;
  readonly apiKeys = new Map<string, ApiKey>();
  /** How to undo the provider states that were set up, by name, the last setup last. */
  readonly setups = new Map<string, (() => void)[]>();
  readonly #originalProfile: Profile;
  readonly #retentionDays: number | undefined;
  readonly #processingDelay: number;
  #profile: Profile;

  constructor(template: WorkspaceTemplate, context: WorkspaceContext) {
    const fixture = { ...workspaceDefaults, ...template.fixture };
    this.template = template;
    this.name = fixture.name;
    this.instance = fixture.instance;
    this.#profile = context.profile;
    this.#originalProfile = context.profile;
    this.clock = new SettableClock(
      () => startingClock(fixture.clock, context),
      context.realTime.clock,
      (from, to) => this.limiter.stepBack(from, to),
    );
    const quota = fixture.rateLimit === undefined ? context.quota : toQuota(fixture.rateLimit);
    this.limiter = new Limiter(quota, context.profile.rateLimitAlgorithm);
    this.catalogue = new Catalogue(template.segments, context.unknownSegments);
    this.faults = new Faults(
      { faults: fixture.faults, storyboards: toNamedFaults(fixture.storyboards ?? context.storyboards) },
      context.seed,
      () => this.clock.now(),
      (drains) => this.limiter.setDrains(drains, this.clock.now()),
    );
    this.conduct = new Conduct(
      {
        ...context.realTime,
        clock: this.clock,
        wallClock: context.realTime.clock,
        faults: () => this.faults.phases(),
        lastDay: (now) => this.availableDays(now).last,
      },
      this.name,
    );
    const journalSize = fixture.journalSize ?? context.journalSize;
    this.journal = new Journal(journalSize, context.journalSpace, this.conduct);
    this.#retentionDays = fixture.retentionDays;
    this.#processingDelay = parseDuration(fixture.processingDelay) ?? 0;
    this.#addOriginalKeys();
  }

  /** The days whose snapshots are available: already processed and still retained. */
  availableDays(now: Instant): Window {
    return {
      first: this.#retentionDays === undefined ? -Infinity : dayOf(now) - this.#retentionDays,
      last: dayOf(now - this.#processingDelay),
    };
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** Switches the profile. The rate limit starts full if the new profile has another algorithm. */
  set profile(profile: Profile) {
    this.#profile = profile;
    this.limiter.setAlgorithm(profile.rateLimitAlgorithm, this.clock.now());
  }

  addKey(key: string, permissions: readonly Permission[] = apiKeyDefaults.permissions): ApiKey {
    const apiKey = { key, permissions: new Set(permissions), hint: redactKey(key) };
    this.apiKeys.set(key, apiKey);
    return apiKey;
  }

  /** Resets API keys, profile, clock, limit, segments, faults and journal to the template; `resets` as in `Journal`. */
  reset(resets: number): void {
    // First, because what its clients did is judged by the faults as they were.
    this.journal.reset(resets);
    this.apiKeys.clear();
    this.#addOriginalKeys();
    this.profile = this.#originalProfile;
    this.clock.reset();
    this.limiter.reset();
    this.catalogue.reset();
    this.faults.reset();
    this.setups.clear();
  }

  #addOriginalKeys(): void {
    const { fixture, generatedKey } = this.template;
    for (const { key, permissions } of fixture.apiKeys ?? []) this.addKey(key, permissions);
    if (generatedKey !== undefined) this.addKey(generatedKey);
  }
}

function startingClock(setting: WorkspaceFixture['clock'], { clock, realTime }: WorkspaceContext): Clock {
  if (setting === undefined) return clock;
  if (setting === 'system') return realTime.clock;
  return clockOf(typeof setting === 'object' ? setting : { now: setting, frozen: true }, clock, realTime.clock);
}

function toQuota(rateLimit: NonNullable<WorkspaceFixture['rateLimit']>): Quota | 'off' {
  if (rateLimit === 'off') return 'off';
  const { capacity, refillPerHour } = rateLimit;
  return { capacity: (capacity ?? refillPerHour) as number, refillPerHour: (refillPerHour ?? capacity) as number };
}

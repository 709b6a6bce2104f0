import { type Clock, clockOf, frozenClock, SettableClock } from '../time/clock.js';
import { parseDuration } from '../time/duration.js';
import { Faults } from '../faults/faults.js';
import { Journal, type JournalSpace } from '../journal/journal.js';
import type { Profile } from '../profiles/profile.js';
import type { Quota } from '../rate-limit/algorithm.js';
import { Limiter } from '../rate-limit/limiter.js';
import { Catalogue, type UnknownSegments } from '../segments/catalogue.js';
import type { Segment } from '../segments/segment.js';
import { dayOf, type Instant, parseInstant } from '../time/calendar.js';
import type { Window } from '../series/series.js';
import { apiKeyDefaults, type Permission, type WorkspaceFixture, workspaceDefaults } from './fixture.js';
import type { InstanceName } from './instances.js';

/** Opens one workspace. */
export interface ApiKey {
  key: string;
  permissions: ReadonlySet<Permission>;
}

/** How a workspace was made, and so what a reset takes it back to. Immutable, and shared by those made from it. */
export interface Origin {
  fixture: WorkspaceFixture;
  segments: ReadonlyMap<string, Segment>;
  /** Its API key, where the fixture has none. */
  madeUpKey?: string;
}

/** What the server gives a workspace that its fixture does not. */
export interface WorkspaceSurroundings {
  clock: Clock;
  /** What running clocks run on. */
  driver: Clock;
  profile: Profile;
  quota: Quota | 'off';
  journalSize: number;
  /** Shared by all journals. */
  journalSpace: JournalSpace;
  seed: string;
  unknownSegments: UnknownSegments;
}

/** The tenant: everything that can differ between two test suites hangs on it. */
export class Workspace {
  readonly origin: Origin;
  readonly name: string;
  readonly instance: InstanceName | undefined;
  readonly clock: SettableClock;
  readonly limiter: Limiter;
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly apiKeys = new Map<string, ApiKey>();
  readonly #originalProfile: Profile;
  readonly #retentionDays: number | undefined;
  readonly #processingDelay: number;
  #profile: Profile;

  constructor(origin: Origin, surroundings: WorkspaceSurroundings) {
    const given = { ...workspaceDefaults, ...origin.fixture };
    this.origin = origin;
    this.name = given.name;
    this.instance = given.instance;
    this.#profile = surroundings.profile;
    this.#originalProfile = surroundings.profile;
    this.clock = new SettableClock(() => startingClock(given.clock, surroundings), surroundings.driver);
    this.limiter = new Limiter(
      given.rateLimit === undefined ? surroundings.quota : toQuota(given.rateLimit),
      surroundings.profile.allowance,
    );
    this.catalogue = new Catalogue(origin.segments, surroundings.unknownSegments);
    this.faults = new Faults(given.faults, surroundings.seed);
    this.journal = new Journal(given.journalSize ?? surroundings.journalSize, surroundings.journalSpace);
    this.#retentionDays = given.retentionDays;
    this.#processingDelay = parseDuration(given.processingDelay) ?? 0;
    this.#addOriginalKeys();
  }

  /** The days whose snapshots callers can have: processed already, and retained still. */
  availableDays(now: Instant): Window {
    return {
      first: this.#retentionDays === undefined ? -Infinity : dayOf(now) - this.#retentionDays,
      last: dayOf(now - this.#processingDelay),
    };
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** Words replies in another way from now on; a limit that the profile keeps in another way starts anew. */
  set profile(profile: Profile) {
    this.#profile = profile;
    this.limiter.keepAs(profile.allowance);
  }

  addKey(key: string, permissions: readonly Permission[] = apiKeyDefaults.permissions): ApiKey {
    const apiKey = { key, permissions: new Set(permissions) };
    this.apiKeys.set(key, apiKey);
    return apiKey;
  }

  /** Takes API keys, clock, limit, segments, faults and journal back to how the workspace was made. */
  reset(): void {
    this.apiKeys.clear();
    this.#addOriginalKeys();
    this.profile = this.#originalProfile;
    this.clock.reset();
    this.limiter.reset();
    this.catalogue.reset();
    this.faults.reset();
    this.journal.clear();
  }

  #addOriginalKeys(): void {
    const { fixture, madeUpKey } = this.origin;
    for (const { key, permissions } of fixture.apiKeys ?? []) this.addKey(key, permissions);
    if (madeUpKey !== undefined) this.addKey(madeUpKey);
  }
}

function startingClock(given: WorkspaceFixture['clock'], { clock, driver }: WorkspaceSurroundings): Clock {
  if (given === undefined) return clock;
  if (given === 'system') return driver;
  if (typeof given === 'object') return clockOf(given, clock, driver);
  return frozenClock(parseInstant(given) ?? clock.now());
}

function toQuota(rateLimit: NonNullable<WorkspaceFixture['rateLimit']>): Quota | 'off' {
  if (rateLimit === 'off') return 'off';
  const { capacity, refillPerHour } = rateLimit;
  return { capacity: (capacity ?? refillPerHour) as number, refillPerHour: (refillPerHour ?? capacity) as number };
}

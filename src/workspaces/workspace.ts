import type { Clock } from '../clock.js';
import { parseDuration } from '../duration.js';
import type { Profile } from '../profiles/profile.js';
import { type Bucket, type Decision, fullBucket, look, type Quota, take } from '../rate-limit/bucket.js';
import type { Catalogue } from '../segments/catalogue.js';
import { dayOf, type Instant } from '../series/calendar.js';
import type { Window } from '../series/series.js';
import type { FaultPlan } from '../faults/fault.js';
import type { Permission, WorkspaceFixture } from './fixture.js';
import { apiKeyDefaults, workspaceDefaults } from './fixture.js';
import type { InstanceName } from './instances.js';

/** Opens one workspace. */
export interface ApiKey {
  key: string;
  permissions: ReadonlySet<Permission>;
}

/** What the server gives a workspace that its fixture does not. */
export interface WorkspaceSurroundings {
  clock: Clock;
  profile: Profile;
  quota: Quota | 'off';
  catalogue: Catalogue;
}

/** The tenant: everything that can differ between two test suites hangs on it. */
export class Workspace {
  readonly name: string;
  readonly instance: InstanceName | undefined;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly apiKeys: readonly ApiKey[];
  readonly faults: readonly FaultPlan[];
  readonly #retentionDays: number | undefined;
  readonly #processingDelay: number;
  readonly #quota: Quota | 'off';
  #bucket: Bucket | undefined;

  constructor(fixture: WorkspaceFixture, { clock, profile, quota, catalogue }: WorkspaceSurroundings) {
    const given = { ...workspaceDefaults, ...fixture };
    this.name = given.name;
    this.instance = given.instance;
    this.profile = profile;
    this.clock = clock;
    this.catalogue = catalogue;
    this.faults = given.faults;
    this.apiKeys = given.apiKeys.map(({ key, permissions = apiKeyDefaults.permissions }) => ({
      key,
      permissions: new Set(permissions),
    }));
    this.#retentionDays = given.retentionDays;
    this.#processingDelay = parseDuration(given.processingDelay) ?? 0;
    this.#quota = given.rateLimit === undefined ? quota : toQuota(given.rateLimit);
  }

  /** The days whose snapshots callers can have: processed already, and retained still. */
  availableDays(now: Instant): Window {
    return {
      first: this.#retentionDays === undefined ? -Infinity : dayOf(now) - this.#retentionDays,
      last: dayOf(now - this.#processingDelay),
    };
  }

  /** Takes a token for a request; `undefined` where there is no limit. */
  takeToken(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    const { bucket, decision } = take(this.#bucket ?? fullBucket(this.#quota, now), this.#quota, now);
    this.#bucket = bucket;
    return decision;
  }

  /** What a request that takes no token is told of the limit. */
  lookAtLimit(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    return look(this.#bucket ?? fullBucket(this.#quota, now), this.#quota, now);
  }
}

function toQuota(rateLimit: NonNullable<WorkspaceFixture['rateLimit']>): Quota | 'off' {
  if (rateLimit === 'off') return 'off';
  const { capacity, refillPerHour } = rateLimit;
  return { capacity: (capacity ?? refillPerHour) as number, refillPerHour: (refillPerHour ?? capacity) as number };
}

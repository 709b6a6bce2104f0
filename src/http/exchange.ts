import type { FaultPlan } from '../faults/fault.js';
import type { Instant } from '../series/calendar.js';
import type { Decision } from '../rate-limit/bucket.js';
import type { Profile } from '../profiles/profile.js';
import type { ApiKey, Workspace } from '../workspaces/workspace.js';
import type { Parameter } from './query.js';

/** One request and its reply: what the checks have found out so far. Each check adds, none takes back. */
export interface Exchange {
  /** Real milliseconds, for durations. */
  readonly startedAt: number;
  /** Words the reply: the server's profile, until a workspace is known. */
  profile: Profile;
  parameters: readonly Parameter[];
  /** The API key as sent. */
  presentedKey?: string;
  /** The workspace that the key opens, and its clock's now: read once. */
  opened?: { workspace: Workspace; apiKey: ApiKey; now: Instant };
  limit?: { decision: Decision; retryAfterSeconds: number };
  /** The planned fault that struck. */
  fault?: FaultPlan;
  /** Why it was answered so: `success`, the first error code, or `fault`. */
  outcome: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
  interface FastifyContextConfig {
    /** The permission that a key needs for this endpoint. */
    permission?: import('../workspaces/fixture.js').Permission;
  }
}

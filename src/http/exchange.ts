import type { TObject } from '@sinclair/typebox';
import type { Strike } from '../faults/faults.js';
import type { Profile } from '../profiles/profile.js';
import type { Decision } from '../rate-limit/allowance.js';
import type { Instant } from '../series/calendar.js';
import type { Permission } from '../workspaces/fixture.js';
import type { ApiKey, Workspace } from '../workspaces/workspace.js';
import type { Parameter } from './parameters.js';
import type { Refusal } from '../refusals/refusals.js';
import { codeOf } from '../refusals/sentences.js';

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
  /** How many faults were planned when it came. */
  faultsPlanned?: number;
  /** The status that the request preferred and got. */
  preferred?: number;
  /** The planned fault that struck. */
  strike?: Strike;
  /** Whether a data fault spoilt the series that was sent. */
  spoilt?: boolean;
  /** What was answered instead of a success. */
  refusal?: Refusal;
}

/** Why a request was answered so: `success`, the first error code, or `fault`. */
export function outcomeOf({ strike, refusal }: Exchange): string {
  if (strike !== undefined && !isDelayAlone(strike)) return 'fault';
  return refusal === undefined ? 'success' : codeOf(refusal.reasons[0]);
}

function isDelayAlone({ effect }: Strike): boolean {
  return Object.keys(effect).every((name) => name === 'delay');
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
  interface FastifyContextConfig {
    /** The permission that a key needs for this endpoint. */
    permission?: Permission;
    /** The query parameters that this endpoint knows. */
    parameters?: TObject;
  }
}

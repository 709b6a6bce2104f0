import type { TObject } from '@sinclair/typebox';
import type { Strike } from '../../core/faults/faults.js';
import type { Answer, Profile } from '../../core/profiles/profile.js';
import type { Decision } from '../../core/rate-limit/algorithm.js';
import type { Instant } from '../../core/time/calendar.js';
import { monotonicNow } from '../../system/real-time.js';
import type { Permission } from '../../core/workspaces/fixture.js';
import type { ApiKey, Workspace } from '../../core/workspaces/workspace.js';
import type { Parameter } from './parameters.js';
import { isControlPath, plainPath } from './paths.js';
import type { Refusal } from '../../core/refusals/codes.js';
import { codeOf } from '../../core/refusals/messages.js';

/** What the endpoints that imitate Braze's differ in for the checks that they share. */
export interface Endpoint {
  /** What a key needs. */
  permission: Permission;
  /** The query parameters that it knows. */
  parameters: TObject;
  /** What it answers with, as the profiles word it. */
  answer: Answer;
}

/** The workspace that a key opens, and its clock's now: read once. */
export interface Opened {
  workspace: Workspace;
  apiKey: ApiKey;
  now: Instant;
}

/** One request and its reply: what the checks have found out so far. Each check adds, none takes back. */
export class Exchange {
  /** Real milliseconds, for durations. */
  readonly startedAt = monotonicNow();
  /** Its path as the router reads it. */
  readonly path: string;
  readonly isControl: boolean;
  /** The endpoint that it is for, if there is such a one. */
  endpoint: Endpoint | undefined = undefined;
  /** Words the reply: the server's profile, until a workspace is known. */
  profile: Profile;
  parameters: readonly Parameter[] = [];
  /** The API key as sent. */
  presentedKey: string | undefined = undefined;
  opened: Opened | undefined = undefined;
  /** Where the workspace's limit stands, if it has one. */
  limit: Decision | undefined = undefined;
  /** Real seconds until it lets another request pass. */
  retryAfterSeconds = 1;
  /** How many faults were planned when it came. */
  faultsPlanned: number | undefined = undefined;
  /** The status that the request preferred and got. */
  preferred: number | undefined = undefined;
  /** The planned fault that struck. */
  strike: Strike | undefined = undefined;
  /** Whether a data fault spoilt the series that was sent. */
  spoilt = false;
  /** What was answered instead of a success. */
  refusal: Refusal | undefined = undefined;

  constructor(url: string, profile: Profile) {
    this.path = plainPath(url);
    this.isControl = isControlPath(this.path);
    this.profile = profile;
  }
}

/**
 * Why a request was answered so: `success`, the first error code, or `fault`; `unanswered` where its connection
 * ended before there was a reply. `status` is that of the reply, if there was one.
 */
export function outcomeOf(
  { strike, refusal }: { strike: Pick<Strike, 'effect'> | undefined; refusal: Pick<Refusal, 'reasons'> | undefined },
  status: number | undefined,
): string {
  if (strike !== undefined && !isDelayAlone(strike)) return 'fault';
  if (refusal !== undefined) return codeOf(refusal.reasons[0]);
  return status === undefined ? 'unanswered' : 'success';
}

function isDelayAlone({ effect }: Pick<Strike, 'effect'>): boolean {
  return Object.keys(effect).every((name) => name === 'delay');
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
  /** What a route says of its endpoint. */
  interface FastifyContextConfig extends Partial<Endpoint> {}
}

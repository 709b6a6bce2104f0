import type { TObject } from '@sinclair/typebox';
import type { RecordedReply } from './exchanges/exchanges.js';
import type { Strike } from './faults/planned-fault.js';
import type { Journal } from './journal/journal.js';
import type { Warning } from './journal/trace.js';
import type { Mock } from './mock.js';
import type { Answer, Body, Profile } from './profiles/profile.js';
import type { Decision } from './rate-limit/algorithm.js';
import type { ServiceRequest, Subject } from './request.js';
import type { Segment } from './segments/segment.js';
import type { Days } from './series/days.js';
import type { Window } from './series/series.js';
import type { Instant } from './time/calendar.js';
import type { Permission } from './workspaces/fixture.js';
import type { ApiKey, Workspace } from './workspaces/workspace.js';
import type { Parameter } from './endpoints/parameters.js';

/** The parsed parameters of a request; `segmentId` if the endpoint is about a segment. */
export interface Query {
  segmentId?: string;
  /** The days asked for, where the endpoint answers with a series. */
  window?: Window;
}

export interface Endpoint<Q extends Query = Query> {
  readonly path: `/${string}`;
  readonly permission: Permission;
  readonly parameters: TObject;
  readonly subject: Subject;
  /** The kind of success, which the profile turns into a body. */
  readonly answer: Answer;
  /** @throws Refusal with every problem of the parameters. */
  read(parameters: readonly Parameter[], how: { strict: boolean; profile: Profile; now: Instant }): Q;
  reply(context: Context<Fact> & { query: Q }): Body;
}

/** The workspace of the API key, and the instant on its clock, read once. */
export interface Opened {
  workspace: Workspace;
  apiKey: ApiKey;
  now: Instant;
}

/** The state of a workspace's rate limit, as reported in the reply's headers. */
export interface LimitStanding extends Decision {
  /** Real seconds until another request is admitted, at least 1. */
  retryAfterSeconds: number;
}

/** The facts that the checks establish for later ones. */
export interface Facts {
  parameters: readonly Parameter[];
  endpoint: Endpoint;
  apiKeySent: string;
  opened: Opened;
  /** The planned fault triggered by this request. */
  strike: Strike | undefined;
  query: Query;
  segment: Segment;
  days: Days;
}
export type Fact = keyof Facts;

/** A request on its way through the checks, with the facts established so far. */
export type Context<Known extends Fact = never> = RequestContext & Pick<Facts, Known>;

/** The initial context, and what checks add for the reply and the trace. */
export class RequestContext {
  /** When it came, in milliseconds of the mock's stopwatch. */
  readonly startedMs: number;
  /** The profile of the reply: the server's, until a workspace is known. */
  profile: Profile;
  /** The index of the last check that was started. */
  reached = 0;
  limit: LimitStanding | undefined = undefined;
  /** The number of faults planned when it arrived. */
  faultsPlanned: number | undefined = undefined;
  /** The status forced by `Prefer`. */
  preferred: number | undefined = undefined;
  /** Whether a data fault corrupted the series. */
  isCorrupted = false;
  warnings: Warning[] | undefined = undefined;
  /** The reply of an exchange in the fixtures. */
  recorded: RecordedReply | undefined = undefined;

  // Established by the checks; the type `Context` tells which are known.
  parameters: Facts['parameters'] | undefined = undefined;
  endpoint: Facts['endpoint'] | undefined = undefined;
  apiKeySent: Facts['apiKeySent'] | undefined = undefined;
  opened: Facts['opened'] | undefined = undefined;
  strike: Facts['strike'] = undefined;
  query: Facts['query'] | undefined = undefined;
  segment: Facts['segment'] | undefined = undefined;
  days: Facts['days'] | undefined = undefined;

  /** `path` is as the router reads it; `at` overrides the workspace's clock. */
  constructor(
    readonly mock: Mock,
    readonly request: ServiceRequest,
    readonly path: string,
    readonly at: Instant | undefined,
  ) {
    this.startedMs = request.arrival?.startedMs ?? mock.stopwatch();
    this.profile = mock.profile;
  }

  /** Whether it began before a reset of its workspace, where it then takes no token and counts for nothing. */
  isFromBeforeReset({ journal }: { journal: Journal }): boolean {
    return journal.isFromBeforeReset(this.request.arrival?.resets ?? this.mock.resets);
  }

  warn(warning: Warning): void {
    (this.warnings ??= []).push(warning);
  }
}

import { draftOf, refuse } from './answer.js';
import { fault, type Admitted, plannedRefusal } from './checks/fault.js';
import { CHECKS, ORDER } from './checks/order.js';
import { standing } from './checks/rate-limit.js';
import { RequestContext } from './context.js';
import { bearerToken } from './endpoints/bearer.js';
import { endpointAt } from './endpoints/endpoints.js';
import { queryStringOf, readParameters, segmentIdIn } from './endpoints/parameters.js';
import { plainPath } from './endpoints/paths.js';
import type { Trace } from './journal/trace.js';
import type { Mock } from './mock.js';
import type { Profile } from './profiles/profile.js';
import { type Reason, Refusal } from './refusals/codes.js';
import { redactKey } from '../schema/secrets.js';
import { complete, type PlainReply } from './reply.js';
import type { RequestHeaders, ServiceRequest } from './request.js';
import type { Instant } from './time/calendar.js';
import type { Workspace } from './workspaces/workspace.js';

/*
 * Replies outside of the traffic: no token is taken, no fault counts a request, and no journal gets an entry.
 */

const FAULT_INDEX = CHECKS.findIndex(({ name }) => name === fault.name);

/** What `GET /segments/data_series` answers now to a key with all permissions, without faults. */
export function preview(mock: Mock, workspace: Workspace, target: string, profile: Profile): PlainReply {
  const now = workspace.clock.now();
  const context = admitted(mock, { method: 'GET', target, headers: {} }, { workspace, profile, now });
  context.limit = standing(context.opened, workspace.limiter.preview(now));
  const draft = draftOf(context, () => ORDER.run(context, FAULT_INDEX + 1));
  return complete(context, draft);
}

/** How to answer an entry again: in a profile, with the fault that struck it or without. */
export interface Rerun {
  profile: Profile;
  faults: boolean;
}

/**
 * Answers a recorded request again, at its own instant and with the recorded decisions of the rate limit and the
 * faults. `undefined` if there is no reply: a fault breaks the connection, or no check was run.
 */
export function rerun(mock: Mock, workspace: Workspace | undefined, trace: Trace, how: Rerun): PlainReply | undefined {
  if (trace.recorded !== undefined && trace.reasons === undefined)
    return complete(contextOf(mock, trace), trace.recorded);
  if (trace.reached < FAULT_INDEX) return trace.reasons && recordedRefusal(mock, trace, how.profile);
  if (workspace === undefined) return undefined;
  const { method, target, at } = trace;
  const headers = recordedHeaders(trace);
  const context = admitted(mock, { method, target, headers }, { workspace, profile: how.profile, now: at });
  context.limit = limitOf(trace);
  context.preferred = trace.preferred;
  context.strike = how.faults ? trace.strike : undefined;
  if (context.strike?.effect.connection !== undefined) return undefined;
  const planned = trace.preferred ?? context.strike?.effect.status ?? 200;
  if (planned !== 200 && how.profile.name === trace.profile) return recordedRefusal(mock, trace, how.profile);
  const draft = draftOf(context, () => {
    if (planned !== 200) throw plannedRefusal(planned, context, segmentIdIn(context.parameters));
    return ORDER.run(context, FAULT_INDEX + 1);
  });
  return complete(context, draft);
}

/** Words the recorded refusal of a request, regardless of later changes. */
export function recordedRefusal(mock: Mock, trace: Trace, profile: Profile): PlainReply | undefined {
  const { reasons, preferred, strike, status } = trace;
  if (reasons === undefined) return undefined;
  const context = contextOf(mock, trace);
  Object.assign(context, { profile, preferred, strike, limit: limitOf(trace) });
  const [first, ...others] = reasons;
  const refusal = new Refusal(withoutKey(first), ...others);
  if ((preferred ?? strike?.effect.status) !== undefined) refusal.plannedStatus = status;
  return complete(context, refuse(context, refusal));
}

function contextOf(mock: Mock, trace: Trace): RequestContext {
  const { method, target, path, at } = trace;
  return new RequestContext(mock, { method, target, headers: recordedHeaders(trace) }, path, at);
}

/** The reply quotes the key that was sent, which is not for others to see. */
function withoutKey(reason: Reason): Reason {
  return reason.code === 'api_key_invalid' ? { ...reason, apiKey: redactKey(reason.apiKey) } : reason;
}

/** A request that has passed all checks up to the rate limit. */
function admitted(
  mock: Mock,
  request: ServiceRequest,
  { workspace, profile, now }: { workspace: Workspace; profile: Profile; now: Instant },
): Admitted {
  const context = new RequestContext(mock, request, plainPath(request.target), now);
  const parameters = readParameters(queryStringOf(request.target));
  const segmentId = segmentIdIn(parameters);
  const key = bearerToken(request.headers['authorization'] as string | undefined) ?? '';
  return Object.assign(context, {
    profile,
    parameters,
    endpoint: endpointAt(context.path, mock.settings.basePath) as NonNullable<ReturnType<typeof endpointAt>>,
    apiKeySent: redactKey(key),
    opened: { workspace, now, apiKey: { key, permissions: new Set<never>(), hint: '' } },
    segment: segmentId === undefined ? undefined : workspace.catalogue.find(segmentId),
  });
}

function recordedHeaders({ headers }: Trace): RequestHeaders {
  return JSON.parse(headers) as RequestHeaders;
}

/** The limit as the reply's headers showed it. */
function limitOf({ quota, remaining, resetAt, reasons }: Trace) {
  if (quota === undefined) return undefined;
  const [first] = reasons ?? [];
  const retryAfterSeconds = first?.code === 'rate_limited' ? first.retryAfterSeconds : 1;
  return { admitted: true, limit: quota, remaining, resetAt, retryAfter: 0, retryAfterSeconds };
}

import { warnOfNearMisses } from './checks/near-misses.js';
import { ORDER } from './checks/order.js';
import { type Context, type Fact, RequestContext } from './context.js';
import { plainPath } from './endpoints/paths.js';
import type { Mock } from './mock.js';
import { compose, type Draft, record, type Recorded, type ServiceReply } from './reply.js';
import { type Reason, Refusal } from './refusals/codes.js';
import { maskQuoted } from './refusals/mask-quoted.js';
import type { ServiceRequest } from './request.js';
import type { Instant } from './time/calendar.js';

/**
 * The simulated service as one function: runs the checks in the order of refusals and builds the reply. Takes a
 * token, counts faults and adds a journal entry in the given mock. `at` overrides the workspace's clock.
 */
export function answer(mock: Mock, request: ServiceRequest, at?: Instant): ServiceReply {
  const context = new RequestContext(mock, request, plainPath(request.target), at);
  const draft = draftOf(context, () => ORDER.run(context));
  return compose(context, draft);
}

/** Runs checks and drafts the reply: to the request that passed them, or to the refusal of one of them. */
export function draftOf(context: RequestContext, run: () => Context<Fact> | undefined): Draft {
  try {
    const passed = run();
    if (context.recorded !== undefined) return { ...context.recorded };
    return { status: 200, body: passed === undefined ? '' : passed.endpoint.reply(passed) };
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.plannedStatus === undefined) warnOfNearMisses(context, error.reasons);
      return refuse(context, error);
    }
    return { ...refuse(context, new Refusal({ code: 'internal_server_error' })), failure: error };
  }
}

/** Drafts the reply to a refused request. */
export function refuse({ mock, profile }: RequestContext, { reasons, plannedStatus }: Refusal): Draft {
  const [first, ...others] = reasons;
  const quotable = (reason: Reason) => maskQuoted(reason, mock.workspaces.mask);
  return {
    status: plannedStatus ?? profile.status(first),
    body: profile.refusal([quotable(first), ...others.map(quotable)]),
    reasons,
    allow: first.code === 'method_not_allowed' ? first.allow : undefined,
  };
}

/** Records a request whose client disconnected before it was complete; no check was run. */
export function abandon(mock: Mock, request: ServiceRequest): Recorded {
  const context = new RequestContext(mock, request, plainPath(request.target), undefined);
  return record(context, { status: undefined, reasons: undefined, toldWaitSeconds: undefined });
}

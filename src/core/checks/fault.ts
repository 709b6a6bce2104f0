import type { Context } from '../context.js';
import { segmentIdIn } from '../endpoints/parameters.js';
import { PREFERABLE, preferredCode } from '../faults/prefer.js';
import type { Strike } from '../faults/planned-fault.js';
import { type Reason, Refusal } from '../refusals/codes.js';
import { refusedInWords } from '../journal/in-words.js';
import type { Check } from './check.js';
import { standing } from './rate-limit.js';

export type Admitted = Context<'opened' | 'endpoint' | 'parameters' | 'apiKeySent'>;

/** Check 6a: preferred outcomes and planned faults, after the token and before the parameters [wire contract, 2]. */
export const fault: Check<'opened' | 'endpoint' | 'parameters' | 'apiKeySent', 'strike'> = {
  name: 'fault',
  number: '6a',
  gives: 'strike',
  run(context) {
    const { opened, parameters } = context;
    const segmentId = segmentIdIn(parameters);
    if (segmentId !== undefined) context.segment = opened.workspace.catalogue.find(segmentId);
    const code = preferred(context);
    if (code !== undefined) {
      context.preferred = code;
      if (code === 200) return undefined;
      throw plannedRefusal(code, context, segmentId);
    }
    const { faults } = opened.workspace;
    context.faultsPlanned = faults.size;
    const isStale = context.isFromBeforeReset(opened.workspace);
    const { path, mock } = context;
    const candidate = { path, ownPath: path.slice(mock.settings.basePath?.length ?? 0), segmentId, now: opened.now };
    const planned = isStale ? undefined : faults.strike(candidate);
    const strike = planned ?? ownStrike(context);
    context.strike = strike;
    const { status } = strike?.effect ?? {};
    if (status === undefined) return strike;
    putTokenBack(status, context);
    throw plannedRefusal(status, context, segmentId);
  },
  ends: ({ strike }) => strike?.effect.connection !== undefined,
  saw({ headers: { prefer }, faultsPlanned = 0, preferred: got }) {
    const preference =
      prefer === undefined ? '' : `Prefer: ${String(prefer)}${got === undefined ? ' (ignored)' : ''}; `;
    return `${preference}${faultsPlanned} planned`;
  },
  passed(trace) {
    const { preferred: got, strike } = trace;
    if (got === 200) return 'faults ignored, because 200 is preferred';
    if (got !== undefined) return `${refusedInWords(trace)} (as preferred)`;
    return strike === undefined ? 'none struck' : `${strike.id} struck: ${JSON.stringify(strike.effect)}`;
  },
};

/** The status that the request prefers, if it is supported. */
function preferred({ mock, request }: Admitted): number | undefined {
  const header = request.headers['prefer'];
  if (header === undefined || !mock.settings.prefer) return undefined;
  const code = preferredCode(header);
  return code !== undefined && (PREFERABLE as readonly number[]).includes(code) ? code : undefined;
}

/** The effect on every request for a segment. */
function ownStrike({ segment }: Admitted): Strike | undefined {
  const effect = segment?.fault;
  return effect && { id: "the segment's own fault", effect, uniform: 0.5, bell: 0 };
}

/** A refusal of a key or a permission takes no token; a planned one gives it back. */
function putTokenBack(status: number, context: Admitted): void {
  const { workspace, now } = context.opened;
  if ((status !== 401 && status !== 403) || context.isFromBeforeReset(workspace)) return;
  workspace.limiter.putBack(now);
  context.limit = standing(context.opened, workspace.limiter.peek(now));
}

/** A refusal with a status, worded as the one that has it, if there is one. A 429 lasts until the fault ends. */
export function plannedRefusal(status: number, context: Admitted, segmentId: string | undefined): Refusal {
  const { opened, strike } = context;
  const { limiter } = opened.workspace;
  if (status === 429) context.limit = standing(opened, limiter.plannedRefusal(opened.now, strike?.until));
  const refusal = new Refusal(plannedReason(status, context, segmentId));
  refusal.plannedStatus = status;
  return refusal;
}

/** The reason for a status, as if the request had caused it. */
function plannedReason(status: number, { apiKeySent, endpoint, limit }: Admitted, segmentId = ''): Reason {
  switch (status) {
    case 401:
      return { code: 'api_key_invalid', apiKey: apiKeySent };
    case 403:
      return { code: 'permission_denied', permission: endpoint.permission };
    case 404:
      return segmentId === '' ? { code: 'as_planned', status } : { code: 'segment_not_found', segmentId };
    case 422:
      return { code: 'analytics_not_enabled' };
    case 429:
      return { code: 'rate_limited', limit: undefined, retryAfterSeconds: limit?.retryAfterSeconds ?? 1 };
    case 500:
      return { code: 'internal_server_error' };
    default:
      return { code: 'as_planned', status };
  }
}

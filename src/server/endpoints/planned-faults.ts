import type { FastifyReply, FastifyRequest } from 'fastify';
import { delayMs } from '../../core/faults/delay.js';
import type { Strike } from '../../core/faults/faults.js';
import type { Mock } from '../../core/mock.js';
import { dayOf, type Instant } from '../../core/time/calendar.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { opened } from './authenticate.js';
import type { Connections } from '../transport/connections.js';
import { breakConnection } from '../transport/break-connection.js';
import type { Opened } from './exchange.js';
import { segmentIdIn } from './parameters.js';
import { type Reason, Refusal } from '../../core/refusals/codes.js';
import { headersOf } from './reply.js';

/** The statuses that `Prefer: code=…` can force: those the reference documents, and those of its gateways. */
export const PREFERABLE = [200, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504] as const;

/** The status that a request prefers, in the grammar of Prism: `Prefer: code=404`. */
export function preferredCode(header: string | string[] | undefined): number | undefined {
  const match = /(?:^|[,;\s])code\s*=\s*"?(\d{3})"?(?:$|[,;\s])/i.exec(String(header ?? ''));
  return match === null ? undefined : Number(match[1]);
}

/**
 * Check 6a: does the caller prefer an outcome, or a planned fault strike? Both come after the token is spent and
 * before the parameters are looked at. Gives a promise only where a reply is held back or given up.
 * @throws Refusal in the words of the status that was preferred or planned.
 */
export function strikeFaults(
  request: FastifyRequest,
  reply: FastifyReply,
  mock: Mock,
  connections: Connections,
): Promise<void> | undefined {
  const { exchange, headers } = request;
  const { workspace, now } = opened(exchange);
  const segmentId = segmentIdIn(exchange.parameters);
  const code = mock.settings.prefer && headers['prefer'] !== undefined ? preferredCode(headers['prefer']) : undefined;
  if (code !== undefined && (PREFERABLE as readonly number[]).includes(code)) {
    exchange.preferred = code;
    if (code === 200) return undefined;
    throw plannedRefusal(code, request, segmentId);
  }
  exchange.faultsPlanned = workspace.faults.size;
  const strike = planned(workspace, request, segmentId, now) ?? ownStrike(workspace, segmentId);
  if (strike === undefined) return undefined;
  exchange.strike = strike;
  const { delay } = strike.effect;
  if (delay === undefined) return act(strike, request, reply, segmentId);
  const ms = delayMs(delay, strike, sizeToday(mock, opened(exchange), segmentId));
  return connections.pause(ms, reply.raw).then(() => act(strike, request, reply, segmentId));
}

/** The fault of the workspace that strikes. */
function planned({ faults }: Workspace, { exchange }: FastifyRequest, segmentId: string | undefined, now: Instant) {
  return faults.size === 0 ? undefined : faults.strike({ path: exchange.path, segmentId, now });
}

/** The effect that every request for a segment meets. */
function ownStrike({ catalogue }: Workspace, segmentId: string | undefined): Strike | undefined {
  const effect = segmentId === undefined ? undefined : catalogue.find(segmentId)?.fault;
  return effect && { id: "the segment's own fault", effect, uniform: 0.5, bell: 0, release: () => undefined };
}

/** Does what can be done before the reply is there; the other effects wait for it. */
function act(
  { effect, uniform }: Strike,
  request: FastifyRequest,
  reply: FastifyReply,
  segmentId: string | undefined,
): Promise<void> | undefined {
  if (effect.status !== undefined) throw plannedRefusal(effect.status, request, segmentId);
  if (effect.connection === undefined) return undefined;
  breakConnection(effect.connection, reply, headersOf(request.exchange, 200, ''), uniform);
  // Nobody is left to answer, so the request goes no further.
  return new Promise(() => undefined);
}

function sizeToday(mock: Mock, { workspace, now }: Opened, segmentId: string | undefined): number {
  const segment = segmentId === undefined ? undefined : workspace.catalogue.find(segmentId);
  const today = dayOf(now);
  return segment === undefined
    ? 0
    : (mock.seriesOf(segment).snapshots({ first: today, last: today })[0]?.trueSize ?? 0);
}

/** A refusal with a status, for the reason that the profile has for it; for none in particular where it has none. */
function plannedRefusal(status: number, request: FastifyRequest, segmentId: string | undefined): Refusal {
  const reason = plannedReason(status, request, segmentId);
  const isUsual = request.exchange.profile.status(reason) === status;
  return Refusal.planned(status, isUsual ? reason : { code: 'as_planned', status });
}

/** The documented reason for a status, as though the request had earned it. */
function plannedReason(status: number, { exchange }: FastifyRequest, segmentId = ''): Reason {
  switch (status) {
    case 401:
      return { code: 'api_key_invalid', apiKey: exchange.presentedKey ?? '' };
    case 403:
      return { code: 'permission_denied', permission: exchange.endpoint?.permission ?? '' };
    case 404:
      return segmentId === '' ? { code: 'as_planned', status } : { code: 'segment_not_found', segmentId };
    case 422:
      return { code: 'analytics_not_enabled' };
    case 429:
      return { code: 'rate_limited', limit: undefined, retryAfterSeconds: exchange.retryAfterSeconds };
    case 500:
      return { code: 'internal_server_error' };
    default:
      return { code: 'as_planned', status };
  }
}

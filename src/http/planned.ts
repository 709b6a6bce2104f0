import type { FastifyRequest } from 'fastify';
import { strikingFault } from '../faults/strike.js';
import { opened } from './admission.js';
import type { Exchange } from './exchange.js';
import { type Reason, Refusal } from './refusals.js';

/**
 * Check 6a: does a planned fault strike? It comes after the token is spent and before the parameters are looked at.
 * @throws Refusal in the words of the fault's status.
 */
export function strikeFaults({ exchange, routeOptions }: FastifyRequest): void {
  const { faults } = opened(exchange).workspace;
  if (faults.length === 0) return;
  const segmentId = exchange.parameters.find(({ name }) => name === 'segment_id')?.value;
  const fault = strikingFault(faults, segmentId);
  if (fault === undefined) return;
  exchange.fault = fault;
  const permission = routeOptions.config.permission ?? '';
  throw new Refusal(plannedReason(fault.effect.status, exchange, { segmentId: segmentId ?? '', permission }));
}

/** The documented reason for a status, as though the request had earned it. */
function plannedReason(status: number, exchange: Exchange, request: { segmentId: string; permission: string }): Reason {
  const { limit, presentedKey } = exchange;
  switch (status) {
    case 401:
      return { code: 'api_key_invalid', apiKey: presentedKey ?? '' };
    case 403:
      return { code: 'permission_denied', permission: request.permission };
    case 404:
      return { code: 'segment_not_found', segmentId: request.segmentId };
    case 422:
      return { code: 'analytics_not_enabled' };
    case 429:
      return {
        code: 'rate_limited',
        limit: limit?.decision.limit ?? 0,
        retryAfterSeconds: limit?.retryAfterSeconds ?? 1,
      };
    case 500:
      return { code: 'internal_server_error' };
    default:
      return { code: 'as_planned', status };
  }
}

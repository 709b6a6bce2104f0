import type { FastifyRequest } from 'fastify';
import type { Mock } from '../../core/mock.js';
import { instanceOfHost, restHosts } from '../../core/workspaces/instances.js';
import type { Decision } from '../../core/rate-limit/algorithm.js';
import type { Endpoint, Exchange, Opened } from './exchange.js';
import { Refusal } from '../../core/refusals/codes.js';

/**
 * Check 3: is there a key at all? The scheme's case does not matter [RFC 7235], the key's does.
 * @throws Refusal `api_key_missing`.
 */
export function requireApiKey({ headers, exchange }: FastifyRequest): void {
  const key = bearerToken(headers.authorization);
  if (key === undefined) throw new Refusal({ code: 'api_key_missing', authorization: headers.authorization });
  exchange.presentedKey = key;
}

/** The token of `Authorization: Bearer <token>`; `undefined` for any other header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * Check 4: does the key open a workspace, on the instance that the `Host` names? Braze's instances share
 * nothing, so that a key of one means nothing to another [documented].
 * @throws Refusal `api_key_invalid`.
 */
export function openWorkspace({ headers, exchange }: FastifyRequest, mock: Mock): void {
  const apiKey = exchange.presentedKey ?? '';
  const found = mock.workspaces.opened(apiKey);
  if (found === undefined) throw new Refusal({ code: 'api_key_invalid', apiKey });
  const { instance } = found.workspace;
  const named = instanceOfHost(headers.host);
  exchange.profile = found.workspace.profile;
  if (named !== undefined && instance !== undefined && named !== instance) {
    const foreignInstance = { key: instance, host: headers.host ?? '', restHost: restHosts(instance)[0] };
    throw new Refusal({ code: 'api_key_invalid', apiKey, foreignInstance });
  }
  exchange.opened = { workspace: found.workspace, apiKey: found.apiKey, now: found.workspace.clock.now() };
}

/**
 * Check 5: may the key use this endpoint? A refusal says where the limit stands, but takes no token.
 * @throws Refusal `permission_denied`.
 */
export function requirePermission({ exchange }: FastifyRequest, { permission }: Endpoint): void {
  const { workspace, apiKey, now } = opened(exchange);
  if (apiKey.permissions.has(permission)) return;
  tellLimit(exchange, workspace.limiter.look(now));
  throw new Refusal({ code: 'permission_denied', permission });
}

/**
 * Check 6: is there a token left? Whatever comes after this, the token is spent: a 400 counts
 * [sibling: unknown-id.json].
 * @throws Refusal `rate_limited`.
 */
export function takeToken({ exchange }: FastifyRequest): void {
  const { workspace, now } = opened(exchange);
  tellLimit(exchange, workspace.limiter.take(now));
  const { limit, retryAfterSeconds } = exchange;
  if (limit === undefined || limit.admitted) return;
  throw new Refusal({ code: 'rate_limited', limit: limit.limit, retryAfterSeconds });
}

/** The workspace that checks 3 and 4 opened. */
export function opened({ opened: found }: Exchange): Opened {
  if (found === undefined) throw new Error('No workspace is open; openWorkspace must come before this check');
  return found;
}

function tellLimit(exchange: Exchange, decision: Decision | undefined): void {
  if (decision === undefined) return;
  exchange.limit = decision;
  // A client sleeps in real time, however fast the workspace's clock runs.
  const realMilliseconds = decision.retryAfter / opened(exchange).workspace.clock.scale;
  exchange.retryAfterSeconds = Math.max(1, Math.ceil(realMilliseconds / 1000));
}

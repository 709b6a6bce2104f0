import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Exchange } from './exchange.js';
import { LIMITS } from './limits.js';
import { type Reason, Refusal } from './refusals.js';

/** Sends a reply in the exchange's profile: its headers, and where the workspace's limit stands. */
export function send(
  reply: FastifyReply,
  { profile, limit }: Exchange,
  status: number,
  body: string | Buffer,
): FastifyReply {
  reply.code(status).headers(profile.headers);
  if (limit !== undefined) reply.headers(profile.limitHeaders(status, limit.decision, limit.retryAfterSeconds));
  return reply.send(body);
}

/** Answers what a check threw, in the profile's words; anything but a refusal is our own failure. */
export function sendRefusal(reply: FastifyReply, exchange: Exchange, error: Error, log: Logger): FastifyReply {
  const refusal = error instanceof Refusal ? error : new Refusal(reasonOf(error));
  const [first] = refusal.reasons;
  if (first.code === 'internal_server_error' && error !== refusal)
    log.error({ err: error }, 'failed to answer a request');
  exchange.outcome = exchange.fault === undefined ? first.code : 'fault';
  if (first.code === 'method_not_allowed') reply.header('allow', first.allow);
  return send(reply, exchange, refusal.status, exchange.profile.refusal(refusal.reasons));
}

/** What Fastify refuses by itself, in our codes. */
function reasonOf(error: Error & { code?: unknown }): Reason {
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return { code: 'http_malformed', detail: 'the path has percent-escapes that are no UTF-8' };
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'body_too_large', limit: LIMITS.body };
    default:
      return { code: 'internal_server_error' };
  }
}

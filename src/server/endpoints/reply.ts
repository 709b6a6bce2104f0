import { Buffer } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Body } from '../../core/profiles/profile.js';
import type { Connections } from '../transport/connections.js';
import { monotonicNow } from '../../system/real-time.js';
import { deliver } from '../transport/break-connection.js';
import type { Exchange } from './exchange.js';
import type { Limits } from '../transport/limits.js';
import { type Reason, Refusal } from '../../core/refusals/codes.js';
import { type Mask, maskedError } from '../../core/workspaces/masking.js';

type Headers = Record<string, string>;

/** Sends replies in the exchange's profile, in whatever way a fault has planned for them. */
export class Replies {
  readonly #connections: Connections;
  readonly #limits: Limits;
  readonly #log: Logger;
  readonly #mask: Mask;

  constructor(connections: Connections, limits: Limits, log: Logger, mask: Mask) {
    this.#connections = connections;
    this.#limits = limits;
    this.#log = log;
    this.#mask = mask;
  }

  /** Sends a success. */
  send(reply: FastifyReply, exchange: Exchange, body: Body): void {
    this.#deliver(reply, exchange, 200, {}, body);
  }

  /** Answers what a check threw; anything but a refusal is our own failure. */
  refuse(reply: FastifyReply, exchange: Exchange, error: Error | Refusal): void {
    const refusal = error instanceof Refusal ? error : this.#refusalOf(error);
    const [first] = refusal.reasons;
    exchange.refusal = refusal;
    const headers: Headers = {};
    if (first.code === 'method_not_allowed') headers['allow'] = first.allow;
    // The body that was to follow what was expected may never come.
    if (first.code === 'expectation_failed') headers['connection'] = 'close';
    const status = refusal.plannedStatus ?? exchange.profile.status(first);
    this.#deliver(reply, exchange, status, headers, exchange.profile.refusal(refusal.reasons));
  }

  #deliver(reply: FastifyReply, exchange: Exchange, status: number, further: Headers, body: Body): void {
    const headers = Object.assign(headersOf(exchange, status, body), further);
    if (exchange.preferred === status) headers['preference-applied'] = `code=${status}`;
    if (exchange.strike !== undefined && !canStrike(exchange, reply)) withdraw(exchange);
    const { strike } = exchange;
    if (strike === undefined) return this.#write(reply, status, headers, body);
    const { effect } = strike;
    reply.code(status).headers(headers);
    if (effect.body === 'html') reply.type('text/html');
    if (effect.headers !== undefined) reply.headers(effect.headers);
    // To a string Fastify would add a charset that the profile has not asked for.
    const whole = effect.body === 'html' ? edgePage(status) : body;
    deliver(reply, typeof whole === 'string' ? Buffer.from(whole) : whole, effect, this.#connections);
  }

  /** Hands a reply to Node itself: headers and body then leave in one write. */
  #write(reply: FastifyReply, status: number, headers: Headers, body: Body): void {
    const { raw, request } = reply.hijack();
    if (this.#connections.closesAfter(request.raw.socket)) headers['connection'] = 'close';
    if (isKnown(request, headers)) {
      raw.writeHead(304, headers).end();
      return;
    }
    headers['content-length'] = String(Buffer.byteLength(body));
    raw.writeHead(status, headers).end(body);
  }

  #refusalOf(error: Error): Refusal {
    const reason = this.#reasonOf(error);
    if (reason.code === 'internal_server_error') {
      this.#log.error({ err: maskedError(error, this.#mask) }, 'failed to answer a request');
    }
    return new Refusal(reason);
  }

  /** What Fastify refuses by itself, in our codes. */
  #reasonOf(error: Error & { code?: unknown }): Reason {
    switch (error.code) {
      case 'FST_ERR_BAD_URL':
        return { code: 'query_malformed' };
      case 'FST_ERR_NOT_FOUND':
        // Its router has a place for every method that Node names; Node's parser lets PRI pass too.
        return { code: 'http_malformed', detail: 'Unknown method' };
      case 'FST_ERR_CTP_BODY_TOO_LARGE':
        return { code: 'body_too_large', limit: this.#limits.body };
      default:
        return { code: 'internal_server_error' };
    }
  }
}

/** The headers of a reply, as its profile has them. */
export function headersOf(exchange: Exchange, status: number, body: Body): Headers {
  const { profile, limit, retryAfterSeconds, startedAt } = exchange;
  return profile.headers({ status, body, limit, retryAfterSeconds, durationMs: monotonicNow() - startedAt });
}

/** Does the client hold the very reply that it would get? Only where its profile gives replies an etag. */
function isKnown({ headers }: FastifyRequest, { etag }: Headers): boolean {
  const known = headers['if-none-match'];
  if (etag === undefined || known === undefined) return false;
  const tags = known.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.some((tag) => tag.replace(/^W\//, '') === etag.replace(/^W\//, ''));
}

/** Data faults touch only a series that was sent, and a reply to a HEAD has no body to cut short. */
function canStrike({ strike, spoilt }: Exchange, reply: FastifyReply): boolean {
  const { data, truncate, dribble } = strike?.effect ?? {};
  if (data !== undefined) return spoilt;
  return reply.request.method !== 'HEAD' || (truncate ?? dribble) === undefined;
}

function withdraw(exchange: Exchange): void {
  exchange.strike?.release();
  exchange.strike = undefined;
}

/** What a proxy in front of the real service would send, which is no JSON. */
export function edgePage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

import { performance } from 'node:perf_hooks';
import type { FastifyRequest } from 'fastify';
import type { Mock } from '../mock.js';
import type { Limits } from './limits.js';
import type { Paths } from './paths.js';
import { readParameters } from './query.js';
import { Refusal } from './refusals.js';

/** Opens the record of a request. */
export function openExchange(request: FastifyRequest, mock: Mock): void {
  request.exchange = { startedAt: performance.now(), profile: mock.profile, parameters: [], outcome: 'success' };
}

/**
 * Check 0, as far as HTTP reaches us: a Host [RFC 9112], a URL of bearable length, a query that can be decoded.
 * @throws Refusal `http_malformed`, `uri_too_long`, `query_malformed`.
 */
export function requireReadable({ raw, headers, exchange }: FastifyRequest, limits: Limits): void {
  const url = raw.url ?? '';
  if (headers.host === undefined && raw.httpVersion !== '1.0') {
    throw new Refusal({ code: 'http_malformed', detail: 'the Host header is missing; HTTP/1.1 requires it' });
  }
  if (url.length > limits.url) throw new Refusal({ code: 'uri_too_long', limit: limits.url });
  const start = url.indexOf('?');
  if (start >= 0) exchange.parameters = readParameters(url.slice(start + 1));
}

/**
 * Checks 1 and 2: is there such an endpoint, and does it answer this method?
 * @throws Refusal `not_found`, `method_not_allowed`.
 */
export function requireEndpoint(request: FastifyRequest, paths: Paths): void {
  if (!request.is404) return;
  const { method } = request;
  const path = request.url.split('?', 1)[0] as string;
  const allow = paths.methodsOf(path);
  if (allow === undefined) throw new Refusal({ code: 'not_found', method, path, known: paths.published() });
  throw new Refusal({ code: 'method_not_allowed', method, path, allow: allow.join(', ') });
}

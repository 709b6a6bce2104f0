import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Limits } from '../transport/limits.js';
import { pathOf, type Paths } from './paths.js';
import { queryStringOf, readParameters } from './parameters.js';
import { Refusal } from '../../core/refusals/codes.js';

const ABSOLUTE_FORM = /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)(.*)$/is;

/**
 * The path and query of a request's target. A client that takes the server for its HTTP proxy sends the whole URL,
 * whose host then counts, not the Host header's [RFC 9112, 3.2.2].
 */
export function originForm({ url = '', headers }: IncomingMessage): string {
  const match = url.startsWith('/') ? null : ABSOLUTE_FORM.exec(url);
  if (match === null) return url;
  const [, host = '', target = ''] = match;
  if (headers.host !== undefined) headers.host = host;
  return target.startsWith('/') ? target : `/${target}`;
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
  const { expect: expectation } = headers;
  if (expectation !== undefined && !/^100-continue$/i.test(expectation)) {
    throw new Refusal({ code: 'expectation_failed', expectation });
  }
  if (namesTwoHosts(raw)) throw new Refusal({ code: 'http_malformed', detail: 'the Host header is given twice' });
  if (url.length > limits.url) throw new Refusal({ code: 'uri_too_long', limit: limits.url });
  exchange.parameters = readParameters(queryStringOf(url));
}

/** Of two Host headers Node shows the first alone. */
function namesTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  const first = rawHeaders.findIndex(isHost);
  return first >= 0 && rawHeaders.findIndex((text, index) => index > first && isHost(text, index)) > 0;
}

function isHost(text: string, index: number): boolean {
  return index % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host';
}

/**
 * Check 0, the body: no endpoint imitated here uses one, but until it has come the request may still prove broken
 * or never end. Routes with a body of their own leave it to Fastify.
 * @throws Refusal `body_too_large`.
 */
export function requireWhole(
  { raw, is404, method }: FastifyRequest,
  limits: Limits,
  done: (refusal?: Refusal) => void,
): void {
  const { 'transfer-encoding': encoding, 'content-length': announced = '0' } = raw.headers;
  const readsBody = !is404 && method !== 'GET' && method !== 'HEAD';
  if (readsBody || (encoding === undefined && announced === '0')) return done();
  const tooLarge = new Refusal({ code: 'body_too_large', limit: limits.body });
  if (Number(announced) > limits.body) throw tooLarge;
  let size = 0;
  raw.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limits.body) return;
    raw.removeAllListeners('data').removeAllListeners('end').resume();
    done(tooLarge);
  });
  raw.on('end', done);
}

/**
 * Checks 1 and 2: is there such an endpoint, and does it answer this method?
 * @throws Refusal `not_found`, `method_not_allowed`.
 */
export function requireEndpoint(request: FastifyRequest, paths: Paths): void {
  if (!request.is404) return;
  const { method } = request;
  const path = pathOf(request.url);
  const allow = paths.methodsOf(path);
  if (allow === undefined) throw new Refusal({ code: 'not_found', method, path, known: paths.published() });
  throw new Refusal({ code: 'method_not_allowed', method, path, allow: allow.join(', ') });
}

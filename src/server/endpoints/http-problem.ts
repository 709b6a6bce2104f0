import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { queryStringOf, readParameters } from '../../core/endpoints/parameters.js';
import type { Reason } from '../../core/refusals/codes.js';
import type { Limits } from '../transport/limits.js';

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
  // A copy: the journal would keep the whole URL alive for a slice of it.
  return Buffer.from(target.startsWith('/') ? target : `/${target}`, 'latin1').toString('latin1');
}

type Head = Pick<IncomingMessage, 'headers' | 'url' | 'httpVersion' | 'rawHeaders'>;

/** Why the HTTP layer refuses a request, as far as its head tells: a Host [RFC 9112], an `Expect`, the URL's length. */
export function problemOfHead(raw: Head, limits: Limits): Reason | undefined {
  const { headers, url = '' } = raw;
  if (headers.host === undefined && raw.httpVersion !== '1.0')
    return { code: 'http_malformed', detail: 'the Host header is missing; HTTP/1.1 requires it' };
  const { expect: expectation } = headers;
  if (expectation !== undefined && !/^100-continue$/i.test(expectation))
    return { code: 'expectation_failed', expectation };
  if (hasTwoHosts(raw)) return { code: 'http_malformed', detail: 'the Host header is given twice' };
  return url.length > limits.url ? { code: 'uri_too_long', limit: limits.url } : undefined;
}

/** Node shows only the first of two Host headers. */
function hasTwoHosts({ rawHeaders }: Head): boolean {
  let hosts = 0;
  // Names and values take turns.
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts++;
  return hosts > 1;
}

/** Why a query cannot be read; the service itself finds that out for its own paths. */
export function problemOfQuery(url: string): Reason | undefined {
  try {
    readParameters(queryStringOf(url));
    return undefined;
  } catch {
    return { code: 'query_malformed' };
  }
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Does the head announce a body beyond the limit? */
export function isTooLarge({ headers }: IncomingMessage, limits: Limits): boolean {
  return Number(headers['content-length'] ?? '0') > limits.body;
}

/** Discards a body, and calls back at its end: until then the request may prove malformed or too large. */
export function skipBody(raw: IncomingMessage, limits: Limits, done: (problem?: Reason) => void): void {
  const tooLarge: Reason = { code: 'body_too_large', limit: limits.body };
  if (isTooLarge(raw, limits)) return done(tooLarge);
  let size = 0;
  raw.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limits.body) return;
    raw.removeAllListeners('data').removeAllListeners('end').resume();
    done(tooLarge);
  });
  raw.on('end', done);
}

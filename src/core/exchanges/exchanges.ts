import { bearerToken } from '../endpoints/bearer.js';
import { type Parameter, queryStringOf, readParameters } from '../endpoints/parameters.js';
import { plainPath } from '../endpoints/paths.js';
import type { ServiceRequest } from '../request.js';
import { type ExchangeFixture, requestOf } from './fixture.js';

/** Stands for the API key in exchanges. */
export const REPLACED_KEY = 'REPLACED-KEY';

/** Headers of the connection and the encoding, which a replay has of its own. */
export const CONNECTION_HEADER =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-settings|content-(?:length|encoding)|date)$/i;

export interface LoadedExchange {
  file: string;
  exchange: ExchangeFixture;
}

/** A reply that is sent as it was recorded or written. */
export interface RecordedReply extends Readonly<{ file: string; status: number; body: string }> {
  readonly headers: Readonly<Record<string, string>>;
}

/** The exchanges of fixture files, by request. Of several with one request, the last is answered. */
export class Exchanges {
  /** The exchanges that are not answered: file and reason. */
  readonly skipped: readonly string[];
  readonly #replies = new Map<string, RecordedReply>();
  /** By path, the requests that have a reply. */
  readonly #requests = new Map<string, string[]>();

  constructor(loaded: readonly LoadedExchange[] = []) {
    this.skipped = loaded.flatMap(({ file, exchange }) => {
      const { method, target } = requestOf(exchange);
      const { status, headers = {}, body = '' } = exchange.recorded;
      const reason = reasonToSkip(status);
      if (status === undefined || reason !== undefined) return `${file} is not replayed: ${String(reason)}`;
      const path = plainPath(target);
      const sent = Object.entries(headers).filter(([name]) => !CONNECTION_HEADER.test(name));
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const isTyped = typeof body === 'string' || sent.some(([name]) => name.toLowerCase() === 'content-type');
      if (!isTyped) sent.unshift(['content-type', 'application/json']);
      const reply = { file, status, headers: Object.fromEntries(sent), body: isBodiless(status) ? '' : text };
      this.#replies.set(keyOf(method, path, readParameters(queryStringOf(target))), reply);
      this.#requests.set(path, [...(this.#requests.get(path) ?? []), `${method} ${target}`]);
      return [];
    });
  }

  /** The requests of a path that have a reply, in the order of the files. */
  requestsOf(path: string): readonly string[] {
    return this.#requests.get(path) ?? [];
  }

  /** The reply to a request. A HEAD gets that of the GET, if there is one: it has the length of the body. */
  find(request: ServiceRequest, path: string, parameters: readonly Parameter[]): RecordedReply | undefined {
    if (!this.#requests.has(path)) return undefined;
    const key = bearerToken(request.headers['authorization'] as string | undefined);
    const compared = parameters.map(({ name, value }) => ({ name, value: value === key ? REPLACED_KEY : value }));
    const replyTo = (method: string) => this.#replies.get(keyOf(method, path, compared));
    return (request.method === 'HEAD' ? replyTo('GET') : undefined) ?? replyTo(request.method);
  }
}

/** Does a reply of this status never have a body? [RFC 9110, 6.4.1] */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function reasonToSkip(status: number | undefined): string | undefined {
  if (status === undefined) return 'it has no raw reply';
  if (status === 304) return 'a 304 answers a condition that is not compared';
  return status === 401 || status === 429 || status >= 500 ? `a ${status} is the mock's own to give` : undefined;
}

/** Query pairs in any order are the same request. */
function keyOf(method: string, path: string, parameters: readonly Parameter[]): string {
  const pairs = parameters.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${method} ${path}?${pairs.toSorted().join('&')}`;
}

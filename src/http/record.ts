import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Entry, EntryView } from '../journal/journal.js';
import type { Mock } from '../mock.js';
import { formatInstant } from '../series/calendar.js';
import { monotonicNow } from '../system/real-time.js';
import { bearerToken } from './admission.js';
import { outcomeOf } from './exchange.js';
import { type Evidence, explain } from './explain.js';
import { redactKey } from '../workspaces/api-key.js';
import type { Registry } from '../workspaces/registry.js';
import { plainPath } from './paths.js';
import { type Parameter, queryStringOf, readParameters, segmentIdIn } from './parameters.js';
import { warningsOf } from './warnings.js';

/**
 * Puts a request into the journal of the workspace whose key it carries, whatever refused it; requests without
 * a valid key have a journal of their own.
 */
export type Recorder = (request: FastifyRequest, reply: FastifyReply) => void;

export function recorder(mock: Mock): Recorder {
  const headersOf = sharedHeaders();
  return (request, reply) => {
    const { exchange, raw } = request;
    const workspace = exchange.opened?.workspace ?? workspaceOfKey(mock, raw.headers.authorization);
    const journal = workspace?.journal ?? mock.journal;
    if (!journal.wanted) return;
    const status = reply.raw.headersSent ? reply.raw.statusCode : undefined;
    const at = exchange.opened?.now ?? (workspace ?? mock).clock.now();
    journal.add((leaving) => {
      const entry = leaving instanceof RequestEntry ? leaving : new RequestEntry(mock.workspaces);
      return entry.of(request, headersOf(raw), at, status);
    });
  };
}

function workspaceOfKey(mock: Mock, authorization: string | undefined) {
  return mock.workspaces.opened(bearerToken(authorization) ?? '')?.workspace;
}

/** A client sends the same headers time and again: they are kept once, for as long as no others come between. */
function sharedHeaders(): (request: IncomingMessage) => IncomingHttpHeaders {
  let last: { raw: readonly string[]; headers: IncomingHttpHeaders } = { raw: [], headers: {} };
  return ({ rawHeaders, headers }) => {
    const { raw } = last;
    const isSame =
      raw.length === rawHeaders.length &&
      // The host may be that of the URL.
      last.headers.host === headers.host &&
      raw.every((text, index) => text === rawHeaders[index]);
    if (!isSame) last = { raw: rawHeaders, headers };
    return last.headers;
  };
}

/**
 * Keeps what a request left behind, and writes it out when somebody looks. Every request renews a part of a full
 * journal, and what lives as long as an entry is dear to collect: so it keeps little, reads the rest again, and is
 * used again for another request when it leaves the journal.
 */
class RequestEntry implements Evidence, Entry {
  number = 0;
  at = 0;
  method = '';
  url = '';
  headers: IncomingHttpHeaders = {};
  endpoint: Evidence['endpoint'] = undefined;
  workspace: Evidence['workspace'] = undefined;
  apiKey: Evidence['apiKey'] = undefined;
  faultsPlanned: Evidence['faultsPlanned'] = undefined;
  preferred: Evidence['preferred'] = undefined;
  strike: Evidence['strike'] = undefined;
  refusal: Evidence['refusal'] = undefined;
  status: Evidence['status'] = undefined;
  readonly workspaces: Registry;
  #quota = 0;
  #remaining = 0;
  #durationMs = 0;
  #hasParameters = false;

  constructor(workspaces: Registry) {
    this.workspaces = workspaces;
  }

  of({ raw, exchange }: FastifyRequest, headers: IncomingHttpHeaders, at: number, status: number | undefined): this {
    this.at = at;
    this.method = raw.method ?? '';
    this.url = raw.url ?? '';
    this.headers = headers;
    this.endpoint = exchange.endpoint;
    this.workspace = exchange.opened?.workspace;
    this.apiKey = exchange.opened?.apiKey;
    this.#quota = exchange.limit?.limit ?? 0;
    this.#remaining = exchange.limit?.remaining ?? 0;
    this.faultsPlanned = exchange.faultsPlanned;
    this.preferred = exchange.preferred;
    this.strike = exchange.strike;
    this.refusal = exchange.refusal;
    this.status = status;
    this.#durationMs = monotonicNow() - exchange.startedAt;
    this.#hasParameters = exchange.parameters.length > 0;
    return this;
  }

  get limit(): Evidence['limit'] {
    return this.#quota === 0 ? undefined : { limit: this.#quota, remaining: this.#remaining };
  }

  get path(): string {
    return plainPath(this.url);
  }

  get presentedKey(): string | undefined {
    return bearerToken(this.headers.authorization);
  }

  /** None where they could not be read. */
  get parameters(): readonly Parameter[] {
    return this.#hasParameters ? readParameters(queryStringOf(this.url)) : [];
  }

  get outcome(): string {
    return outcomeOf(this, this.status);
  }

  get segmentId(): string | undefined {
    return segmentIdIn(this.parameters);
  }

  view(): EntryView {
    return {
      id: String(this.number),
      at: formatInstant(this.at),
      method: this.method,
      path: this.path,
      query: queryView(this.parameters),
      headers: headersView(this.headers),
      status: this.status ?? null,
      outcome: this.outcome,
      durationMs: Math.round(this.#durationMs * 1000) / 1000,
      warnings: warningsOf(this),
      explain: explain(this),
    };
  }
}

function queryView(parameters: readonly Parameter[]): EntryView['query'] {
  const query: EntryView['query'] = {};
  for (const { name, value } of parameters) {
    const before = Object.hasOwn(query, name) ? query[name] : undefined;
    const now = before === undefined ? value : [before, value].flat();
    // A parameter may be called __proto__.
    Object.defineProperty(query, name, { value: now, enumerable: true, configurable: true, writable: true });
  }
  return query;
}

function headersView(headers: IncomingHttpHeaders): EntryView['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, redacted(name, value)]])),
  );
}

const SECRET = /authorization|api-?key|token|cookie/;

function redacted(name: string, value: string | string[]): string | string[] {
  if (!SECRET.test(name)) return value;
  const [, scheme = '', secret = ''] = /^((?:bearer|basic) +)?(.*)$/is.exec(String(value)) ?? [];
  return scheme + redactKey(secret);
}

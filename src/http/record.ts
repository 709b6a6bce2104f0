import { performance } from 'node:perf_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Entry, EntryView } from '../journal/journal.js';
import type { Mock } from '../mock.js';
import { formatInstant } from '../series/calendar.js';
import { bearerToken } from './admission.js';
import { type Exchange, outcomeOf } from './exchange.js';
import { type Evidence, explain } from './explain.js';
import { redactKey } from '../workspaces/api-key.js';
import type { Registry } from '../workspaces/registry.js';
import { type Parameter, queryStringOf, readParameters, segmentIdIn } from './parameters.js';
import { warningsOf } from './warnings.js';

/**
 * Puts a request into the journal of the workspace whose key it carries, whatever refused it; requests without
 * a valid key have a journal of their own.
 */
export function record(mock: Mock, request: FastifyRequest, reply: FastifyReply): void {
  const { exchange, raw } = request;
  const workspace = exchange.opened?.workspace ?? workspaceOfKey(mock, raw.headers.authorization);
  const journal = workspace?.journal ?? mock.journal;
  if (!journal.wanted) return;
  const status = reply.raw.headersSent ? reply.raw.statusCode : undefined;
  const at = exchange.opened?.now ?? (workspace ?? mock).clock.now();
  journal.add(new RequestEntry(request, at, status, mock.workspaces));
}

function workspaceOfKey(mock: Mock, authorization: string | undefined) {
  return mock.workspaces.opened(bearerToken(authorization) ?? '')?.workspace;
}

/** Keeps what a request left behind, and writes it out when somebody looks. */
class RequestEntry implements Omit<Entry, 'id'> {
  readonly id = '';
  readonly at: number;
  readonly status: number | undefined;
  readonly #durationMs: number;
  readonly #method: string;
  readonly #url: string;
  readonly #headers: IncomingHttpHeaders;
  readonly #exchange: Exchange;
  readonly #hasParameters: boolean;
  readonly #workspaces: Registry;

  constructor({ raw, exchange }: FastifyRequest, at: number, status: number | undefined, workspaces: Registry) {
    this.at = at;
    this.status = status;
    this.#durationMs = performance.now() - exchange.startedAt;
    // Not the request itself, which would keep its connection too.
    this.#method = raw.method ?? '';
    this.#url = raw.url ?? '';
    this.#headers = raw.headers;
    // Those that were read can be read from the URL again: a journal of many small objects is costly to keep.
    this.#hasParameters = exchange.parameters.length > 0;
    exchange.parameters = [];
    this.#exchange = exchange;
    this.#workspaces = workspaces;
  }

  get outcome(): string {
    return outcomeOf(this.#exchange);
  }

  get segmentId(): string | undefined {
    return segmentIdIn(this.#parameters());
  }

  view(): EntryView {
    const parameters = this.#parameters();
    const evidence: Evidence = {
      method: this.#method,
      url: this.#url,
      headers: this.#headers,
      exchange: this.#exchange,
      parameters,
      status: this.status,
      workspaces: this.#workspaces,
    };
    return {
      id: this.id,
      at: formatInstant(this.at),
      method: this.#method,
      path: this.#exchange.path,
      query: queryView(parameters),
      headers: headersView(this.#headers),
      status: this.status ?? null,
      outcome: this.outcome,
      durationMs: Math.round(this.#durationMs * 1000) / 1000,
      warnings: warningsOf(evidence),
      explain: explain(evidence),
    };
  }

  #parameters(): readonly Parameter[] {
    return this.#hasParameters ? readParameters(queryStringOf(this.#url)) : [];
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

import { performance } from 'node:perf_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Entry, EntryView } from '../journal/journal.js';
import type { Mock } from '../mock.js';
import { formatInstant } from '../series/calendar.js';
import { bearerToken } from './admission.js';
import { outcomeOf } from './exchange.js';
import { type Evidence, explain } from './explain.js';
import { redactKey } from '../workspaces/api-key.js';
import { plainPath } from './paths.js';
import { type Parameter, segmentIdIn } from './parameters.js';
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
  const evidence = {
    method: request.method,
    url: request.url,
    headers: raw.headers,
    exchange,
    status,
    workspaces: mock.workspaces,
  };
  const at = exchange.opened?.now ?? (workspace ?? mock).clock.now();
  journal.add(new RequestEntry(evidence, at, status, request.routeOptions.config.parameters));
}

function workspaceOfKey(mock: Mock, authorization: string | undefined) {
  return mock.workspaces.opened(bearerToken(authorization) ?? '')?.workspace;
}

/** Keeps what a request left behind, and writes it out when somebody looks. */
class RequestEntry implements Omit<Entry, 'id'> {
  readonly id = '';
  readonly at: number;
  readonly status: number | undefined;
  readonly #evidence: Evidence;
  readonly #known: Parameters<typeof warningsOf>[1];
  readonly #durationMs: number;

  constructor(evidence: Evidence, at: number, status: number | undefined, known: Parameters<typeof warningsOf>[1]) {
    this.at = at;
    this.status = status;
    this.#evidence = evidence;
    this.#known = known;
    this.#durationMs = performance.now() - evidence.exchange.startedAt;
  }

  get outcome(): string {
    return outcomeOf(this.#evidence.exchange);
  }

  get segmentId(): string | undefined {
    return segmentIdIn(this.#evidence.exchange.parameters);
  }

  view(): EntryView {
    const { method, url, headers, exchange } = this.#evidence;
    return {
      id: this.id,
      at: formatInstant(this.at),
      method,
      path: plainPath(url),
      query: queryView(exchange.parameters),
      headers: headersView(headers),
      status: this.status ?? null,
      outcome: this.outcome,
      durationMs: Math.round(this.#durationMs * 1000) / 1000,
      warnings: warningsOf(this.#evidence, this.#known),
      explain: explain(this.#evidence),
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

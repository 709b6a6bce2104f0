import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Strike } from '../../core/faults/faults.js';
import type { Entry, EntryView } from '../../core/journal/journal.js';
import type { Mock } from '../../core/mock.js';
import { formatInstant } from '../../core/time/calendar.js';
import { monotonicNow } from '../../system/real-time.js';
import { bearerToken } from './authenticate.js';
import { outcomeOf } from './exchange.js';
import type { Refusal } from '../../core/refusals/codes.js';
import { type Evidence, explain } from './explain.js';
import { defineField, isSecretName, type Mask, maskStrings, redact } from '../../core/workspaces/masking.js';
import type { Registry } from '../../core/workspaces/registry.js';
import { misplacedKeys } from './misplaced-keys.js';
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
    const headers = headersOf(raw);
    journal.add((leaving) => {
      const entry = leaving instanceof RequestEntry ? leaving : new RequestEntry(mock.workspaces);
      return entry.of(request, headers, at, status);
    });
  };
}

function workspaceOfKey(mock: Mock, authorization: string | undefined) {
  return mock.workspaces.opened(bearerToken(authorization) ?? '')?.workspace;
}

/** Characters of headers that are kept to be found again. */
const HEADERS_KEPT = 128 * 1024;

/**
 * Headers as JSON: one flat text, which takes a quarter of the memory of the object and whose size is known. Clients
 * send the same headers time and again: entries share the texts of recent ones.
 */
function sharedHeaders(): (request: IncomingMessage) => string {
  const recent = new LRUCache<string, string>({ maxSize: HEADERS_KEPT, sizeCalculation: ({ length }) => length });
  let last: { raw: readonly string[]; host: string | undefined; text: string } = {
    raw: [],
    host: undefined,
    text: '{}',
  };
  return ({ rawHeaders, headers }) => {
    const { raw, host } = last;
    const isSame =
      raw.length === rawHeaders.length &&
      // The host may be that of the URL.
      host === headers.host &&
      raw.every((text, index) => text === rawHeaders[index]);
    if (!isSame) {
      const built = JSON.stringify(headers);
      const text = recent.get(built) ?? flat(built);
      recent.set(text, text);
      last = { raw: rawHeaders, host: headers.host, text };
    }
    return last.text;
  };
}

/** The same text in one piece: V8 may keep one that was put together as a tree of its parts, twice as large. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Bytes that an entry takes beside its texts, its place in the journal included (measured: stress, `refusals`). */
const ENTRY_BYTES = 440;
/** Bytes of a reason beside its texts, and of a text beside its characters. */
const REASON_BYTES = 120;
const TEXT_BYTES = 24;

/**
 * What a request left behind: codes and values, of which the view is made when somebody looks. Every request renews
 * a part of a full journal, and what lives as long as an entry is expensive to collect: so it keeps little, reads the
 * rest again, and is used again for another request when it leaves the journal.
 */
class RequestEntry implements Omit<Evidence, 'misplacedKeys'>, Entry {
  number = 0;
  at = 0;
  method = '';
  url = '';
  headersText = '';
  endpoint: Evidence['endpoint'] = undefined;
  workspace: Evidence['workspace'] = undefined;
  permissions: Evidence['permissions'] = undefined;
  faultsPlanned: Evidence['faultsPlanned'] = undefined;
  preferred: Evidence['preferred'] = undefined;
  strike: Evidence['strike'] = undefined;
  reasons: Refusal['reasons'] | undefined = undefined;
  status: Evidence['status'] = undefined;
  bytes = 0;
  readonly workspaces: Registry;
  #quota = 0;
  #remaining = 0;
  #durationMs = 0;
  #hasParameters = false;

  constructor(workspaces: Registry) {
    this.workspaces = workspaces;
  }

  of({ raw, originalUrl, exchange }: FastifyRequest, headers: string, at: number, status: number | undefined): this {
    const { opened, limit, strike, refusal } = exchange;
    this.at = at;
    this.method = raw.method ?? '';
    this.url = raw.url ?? '';
    this.headersText = headers;
    this.endpoint = exchange.endpoint;
    this.workspace = opened?.workspace.name;
    this.permissions = opened?.apiKey.permissions;
    this.#quota = limit?.limit ?? 0;
    this.#remaining = limit?.remaining ?? 0;
    this.faultsPlanned = exchange.faultsPlanned;
    this.preferred = exchange.preferred;
    this.strike = strike && { id: strike.id, effect: strike.effect };
    this.reasons = refusal?.reasons;
    this.status = status;
    this.#durationMs = monotonicNow() - exchange.startedAt;
    this.#hasParameters = exchange.parameters.length > 0;
    // A URL without its host is a slice of the whole one, which stays in memory.
    this.bytes =
      ENTRY_BYTES + originalUrl.length + headers.length + bytesOfReasons(refusal?.reasons) + bytesOfStrike(strike);
    return this;
  }

  get limit(): Evidence['limit'] {
    return this.#quota === 0 ? undefined : { limit: this.#quota, remaining: this.#remaining };
  }

  get refusal(): Evidence['refusal'] {
    return this.reasons && { reasons: this.reasons };
  }

  get path(): string {
    return plainPath(this.url);
  }

  get headers(): IncomingHttpHeaders {
    return JSON.parse(this.headersText) as IncomingHttpHeaders;
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
    const { mask } = this.workspaces;
    const evidence = this.#evidence();
    const view = {
      id: String(this.number),
      at: formatInstant(this.at),
      method: this.method,
      path: this.path,
      query: fieldsOf(evidence.parameters.map(({ name, value }) => [name, value])),
      headers: headersView(evidence.headers, mask),
      status: this.status ?? null,
      outcome: this.outcome,
      durationMs: Math.round(this.#durationMs * 1000) / 1000,
      warnings: warningsOf(evidence),
      explain: explain(evidence),
    };
    return maskStrings(view, mask);
  }

  /** What explains the request. Values that may be cut short in messages are masked before. */
  #evidence(): Evidence {
    const { mask, knownKeys } = this.workspaces;
    const { refusal, headers, path, parameters: sent } = this;
    const lacksKey = refusal?.reasons[0].code === 'api_key_missing';
    const parameters = sent.map(({ name, value }) => ({
      name: mask(name),
      value: isSecretName(name) ? redact(value) : mask(value),
    }));
    return {
      method: this.method,
      url: this.url,
      path,
      headers,
      presentedKey: this.presentedKey,
      parameters,
      endpoint: this.endpoint,
      workspace: this.workspace,
      permissions: this.permissions,
      limit: this.limit,
      faultsPlanned: this.faultsPlanned,
      preferred: this.preferred,
      strike: this.strike,
      status: this.status,
      workspaces: this.workspaces,
      refusal: refusal && maskStrings(refusal, mask),
      misplacedKeys: misplacedKeys({ path, parameters: sent, headers, lacksKey }, knownKeys),
    };
  }
}

function bytesOfReasons(reasons: Refusal['reasons'] | undefined): number {
  let bytes = 0;
  for (const reason of reasons ?? []) {
    bytes += REASON_BYTES;
    for (const value of Object.values(reason)) bytes += bytesOfValue(value);
  }
  return bytes;
}

/** Lists are shared by all refusals that quote them. */
function bytesOfValue(value: unknown): number {
  // Two bytes for a character, as an id of emoji has them.
  if (typeof value === 'string') return TEXT_BYTES + 2 * value.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0;
  return Object.values(value).reduce<number>((bytes, inner) => bytes + bytesOfValue(inner), REASON_BYTES);
}

/** The effect is the fault's, but may outlive it here. */
function bytesOfStrike(strike: Strike | undefined): number {
  return strike === undefined ? 0 : REASON_BYTES + 2 * JSON.stringify(strike.effect).length;
}

/** Fields of one object; one that comes several times has a list. */
function fieldsOf(pairs: [name: string, value: string | string[]][]): EntryView['query'] {
  const fields: EntryView['query'] = {};
  for (const [name, value] of pairs) {
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    defineField(fields, name, before === undefined ? value : [before, value].flat());
  }
  return fields;
}

function headersView(headers: IncomingHttpHeaders, mask: Mask): EntryView['headers'] {
  const pairs = Object.entries(headers).filter((pair): pair is [string, string | string[]] => pair[1] !== undefined);
  return fieldsOf(pairs.map(([name, value]) => [mask(name), isSecretName(name) ? redactHeader(value) : value]));
}

function redactHeader(value: string | string[]): string {
  const [, scheme = '', secret = ''] = /^((?:bearer|basic) +)?(.*)$/is.exec(String(value)) ?? [];
  return scheme + redact(secret);
}

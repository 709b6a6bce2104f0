import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { appOptions } from './app.js';
import { buildApp } from '../../src/server/app.js';
import type { AccessSettings } from '../../src/server/options.js';
import { mockOf } from './mock.js';

export type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, Media> };
  responses: Record<string, Response>;
  security: Record<string, string[]>[];
};
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: object;
  examples?: Record<string, { value: unknown }>;
}
export interface Media {
  schema: object;
  examples?: Record<string, { value: unknown }>;
}
export interface Response {
  description: string;
  headers?: Record<string, { schema: { examples?: unknown[] }; required?: boolean }>;
  content?: Record<string, Media>;
}
export interface Document {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

/** The document of a server with the given settings. */
export async function documentOf(settings: Partial<AccessSettings> = {}): Promise<Document> {
  const { fastify } = buildApp(mockOf(), appOptions({ settings }));
  const reply = await fastify.inject('/openapi.json');
  await fastify.close();
  return reply.json<Document>();
}

/** A document with references to parameters, headers and responses resolved, but not those to schemas. */
export function followed(document: Document): Document {
  return follow(document) as Document;

  function follow(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(follow);
    if (typeof value !== 'object' || value === null) return value;
    const reference = '$ref' in value ? String(value.$ref) : '';
    const [, kind = '', name = ''] = /^#\/components\/(parameters|headers|responses)\/(.*)$/.exec(reference) ?? [];
    if (kind !== '') return follow(document.components[kind]?.[name]);
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, follow(child)]));
  }
}

/** The operations of a document, each with its method and path. */
export function operationsOf({ paths }: Document): { method: string; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
}

/** Checks values against schemas of a document, strictly by JSON Schema 2020-12. */
export class Checker {
  readonly #ajv: Ajv2020;
  /** By the text of their schemas: many replies have the same. */
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor({ components }: Document) {
    this.#ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTypes: false, strictRequired: false });
    addFormats.default(this.#ajv);
    this.#ajv.addVocabulary(['components']);
    this.#ajv.addSchema({ $id: 'document', components });
  }

  /** The mistakes in a value. */
  problems(schema: object, value: unknown): string[] {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    let validate = this.#compiled.get(text);
    if (validate === undefined) this.#compiled.set(text, (validate = this.#ajv.compile(JSON.parse(text) as object)));
    return validate(value)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  }

  /** Mismatches between a reply and its operation; headers are optional. */
  replyProblems({ responses }: Operation, { status, headers, text }: Sent): string[] {
    const response = responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`];
    if (response === undefined) return [`there is no status ${status}`];
    const type = headers['content-type']?.split(';')[0] ?? '';
    const media = response.content?.[type];
    if (text !== '' && media === undefined) return [`status ${status} has no ${type}`];
    const body = media === undefined || text === '' ? [] : this.problems(media.schema, parsed(type, text));
    const unknown = Object.keys(headers).filter((name) => !HOP.has(name) && response.headers?.[name] === undefined);
    const wrong = Object.entries(response.headers ?? {}).flatMap(([name, { schema }]) =>
      headers[name] === undefined ? [] : this.problems(schema, headerValue(schema, headers[name])),
    );
    return [...body, ...unknown.map((name) => `status ${status} has no header ${name}`), ...wrong];
  }
}

export interface Sent {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Headers of HTTP itself, and the content type, which the media type describes. */
const HOP = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'content-type']);

function parsed(type: string, text: string): unknown {
  return type === 'application/json' ? JSON.parse(text) : text;
}

function headerValue(schema: object, text: string): unknown {
  return JSON.stringify(schema).includes('"integer"') && text !== '' ? Number(text) : text;
}

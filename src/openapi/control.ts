import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { RouteOptions } from '../server/bare-app.js';
import { CONTROL_CODES, type ControlCode } from '../operations/errors.js';
import { isOpen } from '../server/control/guard.js';
import { isControlPath } from '../server/paths.js';
import { envelope } from '../core/refusals/envelope.js';
import { REFUSALS, type RefusalCode } from '../core/refusals/codes.js';
import { reasonPhrase } from './status-text.js';
import { type ControlCall, MISSING } from './control-calls.js';
import { PARSER_REFUSALS } from './endpoints.js';
import type { Example } from './examples.js';
import { examplesOf, type ExampleReply, occasions, PROFILES } from './replies.js';
import { anyOf, openApiSchema, type JsonObject } from './schemas.js';

/** Refusals of the HTTP layer, possible on any path. */
const OF_HTTP = ['http_malformed', 'query_malformed', 'request_timeout', 'body_too_large', 'uri_too_long'] as const;
const OF_HTTP_TOO = ['expectation_failed', 'headers_too_large', 'method_not_allowed'] as const;
const OF_GUARD = ['control_token_invalid', 'host_forbidden', 'origin_forbidden', 'internal_server_error'] as const;

/** The schema of a control API route for the document. */
export function controlSchema(
  { url, schema = {}, config = {} }: RouteOptions,
  exampleCalls: readonly Example[],
  refusals: ReadonlyMap<string, ExampleReply>,
): JsonObject {
  const open = isOpen(url);
  const codes: string[] = [
    ...OF_HTTP,
    ...OF_HTTP_TOO,
    ...(open ? [] : OF_GUARD),
    ...(schema.body === undefined ? [] : ['body_malformed', 'body_invalid']),
    ...(schema.querystring === undefined ? [] : ['query_invalid']),
    ...(schema.refuses ?? []),
  ];
  const calls = [...exampleCalls, ...missing(schema.refuses ?? [], exampleCalls[0])];
  const examples = (of: 'params' | 'query') => (name: string, field: JsonObject) => valuesOf(calls, of, name, field);
  const responses = {
    ...successResponses(schema.response as Record<string, TSchema>, exampleCalls),
    ...refusedResponses(codes, refusals),
  };
  return {
    operationId: schema.operationId ?? '',
    summary: schema.summary ?? '',
    description: `${schema.summary ?? ''}.${config.bodyOptional === true ? ' The body may be left out.' : ''}`,
    tags: [tagOf(url)],
    security: open ? [] : [{}, { controlToken: [] }],
    ...(schema.params !== undefined && { params: fields(schema.params as TSchema, url, examples('params')) }),
    ...(schema.querystring !== undefined && {
      querystring: fields(inQuery(schema.querystring as TSchema), undefined, examples('query')),
    }),
    ...(schema.body !== undefined && {
      body: { ...openApiSchema(schema.body as TSchema), 'x-examples': bodies(calls) },
    }),
    ...(schema.consumes !== undefined && { consumes: [...schema.consumes] }),
    response: isControlPath(url) ? withNosniff(responses) : responses,
  };
}

const NOSNIFF = {
  'x-content-type-options': {
    type: 'string',
    const: 'nosniff',
    description: 'On every reply of the control API and on this document: browsers must not guess another type.',
  },
};

function withNosniff(responses: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(responses as Record<string, JsonObject>).map(([status, response]) => [
      status,
      { ...response, headers: { ...NOSNIFF, ...(response['headers'] as JsonObject | undefined) } },
    ]),
  );
}

/** Calls that name something unknown, each under the code of its refusal. */
function missing(codes: readonly ControlCode[], good: ControlCall | undefined): (ControlCall & { name: string })[] {
  return codes.flatMap((code) => {
    const params = MISSING[code];
    const isOfPath = Object.keys(params ?? {}).every((name) => good?.params?.[name] !== undefined);
    return params === undefined || !isOfPath ? [] : [{ name: code, ...good, params: { ...good?.params, ...params } }];
  });
}

export function tagOf(url: string): string {
  const [, room = '', , part] = url.replace(/^\/__mock/, '').split('/');
  if (room === 'workspaces') return part === undefined || part === 'reset' ? room : part;
  return room === 'requests' ? room : 'mock';
}

/** The fields of an object as parameters with examples. With `url`, only those in the path. */
function fields(
  schema: TSchema,
  url: string | undefined,
  examples: (name: string, field: JsonObject) => JsonObject,
): JsonObject {
  const { properties, ...rest } = openApiSchema(schema) as { properties: Record<string, JsonObject> };
  const used = Object.entries(properties).filter(([name]) => url === undefined || url.includes(`:${name}`));
  const withExamples = used.map(([name, field]) => {
    const values = examples(name, field);
    return [name, Object.keys(values).length === 0 ? field : { ...field, 'x-examples': values }];
  });
  return { ...rest, properties: Object.fromEntries(withExamples) as JsonObject };
}

function valuesOf(
  calls: readonly (ControlCall & { name: string })[],
  of: 'params' | 'query',
  name: string,
  field: JsonObject,
): JsonObject {
  return Object.fromEntries(
    calls.flatMap((call) => {
      const text = call[of]?.[name];
      return text === undefined ? [] : [[call.name, { value: field['type'] === 'integer' ? Number(text) : text }]];
    }),
  );
}

function bodies(calls: readonly (ControlCall & { name: string })[]): JsonObject {
  return Object.fromEntries(calls.flatMap(({ name, body }) => (body === undefined ? [] : [[name, { value: body }]])));
}

/** A union of an integer and its text, for callers of the library, becomes the integer in a query. */
function inQuery(schema: TSchema): TSchema {
  const properties = Object.entries(schema['properties'] as Record<string, TSchema>).map(([name, field]) => {
    const number = ((field['anyOf'] ?? []) as TSchema[]).find(({ type }) => type === 'integer');
    return [name, number === undefined ? field : { ...field, ...number, anyOf: undefined }];
  });
  return { ...schema, properties: Object.fromEntries(properties) as Record<string, TSchema> };
}

function successResponses(response: Record<string, TSchema>, exampleCalls: readonly Example[]): JsonObject {
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => {
      const description = `${reasonPhrase(Number(status))}.`;
      if (schema['type'] === 'null') return [status, { description: schema.description ?? description, type: 'null' }];
      const media = (schema['content'] ?? { 'application/json': { schema } }) as Record<string, { schema: TSchema }>;
      const content = Object.entries(media).map(([type, { schema: body }]) => {
        const replies = exampleCalls
          .map(({ reply }) => reply)
          .filter(({ headers }) => headers['content-type']?.startsWith(type));
        const examples = examplesOf(replies, Number(status));
        const some = Object.keys(examples).length > 0;
        return [type, { schema: openApiSchema(body), ...(some && { examples }) }];
      });
      const headers = (schema['headers'] ?? {}) as Record<string, TSchema>;
      const some = Object.entries(headers).map(([name, header]) => [name, openApiSchema(header)]);
      return [
        status,
        {
          description,
          ...(some.length > 0 && { headers: Object.fromEntries(some) as JsonObject }),
          content: Object.fromEntries(content) as JsonObject,
        },
      ];
    }),
  );
}

function refusedResponses(codes: readonly string[], refusals: ReadonlyMap<string, ExampleReply>): JsonObject {
  const statuses = [...new Set(codes.map(statusOfCode))];
  return Object.fromEntries(
    statuses.map((status) => {
      const names = [...new Set(codes)].filter((code) => statusOfCode(code) === status);
      const replies = names.flatMap((name) => refusals.get(name) ?? parserRefusalsOf(name));
      return [
        String(status),
        {
          description: occasions(status, names),
          ...(status === 405 && { headers: CONTROL_ALLOW_HEADER }),
          content: { 'application/json': { schema: bodySchema(status, names), examples: examplesOf(replies, status) } },
        },
      ];
    }),
  );
}

const CONTROL_ALLOW_HEADER = {
  allow: { ...openApiSchema(Type.String()), description: 'The methods that the path answers.' },
};

function statusOfCode(code: string): number {
  return code in CONTROL_CODES ? CONTROL_CODES[code as ControlCode] : REFUSALS[code as RefusalCode].status;
}

/** Refusals of Node's parser are worded by the server's profile. */
function bodySchema(status: number, codes: readonly string[]): JsonObject {
  const ofNode = codes.filter((code) => [...OF_HTTP, ...OF_HTTP_TOO].some((one) => one === code));
  const own = openApiSchema(envelope(codes));
  if (ofNode.length === 0 || status === 405 || status === 417) return own;
  return anyOf([own, ...PROFILES.map((profile) => openApiSchema(profile.schemas().refusal(status, codes)))]);
}

function parserRefusalsOf(code: string): ExampleReply[] {
  const reason = PARSER_REFUSALS.find((one) => one.code === code);
  const [profile] = PROFILES;
  if (reason === undefined || profile === undefined) return [];
  const body = profile.refusal([reason]);
  return [{ name: code, status: profile.status(reason), headers: {}, text: body, profileIndex: 0 }];
}

import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { RouteOptions } from '../server/bare-app.js';
import { CONTROL_CODES, type ControlCode } from '../operations/errors.js';
import { isOpen } from '../server/control/guard.js';
import { envelope } from '../core/refusals/envelope.js';
import { REFUSALS, type RefusalCode } from '../core/refusals/codes.js';
import { type ControlCall, MISSING } from './control-calls.js';
import { PARSER_REFUSALS } from './endpoints.js';
import type { Example } from './examples.js';
import { examplesOf, type ExampleReply, occasions, PROFILES, reasonPhrase, withExamples } from './replies.js';
import { anyOf, mapValues, openApiSchema, type JsonObject } from './schemas.js';

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
  const withBody = calls.filter(({ body }) => body !== undefined);
  const bodies = Object.fromEntries(withBody.map(({ name, body: value = null }) => [name, { value }])) as JsonObject;
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
    ...(schema.params !== undefined && {
      params: withExamples(schema.params as TSchema, calls, ({ params }) => params),
    }),
    ...(schema.querystring !== undefined && {
      querystring: withExamples(inQuery(schema.querystring as TSchema), calls, ({ query }) => query),
    }),
    ...(schema.body !== undefined && { body: { ...openApiSchema(schema.body as TSchema), 'x-examples': bodies } }),
    ...(schema.consumes !== undefined && { consumes: [...schema.consumes] }),
    response: mapValues(responses as Record<string, JsonObject>, (response) => ({
      ...response,
      headers: { ...NOSNIFF, ...(response['headers'] as JsonObject | undefined) },
    })),
  };
}

const NOSNIFF = {
  'x-content-type-options': {
    type: 'string',
    const: 'nosniff',
    description: 'On every reply of the control API and on this document: browsers must not guess another type.',
  },
};

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
  if (room === 'workspaces') return [undefined, 'reset', 'fixture'].includes(part) ? room : String(part);
  return room === 'requests' || room === 'conduct' ? room : 'mock';
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
  return mapValues(response, (schema, status) => {
    const description = `${reasonPhrase(Number(status))}.`;
    if (schema['type'] === 'null') return { description: schema.description ?? description, type: 'null' };
    const media = (schema['content'] ?? { 'application/json': { schema } }) as Record<string, { schema: TSchema }>;
    const content = mapValues(media, ({ schema: body }, type) => {
      const replies = exampleCalls.map(({ reply }) => reply);
      const ofType = replies.filter(({ headers }) => headers['content-type']?.startsWith(type));
      const examples = examplesOf(ofType, Number(status));
      return { schema: openApiSchema(body), ...(Object.keys(examples).length > 0 && { examples }) };
    });
    const headers = mapValues((schema['headers'] ?? {}) as Record<string, TSchema>, openApiSchema);
    return { description, headers, content };
  });
}

function refusedResponses(codes: readonly string[], refusals: ReadonlyMap<string, ExampleReply>): JsonObject {
  const statuses = [...new Set(codes.map(statusOfCode))];
  const refused = statuses.map((status): [string, JsonObject] => {
    const names = [...new Set(codes)].filter((code) => statusOfCode(code) === status);
    const replies = names.flatMap((name) => refusals.get(name) ?? parserRefusalsOf(name));
    const json = { schema: bodySchema(status, names), examples: examplesOf(replies, status) };
    const description = occasions(status, names);
    const headers = status === 405 ? CONTROL_ALLOW_HEADER : {};
    return [String(status), { description, headers, content: { 'application/json': json } }];
  });
  return Object.fromEntries(refused);
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

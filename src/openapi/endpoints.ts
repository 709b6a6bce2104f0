import { type TSchema, Type } from '@sinclair/typebox';
import type { FastifyInstance, RouteOptions } from '../server/bare-app.js';
import { refusalOf } from '../server/transport/malformed.js';
import { LIMITS } from '../server/transport/limits.js';
import { PREFERABLE } from '../core/faults/prefer.js';
import { edgePage } from '../core/refusals/edge-page.js';
import type { Answer, Profile } from '../core/profiles/profile.js';
import type { Reason } from '../core/refusals/codes.js';
import { codeOf } from '../core/refusals/messages.js';
import { type Call, callsOf } from './endpoint-calls.js';
import { examplesOf, type ExampleReply, headersOf, occasions, PROFILES } from './replies.js';
import { anyOf, openApiSchema, type Json, type JsonObject } from './schemas.js';

/** Refusals of Node's parser, which `inject` cannot provoke. */
export const PARSER_REFUSALS: Reason[] = [
  { code: 'http_malformed', detail: 'Invalid method encountered' },
  { code: 'request_timeout' },
  { code: 'headers_too_large', limit: LIMITS.headers },
];

const SUCCESSES: Record<Answer, string> = {
  series: 'Daily series of the estimated size of a segment',
  list: 'A page of the segments',
  details: 'What the dashboard says of a segment',
  campaigns: 'A page of the campaigns, always empty',
};

/** The schema of an endpoint's route for the document: its parameters, and every reply that it gave. */
export async function endpointSchema(route: RouteOptions, apps: readonly FastifyInstance[]): Promise<JsonObject> {
  const { answer, parameters, permission } = route.config?.endpoint ?? {};
  if (answer === undefined || parameters === undefined) throw new Error(`${route.url} does not say what it answers`);
  const calls = callsOf(answer);
  const replies: ExampleReply[] = [];
  for (const [profileIndex, app] of apps.entries()) {
    for (const [name, call] of Object.entries(calls)) replies.push(await ask(app, route.url, name, call, profileIndex));
    for (const reason of PARSER_REFUSALS)
      replies.push(parserRefusal(PROFILES[profileIndex] as Profile, reason, profileIndex));
  }
  return {
    operationId: `get${answer[0]?.toUpperCase() ?? ''}${answer.slice(1)}`,
    summary: SUCCESSES[answer],
    description: `${SUCCESSES[answer]}, for an API key with the permission \`${permission ?? ''}\`. Checks are made in a fixed order; a call that is wrong in several ways is refused for the first.`,
    tags: ['endpoints'],
    security: [{ apiKey: [] }],
    querystring: withExamples(parameters, calls),
    headers: requestHeaders(calls),
    response: responses(answer, replies),
  };
}

async function ask(
  app: FastifyInstance,
  path: string,
  name: string,
  call: Call,
  profileIndex: number,
): Promise<ExampleReply> {
  const {
    query,
    rawQuery: wrong,
    prefer,
    headers = { authorization: 'Bearer YOUR-REST-API-KEY' },
    method = 'GET',
  } = call;
  const reply = await app.inject({
    method,
    url: `${path}?${wrong ?? new URLSearchParams(query).toString()}`,
    headers: { ...headers, ...(prefer !== undefined && { prefer: `code=${prefer}` }) },
  });
  return { name, status: reply.statusCode, headers: headerTextsOf(reply.headers), text: reply.payload, profileIndex };
}

function parserRefusal(profile: Profile, reason: Reason, profileIndex: number): ExampleReply {
  const { status, headers, body } = refusalOf(profile, reason);
  return { name: reason.code, status, headers, text: body, profileIndex };
}

export function headerTextsOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** The parameters, each with the values in the calls as examples under the names of the calls. */
function withExamples(parameters: TSchema, calls: Record<string, Call>): JsonObject {
  const { properties, ...schema } = openApiSchema(parameters) as { properties: Record<string, JsonObject> };
  const fields = Object.entries(properties).map(([name, field]) => {
    const examples = Object.entries(calls).flatMap(([call, { query }]) => {
      const text = query?.[name];
      return text === undefined ? [] : [[call, { value: parameterValue(text, field) }]];
    });
    return [name, { ...field, 'x-examples': Object.fromEntries(examples) as JsonObject }];
  });
  return { ...schema, properties: Object.fromEntries(fields) as JsonObject };
}

/** Converts the text of a parameter to the type in its schema. */
function parameterValue(text: string, { type }: JsonObject): Json {
  return type === 'integer' || type === 'boolean' ? (JSON.parse(text) as Json) : text;
}

function requestHeaders(calls: Record<string, Call>): JsonObject {
  const preferred = Object.entries(calls).filter(([, { prefer }]) => prefer !== undefined);
  return {
    type: 'object',
    properties: {
      prefer: {
        type: 'string',
        description: `Forces an outcome: \`code=\` and one of ${PREFERABLE.join(', ')}. Anything else is ignored.`,
        // Swagger UI fills in the first one.
        'x-examples': {
          success: { value: '', summary: 'Nothing in particular' },
          ...Object.fromEntries(preferred.map(([name, { prefer = 0 }]) => [name, { value: `code=${prefer}` }])),
        },
      },
      'if-none-match': {
        type: 'string',
        description: 'The `etag` of a reply that is at hand, where the profile gives replies one.',
      },
    },
  };
}

function responses(answer: Answer, replies: readonly ExampleReply[]): JsonObject {
  const statuses = [...new Set(replies.map(({ status }) => status))].toSorted((one, other) => one - other);
  const successes = anyOf(
    PROFILES.map((profile) => ({ ...openApiSchema(profile.schemas()[answer]), title: profile.name })),
  );
  const refused = statuses.filter((status) => status >= 400);
  return {
    200: {
      description: `${SUCCESSES[answer]}.`,
      headers: headersOf(200, replies, PREFERENCE),
      content: { 'application/json': { schema: successes, examples: examplesOf(replies, 200) } },
    },
    304: {
      type: 'null',
      description: 'The reply is the one that `If-None-Match` names; only where the profile gives replies an `etag`.',
      headers: headersOf(304, replies, {}),
    },
    ...Object.fromEntries(refused.map((status) => [String(status), refusal(status, replies)])),
    '4XX': planned(418),
    '5XX': planned(599),
  };
}

const PREFERENCE = { 'preference-applied': Type.String({ pattern: '^code=\\d{3}$' }) };
const ENDPOINT_ALLOW_HEADER = { allow: Type.String({ description: 'The methods that the path answers.' }) };

function refusal(status: number, replies: readonly ExampleReply[]): JsonObject {
  // A planned fault can have any status.
  const codes = [...new Set([...namesAt(status, replies), codeOf({ code: 'as_planned', status })])];
  const schemas = PROFILES.map((profile) => ({
    ...openApiSchema(profile.schemas().refusal(status, codes)),
    title: profile.name,
  }));
  const more = {
    ...(PREFERABLE.some((one) => one === status) && PREFERENCE),
    ...(status === 405 && ENDPOINT_ALLOW_HEADER),
  };
  return {
    description: occasions(status, codes),
    headers: headersOf(status, replies, more),
    content: {
      'application/json': { schema: anyOf(schemas), examples: examplesOf(replies, status) },
      ...(status >= 502 && status <= 504 && { 'text/html': edgePageAt(status) }),
    },
  };
}

/** The body of a fault with `"body": "html"`. */
function edgePageAt(status: number): JsonObject {
  const schema = { type: 'string', pattern: '^<html>', description: 'A page as an edge proxy sends it.' };
  return { schema, examples: { edge_page: { value: edgePage(status) } } };
}

function namesAt(status: number, replies: readonly ExampleReply[]): string[] {
  return replies.filter((reply) => reply.status === status).map(({ name }) => name);
}

/** A status that only a planned fault produces. */
function planned(example: number): JsonObject {
  const schemas = PROFILES.map((profile) => ({
    ...openApiSchema(profile.schemas().refusal(example, undefined)),
    title: profile.name,
  }));
  const replies = PROFILES.map((profile, profileIndex) => ({
    ...parserRefusal(profile, { code: 'as_planned', status: example }, profileIndex),
    name: 'as_planned',
  }));
  return {
    description: 'Any other status, as a fault was planned with it.',
    headers: headersOf(example, replies, {}),
    content: { 'application/json': { schema: anyOf(schemas), examples: examplesOf(replies, example) } },
  };
}

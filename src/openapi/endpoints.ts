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
import { examplesOf, type ExampleReply, headersOf, inject, occasions, PROFILES, withExamples } from './replies.js';
import { anyOf, openApiSchema, type JsonObject } from './schemas.js';
import { Field } from '../schema/shapes.js';

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
  const calls = Object.entries(callsOf(answer)).map(([name, call]) => ({ name, ...call }));
  const replies: ExampleReply[] = [];
  for (const [profileIndex, app] of apps.entries()) {
    for (const call of calls) replies.push(await inject(app, call.name, serviceRequest(route.url, call), profileIndex));
    for (const reason of PARSER_REFUSALS)
      replies.push(parserRefusal(PROFILES[profileIndex] as Profile, reason, profileIndex));
  }
  return {
    operationId: `get${answer[0]?.toUpperCase() ?? ''}${answer.slice(1)}`,
    summary: SUCCESSES[answer],
    description: `${SUCCESSES[answer]}, for an API key with the permission \`${permission ?? ''}\`. Checks are made in a fixed order; a call that is wrong in several ways is refused for the first.`,
    tags: ['endpoints'],
    security: [{ apiKey: [] }],
    querystring: withExamples(parameters, calls, ({ query }) => query),
    headers: requestHeaders(calls),
    response: responses(answer, replies),
  };
}

function serviceRequest(path: string, { query, rawQuery, prefer, headers, method }: Call) {
  return {
    method: method ?? ('GET' as const),
    url: `${path}?${rawQuery ?? new URLSearchParams(query).toString()}`,
    headers: {
      ...(headers ?? { authorization: 'Bearer YOUR-REST-API-KEY' }),
      ...(prefer !== undefined && { prefer: `code=${prefer}` }),
    },
  };
}

function parserRefusal(profile: Profile, reason: Reason, profileIndex: number): ExampleReply {
  const { status, headers, body } = refusalOf(profile, reason);
  return { name: reason.code, status, headers, text: body, profileIndex };
}

function requestHeaders(calls: readonly (Call & { name: string })[]): JsonObject {
  const preferred = calls.filter(({ prefer }) => prefer !== undefined);
  return {
    type: 'object',
    properties: {
      prefer: {
        type: 'string',
        description: `Forces an outcome: \`code=\` and one of ${PREFERABLE.join(', ')}. Anything else is ignored.`,
        // Swagger UI fills in the first one.
        'x-examples': {
          success: { value: '', summary: 'Nothing in particular' },
          ...Object.fromEntries(preferred.map(({ name, prefer = 0 }) => [name, { value: `code=${prefer}` }])),
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
  const successes = ofProfiles((schemas) => schemas[answer]);
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

/** A schema of every profile, under its name. */
function ofProfiles(schemaOf: (schemas: ReturnType<Profile['schemas']>) => TSchema): JsonObject {
  return anyOf(PROFILES.map((profile) => ({ ...openApiSchema(schemaOf(profile.schemas())), title: profile.name })));
}

const PREFERENCE = { 'preference-applied': Type.String({ pattern: '^code=\\d{3}$' }) };
const ENDPOINT_ALLOW_HEADER = { allow: Field.text('The methods that the path answers.') };

function refusal(status: number, replies: readonly ExampleReply[]): JsonObject {
  // A planned fault can have any status.
  const names = replies.filter((reply) => reply.status === status).map(({ name }) => name);
  const codes = [...new Set([...names, codeOf({ code: 'as_planned', status })])];
  const schema = ofProfiles((schemas) => schemas.refusal(status, codes));
  const more = {
    ...(PREFERABLE.some((one) => one === status) && PREFERENCE),
    ...(status === 405 && ENDPOINT_ALLOW_HEADER),
  };
  return {
    description: occasions(status, codes),
    headers: headersOf(status, replies, more),
    content: {
      'application/json': { schema, examples: examplesOf(replies, status) },
      ...(status >= 502 && status <= 504 && { 'text/html': edgePageAt(status) }),
    },
  };
}

/** The body of a fault with `"body": "html"`. */
function edgePageAt(status: number): JsonObject {
  const schema = { type: 'string', pattern: '^<html>', description: 'A page as an edge proxy sends it.' };
  return { schema, examples: { edge_page: { value: edgePage(status) } } };
}

/** A status that only a planned fault produces. */
function planned(example: number): JsonObject {
  const schema = ofProfiles((schemas) => schemas.refusal(example, undefined));
  const replies = PROFILES.map((profile, profileIndex) => ({
    ...parserRefusal(profile, { code: 'as_planned', status: example }, profileIndex),
    name: 'as_planned',
  }));
  return {
    description: 'Any other status, as a fault was planned with it.',
    headers: headersOf(example, replies, {}),
    content: { 'application/json': { schema, examples: examplesOf(replies, example) } },
  };
}

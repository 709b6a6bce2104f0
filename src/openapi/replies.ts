import { STATUS_CODES } from 'node:http';
import type { TSchema } from '@sinclair/typebox';
import { profiles } from '../core/profiles/profiles.js';
import { REFUSALS, type RefusalCode } from '../core/refusals/codes.js';
import type { FastifyInstance, InjectOptions } from '../server/bare-app.js';
import { anyOf, mapValues, openApiSchema, type Json, type JsonObject } from './schemas.js';
import { jsonOrText } from '../operations/replies.js';

/** The profiles, the default one first. */
export const PROFILES = Object.values(profiles);

/** The actual reply to an example call of that name. */
export interface ExampleReply {
  name: string;
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The index in `PROFILES` of the profile that worded it. */
  profileIndex: number;
}

/** The reason phrase of any status, successes included. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}

/** Makes a call and returns the reply under its name. */
export async function inject(
  app: FastifyInstance,
  name: string,
  call: InjectOptions,
  profileIndex = 0,
): Promise<ExampleReply> {
  const { statusCode: status, headers, payload: text } = await app.inject(call);
  return { name, status, headers: mapValues(headers, String) as Record<string, string>, text, profileIndex };
}

type Values = Record<string, string> | undefined;

/** The fields of an object as parameters, with their values in the calls as examples under the names of the calls. */
export function withExamples<Call extends { name: string }>(
  schema: TSchema,
  calls: readonly Call[],
  valuesOf: (call: Call) => Values,
): JsonObject {
  const { properties, ...rest } = openApiSchema(schema) as { properties: Record<string, JsonObject> };
  const typed = (text: string, { type }: JsonObject) =>
    type === 'integer' || type === 'boolean' ? (JSON.parse(text) as Json) : text;
  const withValues = mapValues(properties, (field, parameter) => {
    const examples = calls.flatMap((call) => {
      const text = valuesOf(call)?.[parameter];
      return text === undefined ? [] : [[call.name, { value: typed(text, field) }]];
    });
    return examples.length === 0 ? field : { ...field, 'x-examples': Object.fromEntries(examples) as JsonObject };
  });
  return { ...rest, properties: withValues };
}

/** The replies with a status as examples, each under the name of its call. */
export function examplesOf(replies: readonly ExampleReply[], status: number): JsonObject {
  return Object.fromEntries(
    replies
      .filter((reply) => reply.status === status && reply.text !== '')
      .map(({ name, text, profileIndex }) => [exampleName(name, profileIndex), { value: jsonOrText(text) as Json }]),
  );
}

/** Examples of the first profile have the name of their call, like those of parameters; others get a suffix. */
function exampleName(name: string, profileIndex: number): string {
  return profileIndex === 0 ? name : `${name}_${PROFILES[profileIndex]?.name ?? ''}`;
}

/** Describes a status: when each of its codes occurs, as the README words it. */
export function occasions(status: number, codes: readonly string[]): string {
  const lines = codes.map((code) => {
    const when = code in REFUSALS ? REFUSALS[code as RefusalCode].when : undefined;
    return when === undefined ? `- \`${code}\`` : `- \`${code}\`: ${when}`;
  });
  return [`${reasonPhrase(status)}.`, ...lines].join('\n');
}

/** The headers of a reply, described by the profiles that send them. */
export function headersOf(status: number, replies: readonly ExampleReply[], more: Record<string, TSchema>): JsonObject {
  const schemas = new Map<string, JsonObject[]>();
  for (const headers of [...PROFILES.map((profile) => profile.schemas().headers(status)), more]) {
    for (const [name, schema] of Object.entries(headers)) {
      schemas.set(name, [...(schemas.get(name) ?? []), openApiSchema(schema)]);
    }
  }
  return Object.fromEntries([...schemas].map(([name, found]) => [name, withExample(anyOf(found), name, replies)]));
}

/** A header with a value that it really had, unless the value is another each time. */
function withExample(schema: JsonObject, name: string, sent: readonly ExampleReply[]): JsonObject {
  const value = sent.map(({ headers }) => headers[name]).find((text) => text !== undefined && text !== '');
  if (value === undefined || 'examples' in schema || 'const' in schema) return schema;
  return { ...schema, examples: [JSON.stringify(schema).includes('"integer"') ? Number(value) : value] };
}

import type { TSchema } from '@sinclair/typebox';
import { profiles } from '../core/profiles/profiles.js';
import { REFUSALS, type RefusalCode } from '../core/refusals/codes.js';
import { statusText } from './status-text.js';
import { anyOf, described, type Json, type JsonObject } from './schemas.js';

/** The profiles, the one that speaks first where nobody chose. */
export const PROFILES = Object.values(profiles);

/** A reply that was really replies, to a call of that name. */
export interface ExampleReply {
  name: string;
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The place of the profile that worded it. */
  profileIndex: number;
}

/** The examples of a status among the replies replies, each under the name of its call. */
export function examplesOf(replies: readonly ExampleReply[], status: number): JsonObject {
  return Object.fromEntries(
    replies
      .filter((reply) => reply.status === status && reply.text !== '')
      .map(({ name, text, profileIndex }) => [exampleName(name, profileIndex), { value: bodyOf(text) }]),
  );
}

/** The first profile's examples have the name of their call, as parameters do; those of others are told apart. */
function exampleName(name: string, profileIndex: number): string {
  return profileIndex === 0 ? name : `${name}_${PROFILES[profileIndex]?.name ?? ''}`;
}

function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What a status means: the occasions of its codes, as the README words them. */
export function occasions(status: number, codes: readonly string[]): string {
  const lines = codes.map((code) => {
    const when = code in REFUSALS ? REFUSALS[code as RefusalCode].when : undefined;
    return when === undefined ? `- \`${code}\`` : `- \`${code}\`: ${when}`;
  });
  return [`${statusText(status)}.`, ...lines].join('\n');
}

/** The headers of a reply, described by the profiles that send them. */
export function headersOf(status: number, replies: readonly ExampleReply[], more: Record<string, TSchema>): JsonObject {
  const schemas = new Map<string, JsonObject[]>();
  for (const headers of [...PROFILES.map((profile) => profile.schemas().headers(status)), more]) {
    for (const [name, schema] of Object.entries(headers)) {
      schemas.set(name, [...(schemas.get(name) ?? []), described(schema)]);
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

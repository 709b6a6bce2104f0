import type { TSchema } from '@sinclair/typebox';
import { ClockSetting } from '../core/time/clock.js';
import { ClockView } from '../operations/clock.js';
import { RateLimitSetting, RateLimitView } from '../operations/rate-limit.js';
import { SegmentChange, SegmentInput, SegmentView, SeriesDay } from '../operations/segments.js';
import { ApiKeyView, NewWorkspace, WorkspaceView } from '../operations/workspaces.js';
import { Delay, Effect, FaultPlan, Trigger } from '../core/faults/fault.js';
import { FaultView } from '../core/faults/faults.js';
import { Behaviour } from '../operations/fidelity.js';
import { EntryView } from '../core/journal/entry.js';
import { Listed } from '../core/profiles/segment-bodies.js';
import { reasonPhrase } from './status-text.js';
import { SegmentFixture } from '../core/segments/fixture.js';
import { changed, openApiSchema, type Json, type JsonObject } from './schemas.js';

/** The schemas with a name in the document, each after the ones it contains. */
const NAMED: Record<string, TSchema> = {
  Delay,
  Trigger,
  Effect,
  FaultPlan,
  Fault: FaultView,
  SegmentFixture,
  SegmentInput,
  SegmentChange,
  Segment: SegmentView,
  SeriesDay,
  ClockSetting,
  Clock: ClockView,
  RateLimitSetting,
  RateLimit: RateLimitView,
  ApiKey: ApiKeyView,
  NewWorkspace,
  Workspace: WorkspaceView,
  JournalEntry: EntryView,
  Behaviour,
  ListedSegment: Listed,
};

/** The document with repeated parts moved to `components`. */
export function shareParts(document: JsonObject): JsonObject {
  const shared = new SharedComponents(document['components'] as JsonObject);
  const { paths, ...rest } = document;
  const withSchemas = referringTo(shared)(paths as JsonObject) as Record<string, JsonObject>;
  const seen = new Map<string, number>();
  const eachPart = (work: (part: JsonObject, kind: Kind, hint: string) => Json) =>
    mapValues(withSchemas, (operations, path) =>
      mapValues(operations as Record<string, JsonObject>, (operation) => partsOf(operation, path, work)),
    );
  eachPart((part) => {
    seen.set(JSON.stringify(part), (seen.get(JSON.stringify(part)) ?? 0) + 1);
    return part;
  });
  const found = eachPart((part, kind, hint) => {
    const whole = kind === 'responses' ? withSharedHeaders(part, shared) : part;
    return (seen.get(JSON.stringify(part)) ?? 0) > 1 ? shared.refer(kind, hint, whole) : whole;
  });
  return { ...rest, paths: found, components: shared.components };
}

type Kind = 'schemas' | 'parameters' | 'headers' | 'responses';

/** Applies a function to the parameters and responses of an operation. */
function partsOf(
  operation: JsonObject,
  path: string,
  work: (part: JsonObject, kind: Kind, hint: string) => Json,
): JsonObject {
  const { parameters, responses, ...rest } = operation;
  const prefix = path.startsWith('/__mock') ? 'Control' : '';
  const nameOf = (status: string) => reasonPhrase(Number(status)).replaceAll(/[^A-Za-z]/g, '');
  return {
    ...rest,
    ...(parameters !== undefined && {
      parameters: (parameters as JsonObject[]).map((one) => work(one, 'parameters', one['name'] as string)),
    }),
    responses: mapValues(responses as Record<string, JsonObject>, (response, status) =>
      work(response, 'responses', /^\d+$/.test(status) ? prefix + nameOf(status) : `Planned${status}`),
    ),
  };
}

function withSharedHeaders(response: JsonObject, shared: SharedComponents): JsonObject {
  const { headers, ...rest } = response;
  if (headers === undefined) return response;
  const refer = (header: JsonObject, name: string) => shared.refer('headers', name, header);
  return { ...rest, headers: mapValues(headers as Record<string, JsonObject>, refer) };
}

/** Collects the parts of a document that are referred to. */
class SharedComponents {
  readonly components: JsonObject;
  readonly #references = new Map<string, string>();

  constructor(components: JsonObject) {
    this.components = components;
  }

  /** Adds a part and returns its reference, under the hinted name or the next free one. */
  refer(kind: Kind, hint: string, part: JsonObject): JsonObject {
    const key = `${kind} ${JSON.stringify(part)}`;
    const known = this.#references.get(key);
    if (known !== undefined) return { $ref: known };
    const parts = (this.components[kind] ??= {}) as JsonObject;
    // OpenAPI allows no other characters in the name of a component: last_edit.time[gt] is last_edit.time_gt.
    const plain = hint.match(/[\w.-]+/g)?.join('_') ?? kind;
    let name = plain;
    for (let count = 2; name in parts; count++) name = `${plain}${count}`;
    parts[name] = part;
    this.#references.set(key, `#/components/${kind}/${name}`);
    return { $ref: `#/components/${kind}/${name}` };
  }
}

/** Returns a function that replaces every named schema by a reference. */
function referringTo(shared: SharedComponents): (value: Json) => Json {
  const names = new Map<string, { name: string; schema: JsonObject }>();
  const refer = (object: JsonObject): Json => {
    const found = names.get(schemaKey(object));
    if (found === undefined) return object;
    const { description } = object;
    const isOwn = description !== undefined && description !== found.schema['description'];
    return { ...shared.refer('schemas', found.name, found.schema), ...(isOwn && { description }) };
  };
  for (const [name, schema] of Object.entries(NAMED)) {
    const withReferences = changed(openApiSchema(schema), refer) as JsonObject;
    names.set(schemaKey(withReferences), { name, schema: withReferences });
  }
  return (value) => changed(value, refer);
}

/** A key for a schema that ignores its description. */
function schemaKey({ description: _description, ...schema }: JsonObject): string {
  return JSON.stringify(schema);
}

function mapValues<V extends Json>(object: Record<string, V>, change: (value: V, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

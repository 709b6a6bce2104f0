import type { TSchema } from '@sinclair/typebox';
import { ClockSetting } from '../core/time/clock.js';
import { ClockView } from '../operations/clock.js';
import { RateLimitSetting, RateLimitView } from '../operations/rate-limit.js';
import { SegmentChange, SegmentInput, SegmentView } from '../operations/segments.js';
import { SeriesDay, TrendView } from '../operations/series.js';
import { ApiKeyView, NewWorkspace, WorkspaceView } from '../operations/workspaces.js';
import { Delay, Effect, FaultPlan, Trigger } from '../core/faults/fault.js';
import { FaultView } from '../core/faults/planned-fault.js';
import { Storyboard } from '../core/faults/storyboards.js';
import { PlayingStoryboard, StoryboardsView } from '../operations/storyboards.js';
import { Behaviour } from '../operations/fidelity.js';
import { EntryView } from '../core/journal/entry.js';
import { Listed } from '../core/profiles/segment-bodies.js';
import { SegmentFixture } from '../core/segments/fixture.js';
import { reasonPhrase } from './replies.js';
import { changed, mapValues, openApiSchema, type Json, type JsonObject } from './schemas.js';

/** The schemas with a name in the document, each after the ones it contains. */
const NAMED: Record<string, TSchema> = {
  Delay,
  Trigger,
  Effect,
  FaultPlan,
  Fault: FaultView,
  Storyboard,
  PlayingStoryboard,
  Storyboards: StoryboardsView,
  SegmentFixture,
  SegmentInput,
  SegmentChange,
  Segment: SegmentView,
  SeriesDay,
  Trend: TrendView,
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
  // A copy, in which the parts are replaced.
  const paths = referringTo(shared)(document['paths'] as JsonObject) as Record<string, Record<string, Operation>>;
  const parts = [...partsOf(paths)].map((part) => ({ ...part, text: JSON.stringify(part.holder[part.key]) }));
  const counts = new Map<string, number>();
  for (const { text } of parts) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const { holder, key, kind, hint, text } of parts) {
    const part = holder[key] as JsonObject;
    const headers = part['headers'] as Record<string, JsonObject> | undefined;
    if (headers !== undefined)
      part['headers'] = mapValues(headers, (header, name) => shared.refer('headers', name, header));
    if ((counts.get(text) ?? 0) > 1) holder[key] = shared.refer(kind, hint, part);
  }
  const { paths: _paths, ...rest } = document;
  return { ...rest, paths, components: shared.components };
}

type Kind = 'schemas' | 'parameters' | 'headers' | 'responses';
type Operation = { parameters?: JsonObject[]; responses: Record<string, JsonObject> };

/** The parameters and responses of all operations: where each is, and what to call it. */
function* partsOf(paths: Record<string, Record<string, Operation>>) {
  for (const [path, operations] of Object.entries(paths)) {
    for (const { parameters = [], responses } of Object.values(operations)) {
      const holder = parameters as unknown as Record<string, JsonObject>;
      for (const [key, { name }] of Object.entries(holder)) {
        yield { holder, key, kind: 'parameters' as const, hint: name as string };
      }
      for (const key of Object.keys(responses)) {
        const phrase = reasonPhrase(Number(key)).replaceAll(/[^A-Za-z]/g, '');
        const hint = key.endsWith('XX') ? `Planned${key}` : `${path.startsWith('/__mock') ? 'Control' : ''}${phrase}`;
        yield { holder: responses, key, kind: 'responses' as const, hint };
      }
    }
  }
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

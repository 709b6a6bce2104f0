import { LRUCache } from 'lru-cache';
import seedrandom from 'seedrandom';
import { type Segment, toSegment } from './segment.js';

/** What a workspace answers for an id that is in none of its segments. */
export type UnknownSegments = (id: string) => Segment | undefined;

/** The segments of a workspace. */
export class Catalogue {
  readonly #segments: ReadonlyMap<string, Segment>;
  readonly #unknown: UnknownSegments;

  constructor(segments: ReadonlyMap<string, Segment>, unknown: UnknownSegments) {
    this.#segments = segments;
    this.#unknown = unknown;
  }

  find(id: string): Segment | undefined {
    return this.#segments.get(id) ?? this.#unknown(id);
  }
}

/** Unknown ids have no segment: 404. */
export const notFound: UnknownSegments = () => undefined;

const INVENTED_TYPES = ['static', 'dynamic', 'location', 'behavior'] as const;

/** Unknown ids have a segment whose type and size are drawn from the seed and the id. */
export function generated(seed: string): UnknownSegments {
  // Kept only to save work: an id invents the same segment again.
  const recent = new LRUCache<string, Segment>({ max: 10_000 });
  return (id) => {
    let segment = recent.get(id);
    if (segment === undefined) recent.set(id, (segment = invent(seed, id)));
    return segment;
  };
}

function invent(seed: string, id: string): Segment {
  const generator = seedrandom(JSON.stringify(['unknown segment', seed, id]));
  const type = INVENTED_TYPES[Math.floor(generator() * INVENTED_TYPES.length)];
  return toSegment({ id, type: type ?? 'dynamic', size: 1_000 + Math.floor(generator() * 499_000) });
}

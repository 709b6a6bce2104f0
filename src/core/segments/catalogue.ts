import { distance } from 'fastest-levenshtein';
import seedrandom from 'seedrandom';
import { memoized } from '../memo.js';
import { type Segment, toSegment } from './segment.js';

/** What a workspace returns for an unknown segment id. */
export type UnknownSegments = (id: string) => Segment | undefined;

/** A workspace's segments: the template's, which other workspaces share, and its own changes over them. */
export class Catalogue {
  /** `undefined` marks a deleted segment. */
  #changes: Map<string, Segment | undefined> | undefined;
  /** Counts the changes. */
  revision = 0;
  #resetAt = 0;
  readonly #changedAt = new Map<string, number>();
  #byAge: Segment[] | undefined;
  /** Ids by their plain forms, and by those of names; built when an id is first not found. */
  #near: ReadonlyMap<string, NearSegment> | undefined;
  /** Ids of all subsets, and of some that were one. */
  #subsets: Set<string> | undefined;

  constructor(
    private readonly original: ReadonlyMap<string, Segment>,
    private readonly unknown: UnknownSegments,
  ) {}

  /** The segment of an id, generated if unknown ids are. */
  find(id: string): Segment | undefined {
    if (this.#changes?.has(id) === true) return this.#changes.get(id);
    return this.original.get(id) ?? this.unknown(id);
  }

  has(id: string): boolean {
    return this.#changes?.has(id) === true ? this.#changes.get(id) !== undefined : this.original.has(id);
  }

  /** All segments: the original ones in order, then the added ones. */
  list(): Segment[] {
    const ids = new Set([...this.original.keys(), ...(this.#changes?.keys() ?? [])]);
    return [...ids].flatMap((id) => (this.has(id) ? [this.find(id) as Segment] : []));
  }

  /** A page of the listed segments, by date of creation; those without a date come first, ties keep their order. */
  page(number: number, size: number, direction: 'asc' | 'desc'): Segment[] {
    const byAge = this.#listed();
    const start = number * size;
    if (direction === 'asc') return byAge.slice(start, start + size);
    const end = Math.max(0, byAge.length - start);
    return byAge.slice(Math.max(0, end - size), end).toReversed();
  }

  /** The number of segments that are listed. */
  get listed(): number {
    return this.#listed().length;
  }

  #listed(): Segment[] {
    // Not -Infinity, because the difference of two is NaN.
    const age = ({ createdAt = Number.MIN_SAFE_INTEGER }: Segment) => createdAt;
    const listed = () => this.list().filter((segment) => segment.listed);
    return (this.#byAge ??= listed().toSorted((one, other) => age(one) - age(other)));
  }

  /** The segment that an unknown id probably means: written in another way, misspelt, or its name instead of the id. */
  near(sent: string): NearSegment | undefined {
    if (this.#near === undefined) {
      const segments = this.list().toReversed();
      // Ids win over names, and of several alike the first.
      this.#near = new Map([
        ...segments.map(({ id, name }): [string, NearSegment] => [plainForm(name), { id, isName: true }]),
        ...segments.map(({ id }): [string, NearSegment] => [plainForm(id), { id, isName: false }]),
      ]);
    }
    return this.#near.get(plainForm(sent)) ?? this.#misspelt(this.#near, plainForm(sent));
  }

  /** Digits must match: segment_1235 is another segment, not a misspelt segment_1234. */
  #misspelt(known: ReadonlyMap<string, NearSegment>, sent: string): NearSegment | undefined {
    if (known.size > MOST_COMPARED) return undefined;
    const edits = Math.min(2, Math.floor(sent.length / 4));
    const digits = sent.replace(/\D/g, '');
    for (const [plain, { id, isName }] of known) {
      if (isName || Math.abs(plain.length - sent.length) > edits || plain.replace(/\D/g, '') !== digits) continue;
      if (distance(plain, sent) <= edits) return { id, isName: false, isMisspelt: true };
    }
    return undefined;
  }

  get size(): number {
    return this.#changes === undefined ? this.original.size : this.list().length;
  }

  /** Adds or replaces a segment. Its subsets are built again, because a series belongs to one segment object. */
  put(segment: Segment): void {
    this.#change(segment.id, segment);
    if (segment.subsetOf !== undefined) this.#subsets?.add(segment.id);
    for (const { fixture } of this.subsetsOf(segment.id)) this.put(toSegment(fixture, segment));
  }

  /** The direct subsets of a segment, or of all. */
  subsetsOf(id?: string): Segment[] {
    this.#subsets ??= new Set(this.list().flatMap((one) => (one.subsetOf === undefined ? [] : [one.id])));
    return Array.from(this.#subsets, (subset) => this.find(subset)).filter(
      (one): one is Segment => one?.subsetOf !== undefined && (id ?? one.subsetOf.parent.id) === one.subsetOf.parent.id,
    );
  }

  delete(id: string): void {
    this.#change(id, undefined);
  }

  reset(): void {
    this.#changes = undefined;
    this.#resetAt = ++this.revision;
    this.#forgetOrder();
    this.#subsets = undefined;
  }

  /** Has a segment, or without an id any segment, changed since a revision? */
  isChangedSince(revision: number, id?: string): boolean {
    const changed = id === undefined ? this.revision : Math.max(this.#resetAt, this.#changedAt.get(id) ?? 0);
    return changed > revision;
  }

  #change(id: string, segment: Segment | undefined): void {
    this.#changes ??= new Map();
    this.#changes.set(id, segment);
    this.#changedAt.set(id, ++this.revision);
    this.#forgetOrder();
  }

  #forgetOrder(): void {
    this.#byAge = undefined;
    this.#near = undefined;
  }
}

/** Larger catalogues are not searched for misspelt ids, which bounds the time of a 404. */
const MOST_COMPARED = 2000;

/** A segment's id, and whether it was found by its name. */
interface NearSegment {
  id: string;
  isName: boolean;
  isMisspelt?: boolean;
}

/** Spaces, quotes and brackets at the ends of a text. */
const WRAPPING =
  /^[\s"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb<>()[\]{}\u200b\ufeff]+|[\s"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb<>()[\]{}\u200b\ufeff]+$/g;

/** Without case, quotes, brackets and spaces around it, zeros before numbers, and the kind of separator. */
function plainForm(text: string): string {
  return text
    .toLowerCase()
    .replace(WRAPPING, '')
    .replace(/(?<!\d)0+(?=\d)/g, '')
    .replace(/[\s_-]+/g, ' ');
}

/** Unknown ids are a 404. */
export const notFound: UnknownSegments = () => undefined;

const INVENTED_TYPES = ['static', 'dynamic', 'location', 'behavior'] as const;

const INVENTED_CACHED = 10_000;

/** Unknown ids get a segment with a type and size drawn from the seed and the id. */
export function generated(seed: string): UnknownSegments {
  return memoized(INVENTED_CACHED, (id) => invent(seed, id));
}

function invent(seed: string, id: string): Segment {
  const generator = seedrandom(JSON.stringify(['unknown segment', seed, id]));
  const type = INVENTED_TYPES[Math.floor(generator() * INVENTED_TYPES.length)];
  return toSegment({ id, type: type ?? 'dynamic', size: 1_000 + Math.floor(generator() * 499_000) });
}

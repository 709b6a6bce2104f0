import { type Static, Type } from '@sinclair/typebox';
import type { Instant } from '../time/calendar.js';
import { WrittenInstant } from '../../schema/checker.js';

/** What of an entry can be asked for. */
export interface Filter {
  outcome?: string | undefined;
  status?: number | undefined;
  segmentId?: string | undefined;
  /** Only entries at or after this instant. */
  since?: Instant | undefined;
  limit?: number | undefined;
}

/**
 * The record of one request, made when its reply was sent or given up. Once it has left its journal it may become
 * that of another.
 */
export interface Entry {
  /** Counts up within a journal, which gives it. */
  number: number;
  readonly at: Instant;
  readonly outcome: string;
  /** `undefined` where there was no reply. */
  readonly status: number | undefined;
  readonly segmentId: string | undefined;
  /** What it takes in memory, estimated: never less than it does. */
  readonly bytes: number;
  /** The entry as the control API shows it; written out only when somebody looks. */
  view(): EntryView;
}

/** One check that a request met: what it saw and what it decided. */
export const ExplainStep = Type.Object(
  { check: Type.String({ minLength: 1 }), saw: Type.String(), decided: Type.String({ minLength: 1 }) },
  { additionalProperties: false, description: 'One check: what it saw and what it decided.' },
);
export type ExplainStep = Static<typeof ExplainStep>;

export const EntryId = Type.String({ pattern: '^[1-9]\\d*$', description: 'Counts up within a journal.' });

const Texts = (description: string) =>
  Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), { description });

/** An entry as the control API shows it. */
export const EntryView = Type.Object(
  {
    id: EntryId,
    at: WrittenInstant({ description: "When it came, by the workspace's clock." }),
    method: Type.String({ pattern: '^[A-Z-]+$' }),
    path: Type.String({ minLength: 1, description: 'Decoded, without doubled and trailing slashes.' }),
    query: Texts('The parameters, decoded; a repeated one as a list.'),
    headers: Texts('The request headers, secrets cut short.'),
    status: Type.Union([Type.Integer({ minimum: 200, maximum: 599 }), Type.Null()], {
      description: 'null where there was no reply.',
    }),
    outcome: Type.String({
      pattern: '^[a-z0-9_]+$',
      description: 'success, the first error code, fault, or unanswered.',
    }),
    durationMs: Type.Number({ minimum: 0, description: 'Real milliseconds.' }),
    warnings: Type.Array(Type.String({ minLength: 1 }), { description: 'Likely mistakes.' }),
    explain: Type.Array(ExplainStep, { description: 'The checks that it met, in their order.' }),
  },
  { additionalProperties: false },
);
export type EntryView = Static<typeof EntryView>;

export interface Listener {
  readonly heard: (entry: Entry) => void;
  readonly closed: () => void;
}

/** Bytes that the entries of all journals of a server may take together. */
export const JOURNAL_BYTES = 64 * 1024 * 1024;

/** The place of an entry: in its journal, and by age among the entries of all journals. */
interface Slot {
  readonly journal: Journal;
  entry: Entry | undefined;
  older: Slot | undefined;
  newer: Slot | undefined;
}

/** The memory that journals share. When it is used up, the oldest entries of all journals make room. */
export class JournalSpace {
  readonly #bytes: number;
  #used = 0;
  #oldest: Slot | undefined;
  #newest: Slot | undefined;

  constructor(bytes = JOURNAL_BYTES) {
    this.#bytes = bytes;
  }

  /** Bytes that the entries take, by their own estimates. */
  get used(): number {
    return this.#used;
  }

  /** Takes in the newest entry, even one that is larger than all the space. */
  take(slot: Slot): void {
    this.#used += slot.entry?.bytes ?? 0;
    slot.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = slot;
    this.#newest = slot;
    this.#oldest ??= slot;
    while (this.#used > this.#bytes && this.#oldest !== slot) this.#oldest.journal.dropOldest();
  }

  giveBack(slot: Slot): void {
    const { older, newer } = slot;
    this.#used -= slot.entry?.bytes ?? 0;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    slot.older = undefined;
    slot.newer = undefined;
  }
}

/** Dropped slots at the front of the list that are kept until they are many, to move the others seldom. */
const FEW_DROPPED = 32;

/**
 * The last requests of a workspace. Its oldest entries make room for new ones when it has its full size, or when
 * they are the oldest of all journals and the space that these share is used up.
 */
export class Journal {
  readonly #listeners = new Set<Listener>();
  readonly #space: JournalSpace;
  #capacity: number;
  /** Oldest first; those before `#first` are dropped. */
  #slots: (Slot | undefined)[] = [];
  #first = 0;
  #count = 0;

  /** A capacity of 0 keeps nothing. */
  constructor(capacity: number, space = new JournalSpace()) {
    this.#capacity = capacity;
    this.#space = space;
  }

  /** Is anybody interested? Where nobody is, an entry need not be made. */
  get wanted(): boolean {
    return this.#capacity > 0 || this.#listeners.size > 0;
  }

  /** Adds what `make` makes, maybe of the entry whose place it takes. */
  add(make: (leaving: Entry | undefined) => Entry): void {
    const isFull = this.size > 0 && this.size >= this.#capacity;
    const slot = (isFull ? this.dropOldest() : undefined) ?? newSlot(this);
    const entry = make(slot.entry);
    entry.number = ++this.#count;
    if (this.#capacity > 0) {
      slot.entry = entry;
      this.#slots.push(slot);
      this.#space.take(slot);
    }
    for (const { heard } of this.#listeners) heard(entry);
  }

  /** Drops the oldest entry, and gives its place for the next one. */
  dropOldest(): Slot | undefined {
    const slot = this.#slots[this.#first];
    if (slot === undefined) return undefined;
    this.#slots[this.#first++] = undefined;
    if (this.#first > FEW_DROPPED && this.#first * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#first);
      this.#first = 0;
    }
    this.#space.giveBack(slot);
    return slot;
  }

  get size(): number {
    return this.#slots.length - this.#first;
  }

  /** The entries that pass a filter, newest first. */
  list({ outcome, status, segmentId, since = -Infinity, limit = Infinity }: Filter = {}): Entry[] {
    const found: Entry[] = [];
    for (let index = this.#slots.length - 1; index >= this.#first && found.length < limit; index--) {
      const entry = this.#slots[index]?.entry as Entry;
      const fits =
        (outcome === undefined || entry.outcome === outcome) &&
        (status === undefined || entry.status === status) &&
        (segmentId === undefined || entry.segmentId === segmentId) &&
        entry.at >= since;
      if (fits) found.push(entry);
    }
    return found;
  }

  get(id: string): Entry | undefined {
    return this.#slots.find((slot) => String(slot?.entry?.number) === id)?.entry;
  }

  clear(): void {
    while (this.dropOldest() !== undefined);
    this.#slots = [];
    this.#first = 0;
  }

  /** Tells the listeners that nothing will come any more, and keeps nothing. */
  close(): void {
    this.clear();
    this.#capacity = 0;
    for (const { closed } of this.#listeners) closed();
    this.#listeners.clear();
  }

  /** Tells a listener of each new entry, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function newSlot(journal: Journal): Slot {
  return { journal, entry: undefined, older: undefined, newer: undefined };
}

import { type Static, Type } from '@sinclair/typebox';
import type { Instant } from '../series/calendar.js';
import { WrittenInstant } from '../validation.js';

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

/** Entries that the journals of a server may hold together at least, and full journals of the size that is set. */
const TOGETHER = { entries: 100_000, journals: 100 };

/** The room that journals share: however many there are, they must not fill the memory. */
export class JournalRoom {
  #entries: number;
  #taken = 0;

  constructor(entries: number) {
    this.#entries = entries;
  }

  /** The room of a server whose journals have a size, unless they are given another. */
  static ofServer(journalSize: number): JournalRoom {
    return new JournalRoom(Math.max(TOGETHER.entries, TOGETHER.journals * journalSize));
  }

  /** Sees to it that one journal of a size fits in. */
  fit(journalSize: number): void {
    this.#entries = Math.max(this.#entries, journalSize);
  }

  /** Takes the room of one entry, if there is any. */
  take(): boolean {
    if (this.#taken >= this.#entries) return false;
    this.#taken++;
    return true;
  }

  giveBack(entries: number): void {
    this.#taken -= entries;
  }
}

/**
 * The last requests of a workspace, in a ring: old entries make room for new ones once the ring has its full size,
 * or while those that share its room leave it none to grow. Its first entry needs no room.
 */
export class Journal {
  readonly #listeners = new Set<Listener>();
  readonly #room: JournalRoom;
  #capacity: number;
  #ring: Entry[] = [];
  #next = 0;
  #count = 0;

  /** A capacity of 0 keeps nothing. */
  constructor(capacity: number, room = new JournalRoom(capacity)) {
    room.fit(capacity);
    this.#capacity = capacity;
    this.#room = room;
  }

  /** Is anybody interested? Where nobody is, an entry need not be made. */
  get wanted(): boolean {
    return this.#capacity > 0 || this.#listeners.size > 0;
  }

  /** Adds what `make` makes, maybe of the entry whose place it takes. */
  add(make: (leaving: Entry | undefined) => Entry): void {
    const grows = this.#grows();
    const entry = make(grows ? undefined : this.#ring[this.#next]);
    entry.number = ++this.#count;
    if (grows) {
      this.#ring.push(entry);
    } else if (this.#capacity > 0) {
      this.#ring[this.#next] = entry;
      this.#next = (this.#next + 1) % this.#ring.length;
    }
    for (const { heard } of this.#listeners) heard(entry);
  }

  /** Where the oldest entry is the first, the newest can come behind the last. */
  #grows(): boolean {
    const { length } = this.#ring;
    return this.#next === 0 && length < this.#capacity && (length === 0 || this.#room.take());
  }

  get size(): number {
    return this.#ring.length;
  }

  /** The entries that pass a filter, newest first. */
  list({ outcome, status, segmentId, since = -Infinity, limit = Infinity }: Filter = {}): Entry[] {
    const found: Entry[] = [];
    for (let back = 1; back <= this.#ring.length && found.length < limit; back++) {
      const entry = this.#ring[(this.#next - back + this.#ring.length) % this.#ring.length] as Entry;
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
    return this.#ring.find(({ number }) => String(number) === id);
  }

  clear(): void {
    this.#room.giveBack(Math.max(0, this.#ring.length - 1));
    this.#ring = [];
    this.#next = 0;
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

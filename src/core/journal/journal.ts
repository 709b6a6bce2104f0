import type { Instant } from '../time/calendar.js';
import type { Conduct } from '../conduct/conduct.js';
import { outcomeOf } from './outcome.js';
import type { Trace } from './trace.js';

/** What of an entry can be asked for. */
export interface Filter {
  outcome?: string | undefined;
  status?: number | undefined;
  segmentId?: string | undefined;
  since?: Instant | undefined;
  limit?: number | undefined;
}

/** Is told of each request when its reply was sent or given up, and of the journal's end. */
export interface Listener {
  /** `shared` is the same for all listeners: a place for what they all derive from the entry. */
  readonly heard: (entry: Trace, shared: { event?: Uint8Array }) => void;
  readonly closed: () => void;
}

/** Follows all requests of a mock, also those of workspaces that were reset or removed since. */
export interface Observer {
  finished(entry: Trace): void;
  /** The requests that it judges end here: their workspace is reset or removed. */
  ending(conduct: Conduct): void;
}

/** Bytes that the entries of all journals of a server may take together. */
export const JOURNAL_BYTES = 64 * 1024 * 1024;

/** The place of an entry: in its journal, and by age among the entries of all journals. */
interface Slot {
  readonly journal: Journal;
  readonly entry: Trace;
  older: Slot | undefined;
  newer: Slot | undefined;
}

/** The memory that journals share. When it is used up, the oldest entries of all journals make room. */
export class JournalSpace {
  observer: Observer | undefined;
  /** Bytes that the entries take, by their own estimates. */
  used = 0;
  /** Entries in all journals. */
  entries = 0;
  #oldest: Slot | undefined;
  #newest: Slot | undefined;

  constructor(private readonly bytes = JOURNAL_BYTES) {}

  /** Takes in the newest entry, even one that is larger than all the space. */
  take(slot: Slot): void {
    this.used += slot.entry.bytes;
    this.entries++;
    slot.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = slot;
    this.#newest = slot;
    this.#oldest ??= slot;
    while (this.used > this.bytes && this.#oldest !== slot) this.#oldest.journal.dropOldest();
  }

  giveBack(slot: Slot): void {
    const { older, newer } = slot;
    this.used -= slot.entry.bytes;
    this.entries--;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}

/** Dropped slots at the front of the list that are kept until they are many, to move the others seldom. */
const FEW_DROPPED = 32;

/** The last requests of a workspace. The oldest are evicted when the journal is full, or the journals' shared space. */
export class Journal {
  readonly #listeners = new Set<Listener>();
  /** Oldest first; those before `#first` are dropped. */
  #slots: (Slot | undefined)[] = [];
  #first = 0;
  #count = 0;
  /** The number of the last entry before the last reset. */
  #lastBeforeReset = 0;
  /** The mock's count of resets at the last one of this journal. */
  #resetAt = 0;

  constructor(
    private capacity: number,
    private readonly space = new JournalSpace(),
    private readonly conduct?: Conduct,
  ) {}

  /** Adds a request that has begun. */
  add(entry: Trace): void {
    entry.number = ++this.#count;
    if (this.capacity === 0) return;
    if (this.size >= this.capacity) this.dropOldest();
    const slot: Slot = { journal: this, entry, older: undefined, newer: undefined };
    this.#slots.push(slot);
    this.space.take(slot);
  }

  /** Completes an entry, and tells the listeners. `status` is that of the reply that was sent, if there was one. */
  finish(entry: Trace, status: number | undefined, durationMs: number): void {
    entry.status = status;
    entry.durationMs = durationMs;
    this.space.observer?.finished(entry);
    if (entry.number <= this.#lastBeforeReset) return;
    this.conduct?.saw(entry, this.#count);
    if (this.#listeners.size === 0) return;
    const shared = {};
    for (const { heard } of this.#listeners) heard(entry, shared);
  }

  /** Clears the journal for good: requests in flight have no entry either. `resets` is the mock's count, with this one. */
  reset(resets: number): void {
    this.#end();
    this.#lastBeforeReset = this.#count;
    this.#resetAt = resets;
  }

  /** Whether a request that began at a count of resets began before the last reset of this journal. */
  isFromBeforeReset(resets: number): boolean {
    return resets < this.#resetAt;
  }

  /** Drops the oldest entry, if there is one. */
  dropOldest(): void {
    const slot = this.#slots[this.#first];
    if (slot === undefined) return;
    this.#slots[this.#first++] = undefined;
    if (this.#first > FEW_DROPPED && this.#first * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#first);
      this.#first = 0;
    }
    this.space.giveBack(slot);
  }

  get size(): number {
    return this.#slots.length - this.#first;
  }

  /** The entries that pass a filter, the last that began first. */
  list({ outcome, status, segmentId, since = -Infinity, limit = Infinity }: Filter = {}): Trace[] {
    const found: Trace[] = [];
    for (let index = this.#slots.length - 1; index >= this.#first && found.length < limit; index--) {
      const entry = this.#slots[index]?.entry as Trace;
      const fits =
        (outcome === undefined || outcomeOf(entry) === outcome) &&
        (status === undefined || entry.status === status) &&
        (segmentId === undefined || entry.segmentId === segmentId) &&
        entry.at >= since;
      if (fits) found.push(entry);
    }
    return found;
  }

  get(id: string): Trace | undefined {
    return this.#slots.find((slot) => String(slot?.entry.number) === id)?.entry;
  }

  /** Drops every entry, and what was concluded from them. */
  clear(): void {
    while (this.size > 0) this.dropOldest();
    this.conduct?.forget();
  }

  #end(): void {
    if (this.conduct !== undefined) this.space.observer?.ending(this.conduct);
    this.clear();
  }

  /** Tells the listeners that nothing will come any more, and keeps nothing. */
  close(): void {
    this.#end();
    this.capacity = 0;
    for (const { closed } of this.#listeners) closed();
    this.#listeners.clear();
  }

  /** Tells a listener of each finished entry, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

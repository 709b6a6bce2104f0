import type { Instant } from '../series/calendar.js';

/** What of an entry can be asked for. */
export interface Filter {
  outcome?: string | undefined;
  status?: number | undefined;
  segmentId?: string | undefined;
  /** Only entries at or after this instant. */
  since?: Instant | undefined;
  limit?: number | undefined;
}

/** The record of one request, made when its reply was sent or given up. */
export interface Entry {
  /** Counts up within a journal. */
  id: string;
  at: Instant;
  outcome: string;
  /** `undefined` where the connection was broken instead of answered. */
  status: number | undefined;
  segmentId: string | undefined;
  /** The entry as the control API shows it; written out only when somebody looks. */
  view(): EntryView;
}

export interface EntryView {
  id: string;
  at: string;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string | string[]>;
  status: number | null;
  outcome: string;
  durationMs: number;
  warnings: string[];
  explain: ExplainStep[];
}

/** One check that a request met: what it saw and what it decided. */
export interface ExplainStep {
  check: string;
  saw: string;
  decided: string;
}

export interface Listener {
  readonly heard: (entry: Entry) => void;
  readonly closed: () => void;
}

/** The last requests of a workspace, in a ring of fixed size: old entries make room for new ones. */
export class Journal {
  readonly #capacity: number;
  readonly #listeners = new Set<Listener>();
  #ring: Entry[] = [];
  #next = 0;
  #count = 0;

  /** A capacity of 0 keeps nothing. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Is anybody interested? Where nobody is, an entry need not be made. */
  get wanted(): boolean {
    return this.#capacity > 0 || this.#listeners.size > 0;
  }

  add(entry: Omit<Entry, 'id'>): void {
    const numbered = entry as Entry;
    numbered.id = String(++this.#count);
    if (this.#capacity > 0) {
      this.#ring[this.#next] = numbered;
      this.#next = (this.#next + 1) % this.#capacity;
    }
    for (const { heard } of this.#listeners) heard(numbered);
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
    return this.#ring.find((entry) => entry.id === id);
  }

  clear(): void {
    this.#ring = [];
    this.#next = 0;
  }

  /** Tells the listeners that nothing will come any more. */
  close(): void {
    for (const { closed } of this.#listeners) closed();
    this.#listeners.clear();
  }

  /** Tells a listener of each new entry, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

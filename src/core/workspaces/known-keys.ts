import { redactKey } from '../../schema/secrets.js';

/** Keys that opened a workspace once and are still masked, at least; at most twice as many. The oldest are forgotten. */
const MOST_RETIRED = 10_000;
/** Shorter keys may be ordinary words, and are masked only where they stand alone. `redactKey` has the same bound. */
export const SHORTEST_INSIDE_WORDS = 12;
const MAX_KEY_LENGTH = 256;
/** Characters by which candidates are looked up. */
const LEAD = 4;

/**
 * The API keys to mask: those that open a workspace, and the last 10,000 to 20,000 that did. A process that made and
 * removed more keys than that may show the oldest of them again, in log lines and in journals that are not cleared.
 */
export class KnownKeys {
  readonly #open = new Set<string>();
  #retired = new Set<string>();
  /** Counts the changes of what is masked. */
  changes = 0;
  /** Built when a text is first searched. */
  #index: KeyIndex | undefined;

  open(key: string): void {
    this.#open.add(key);
    this.changes++;
    this.#retired.delete(key);
    this.#index?.add(key);
  }

  /** Notes that a key opens nothing any more. */
  retire(key: string): void {
    if (!this.#open.delete(key)) return;
    this.#retired.add(key);
    if (this.#retired.size <= 2 * MOST_RETIRED) return;
    // Many at a time, because the index has to be built again.
    this.#retired = new Set([...this.#retired].slice(-MOST_RETIRED));
    this.#index = undefined;
    this.changes++;
  }

  /** The text with every known key in it cut short, in any case of letters. */
  mask(text: string): string {
    const index = this.#searched();
    let masked = '';
    let copied = 0;
    for (let found = index.next(text, 0); found !== undefined; found = index.next(text, found.end)) {
      masked += text.slice(copied, found.start) + redactKey(text.slice(found.start, found.end));
      copied = found.end;
    }
    return copied === 0 ? text : masked + text.slice(copied);
  }

  /** Does a text have a known key of at least that length in it? */
  occurIn(text: string, length = 1): boolean {
    const index = this.#searched();
    for (let found = index.next(text, 0); found !== undefined; found = index.next(text, found.end))
      if (found.end - found.start >= length) return true;
    return false;
  }

  #searched(): KeyIndex {
    return (this.#index ??= new KeyIndex([...this.#open, ...this.#retired]));
  }
}

/** Finds any of many keys in a text. The cost hardly depends on their number: a map of beginnings rules out most places. */
class KeyIndex {
  /** In lower case, as in the texts that are searched. */
  readonly #keys = new Set<string>();
  /** The codes of their first characters, which rule out most places at once. */
  readonly #firsts = new Set<number>();
  /** The lengths of the keys that begin with these characters. */
  readonly #lengths = new Map<string, Set<number>>();
  /** The lengths of these beginnings: `LEAD`, or that of a shorter key. */
  readonly #leads = new Set<number>();

  constructor(keys: readonly string[]) {
    for (const key of keys) this.add(key);
  }

  add(key: string): void {
    this.#addForm(key);
    // As a JSON text has it.
    const escaped = JSON.stringify(key).slice(1, -1);
    if (escaped !== key) this.#addForm(escaped);
  }

  #addForm(form: string): void {
    const key = form.toLowerCase();
    const lead = key.slice(0, LEAD);
    this.#keys.add(key);
    this.#firsts.add(key.charCodeAt(0));
    this.#leads.add(lead.length);
    const lengths = this.#lengths.get(lead) ?? new Set();
    this.#lengths.set(lead, lengths.add(key.length));
  }

  /** The first key in a text at or after a place; of several that begin there, the longest. */
  next(text: string, from: number): { start: number; end: number } | undefined {
    const lower = inLowerCase(text);
    for (let start = from; start < text.length; start++) {
      if (!this.#firsts.has(lower.charCodeAt(start))) continue;
      const end = this.#endOf(lower, start);
      if (end > start) return { start, end };
    }
    return undefined;
  }

  #endOf(text: string, start: number): number {
    let longest = start;
    for (const lead of this.#leads) {
      const lengths = this.#lengths.get(text.slice(start, start + lead));
      if (lengths === undefined) continue;
      for (const length of lengths) {
        const end = start + length;
        const isKey = end > longest && this.#keys.has(text.slice(start, end));
        if (isKey && (length >= SHORTEST_INSIDE_WORDS || standsAlone(text, start, end))) longest = end;
      }
      if (longest === start && lead === LEAD) longest = this.#endOfCut(text, start);
    }
    return longest;
  }

  /** Messages cut long values short with "…", maybe in the middle of a key. */
  #endOfCut(text: string, start: number): number {
    const cut = text.slice(start, start + MAX_KEY_LENGTH + 1).indexOf('…');
    if (cut <= LEAD) return start;
    const beginning = text.slice(start, start + cut);
    for (const key of this.#keys) if (key.startsWith(beginning)) return start + cut + 1;
    return start;
  }
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !/[\w-]/.test(text.charAt(start - 1)) && !/[\w-]/.test(text.charAt(end));
}

/** In lower case and of the same length, which "İ" changes. */
function inLowerCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

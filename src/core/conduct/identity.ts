import type { Trace } from '../journal/trace.js';

/** The client's API key in the headers of an entry, whole or not; empty without one. */
export function keyIn({ headers }: Pick<Trace, 'headers'>): string {
  const name = '"authorization":"';
  const start = headers.indexOf(name);
  return start < 0 ? '' : headers.slice(start + name.length, headers.indexOf('"', start + name.length));
}

/** The moment at the end of a target; clients that take it from their clock have another one in each retry. */
const TIME_OF_DAY = /([?&]ending_at=\d{4}-\d\d-\d\d)[^&]*/;

/** A call with its key: requests for the same days are the same call. */
export function callOf(trace: Trace): number {
  return hashOf(trace.method, trace.target.replace(TIME_OF_DAY, '$1'), keyIn(trace));
}

/** 53 bits of a hash (cyrb53), kept instead of texts that clients choose: its size is known. */
export function hashOf(...texts: readonly string[]): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (const text of texts) {
    for (let index = 0; index <= text.length; index++) {
      // Past the end, which separates the texts, it is NaN and so 0.
      const code = text.charCodeAt(index);
      one = Math.imul(one ^ code, 2654435761);
      other = Math.imul(other ^ code, 1597334677);
    }
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 2 ** 32 * ((2 ** 21 - 1) & other) + (one >>> 0);
}

/** A map with so many entries; the oldest makes room for another. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  constructor(readonly most: number) {
    super();
  }

  override set(key: Key, value: Value): this {
    if (this.size >= this.most && !this.has(key)) this.delete(this.keys().next().value as Key);
    return super.set(key, value);
  }
}

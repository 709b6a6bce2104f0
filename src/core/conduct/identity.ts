import { hashOf } from '../hash.js';
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

import { describe, expect, it } from 'vitest';
import { BodyCache } from '../../../src/core/endpoints/body-cache.js';
import { profiles } from '../../../src/core/profiles/profiles.js';
import type { Series } from '../../../src/core/series/series.js';

const DAYS = 100;
/** More windows than the cache has space for, at 5 KB each. */
const MANY = 3000;

/** A series that counts how often its sizes are read. */
function counted() {
  let reads = 0;
  const series = {
    id: 1,
    estimates: (window: object) => (reads++, { ...window, on: () => 1 }),
  } as unknown as Series;
  const cache = new BodyCache();
  const read = (first: number) => {
    const window = { first, last: first + DAYS - 1 };
    return cache.body(series, profiles.documented, window, window);
  };
  return { read, reads: () => reads };
}

describe('the body of a window', () => {
  it('is cached on its second request', () => {
    const { read, reads } = counted();
    const [written, , kept] = [read(0), read(0), read(0)];
    expect(read(0)).toBe(kept);
    expect(kept).toEqual(written);
    expect(reads()).toBe(2);
  });

  it('stays cached while it is requested, regardless of how many others are', () => {
    const { read, reads } = counted();
    for (let times = 0; times < 2; times++) read(0);
    for (let first = 1; first <= MANY; first++) {
      for (let times = 0; times < 2; times++) read(first);
      read(0);
    }
    expect(reads()).toBe(2 + 2 * MANY);
  });

  it('is evicted when it is no longer requested', () => {
    const { read, reads } = counted();
    for (let first = 0; first <= MANY; first++) for (let times = 0; times < 2; times++) read(first);
    const before = reads();
    read(0);
    expect(reads()).toBe(before + 1);
  });
});

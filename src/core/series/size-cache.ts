import type { Day } from '../time/calendar.js';

export const BLOCK_DAYS = 16;
/** Cached blocks: ten years of about 500 segments, in 9 MB. */
const SLOTS = 131_072;
/** Consecutive blocks of a series, 11 years of them, are adjacent in memory; so are consecutive series. */
const SLOTS_PER_SERIES = 256;

const NO_SNAPSHOT = -1;
/** Sizes of more than 31 bits are computed each time. */
const TOO_LARGE = -2;
const MAX_CACHED_SIZE = 2 ** 31 - 1;

/** Direct-mapped cache of 16-day blocks of sizes, which never change; a colliding block overwrites the old one. */
export class SizeCache {
  // Typed arrays cost the garbage collector nothing, and the system maps their pages on first use.
  readonly #sizes = new Int32Array(SLOTS * BLOCK_DAYS);
  readonly #keys = new Float64Array(SLOTS);

  /** The size of a series on a day. `size` must depend on the day alone. */
  get(id: number, day: Day, size: (day: Day) => number | undefined): number | undefined {
    const block = Math.floor(day / BLOCK_DAYS);
    const start = block * BLOCK_DAYS;
    const cached = this.#sizes[this.#offsetOf(id, block, start, size) + day - start] as number;
    if (cached >= 0) return cached;
    return cached === NO_SNAPSHOT ? undefined : size(day);
  }

  /** The offset of a block in `#sizes`. Computes the block first if it is not cached. */
  #offsetOf(id: number, block: number, start: Day, size: (day: Day) => number | undefined): number {
    const slot = (id * SLOTS_PER_SERIES + (block & (SLOTS_PER_SERIES - 1))) % SLOTS;
    // There are fewer than 2^18 blocks on either side of 1970, so the key is unique; 0 is an empty slot.
    const key = (id + 1) * 2 ** 19 + block + 2 ** 18;
    const offset = slot * BLOCK_DAYS;
    if (this.#keys[slot] === key) return offset;
    for (let index = 0; index < BLOCK_DAYS; index++) {
      const found = size(start + index) ?? NO_SNAPSHOT;
      this.#sizes[offset + index] = found > MAX_CACHED_SIZE ? TOO_LARGE : found;
    }
    this.#keys[slot] = key;
    return offset;
  }
}

import type { Day } from '../time/calendar.js';

export const BLOCK_DAYS = 16;
/** Of a series, 11 years of them are adjacent in memory. */
const BLOCKS_PER_SERIES = 256;
/** Series that have their blocks to themselves; all in 9 MB. */
const MAX_SERIES = 512;

const NO_SNAPSHOT = -1;
/** Sizes of more than 31 bits are computed each time. */
const TOO_LARGE = -2;
const MAX_CACHED_SIZE = 2 ** 31 - 1;

/** Blocks of the series whose ids have the same remainder. Typed arrays cost the garbage collector nothing. */
class Part {
  readonly sizes = new Int32Array(BLOCKS_PER_SERIES * BLOCK_DAYS);
  readonly keys = new Float64Array(BLOCKS_PER_SERIES);
}

/**
 * Direct-mapped cache of 16-day blocks of sizes, which never change; a colliding block overwrites the old one.
 * It allocates 18 KB for each series on its first use: a test suite creates thousands of mocks, most with few series.
 */
export class SizeCache {
  readonly #parts: (Part | undefined)[] = Array.from({ length: MAX_SERIES });

  /** The size of a series on a day. `size` must depend on the day alone. */
  get(id: number, day: Day, size: (day: Day) => number | undefined): number | undefined {
    const block = Math.floor(day / BLOCK_DAYS);
    const start = block * BLOCK_DAYS;
    const { sizes, keys } = (this.#parts[id % MAX_SERIES] ??= new Part());
    const slot = block & (BLOCKS_PER_SERIES - 1);
    const offset = slot * BLOCK_DAYS;
    // There are fewer than 2^18 blocks on either side of 1970, so the key is unique; 0 is an empty slot.
    const key = (id + 1) * 2 ** 19 + block + 2 ** 18;
    if (keys[slot] !== key) {
      fill(sizes.subarray(offset, offset + BLOCK_DAYS), start, size);
      keys[slot] = key;
    }
    const cached = sizes[offset + day - start] as number;
    if (cached >= 0) return cached;
    return cached === NO_SNAPSHOT ? undefined : size(day);
  }
}

/** Computes a block's sizes. */
function fill(sizes: Int32Array, start: Day, size: (day: Day) => number | undefined): void {
  for (let index = 0; index < BLOCK_DAYS; index++) {
    const found = size(start + index) ?? NO_SNAPSHOT;
    sizes[index] = found > MAX_CACHED_SIZE ? TOO_LARGE : found;
  }
}

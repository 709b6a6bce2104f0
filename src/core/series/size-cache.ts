import type { Day } from '../time/calendar.js';

/** Days that are reckoned and kept together. */
export const STRETCH = 16;
/** Stretches kept: those of ten years of some five hundred segments, in 9 MB. */
const PLACES = 131_072;
/** Neighbouring stretches of a series, eleven years of them, lie side by side; so do neighbouring series. */
const PLACES_A_SERIES = 256;

const NO_SNAPSHOT = -1;
/** Sizes beyond 32 bits are reckoned again each time. */
const NOT_KEPT = -2;
const LARGEST = 2 ** 31 - 1;

/**
 * Keeps the sizes of days that were asked for: they never change, and windows overlap. Each stretch has one place,
 * which it may lose to another; so the memory is bounded, and nothing is ever looked for.
 */
export class SizeMemory {
  // A table of numbers costs the garbage collector nothing, and the system no page before it is used.
  readonly #sizes = new Int32Array(PLACES * STRETCH);
  readonly #owners = new Float64Array(PLACES);

  /** The size of a series on a day. `size` must depend on the day alone. */
  get(id: number, day: Day, size: (day: Day) => number | undefined): number | undefined {
    const stretch = Math.floor(day / STRETCH);
    const start = stretch * STRETCH;
    const kept = this.#sizes[this.#placeOf(id, stretch, start, size) + day - start] as number;
    if (kept >= 0) return kept;
    return kept === NO_SNAPSHOT ? undefined : size(day);
  }

  /** Where a stretch lies in the table; it is reckoned first if it is not there. */
  #placeOf(id: number, stretch: number, start: Day, size: (day: Day) => number | undefined): number {
    const number = (id * PLACES_A_SERIES + (stretch & (PLACES_A_SERIES - 1))) % PLACES;
    // Stretches number less than 2^18 either side of 1970; no two series and stretches share an owner, and 0 is nobody.
    const owner = (id + 1) * 2 ** 19 + stretch + 2 ** 18;
    const place = number * STRETCH;
    if (this.#owners[number] === owner) return place;
    for (let index = 0; index < STRETCH; index++) {
      const found = size(start + index) ?? NO_SNAPSHOT;
      this.#sizes[place + index] = found > LARGEST ? NOT_KEPT : found;
    }
    this.#owners[number] = owner;
    return place;
  }
}

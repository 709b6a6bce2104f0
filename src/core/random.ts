import seedrandom from 'seedrandom';

/** The purposes of random draws; each has an independent stream. */
const STREAMS = ['noise', 'growth', 'slow wander', 'quick wander', 'burst', 'strike', 'effect'] as const;
export type Stream = (typeof STREAMS)[number];

/**
 * Draws that depend only on (seed, name, stream, index); the name is a segment's id or a fault's position.
 *
 * `seedrandom` is seeded once per name, for the keys; a day's bits are a keyed hash of its number. Seeding a generator
 * per day would also allow random access, but cost about fifty times as much. A class, like the others with an instance
 * per segment: calling many different closures is slower.
 */
export class Random {
  /** Two for each stream. */
  readonly #keys: Int32Array;

  constructor(seed: string, name: string) {
    const generator = seedrandom(JSON.stringify([seed, name]));
    this.#keys = Int32Array.from({ length: 2 * STREAMS.length }, () => generator.int32());
  }

  /** 32 evenly spread bits, as an unsigned integer. */
  bits(stream: Stream, index: number): number {
    const place = 2 * PLACES[stream];
    return mix(mix(index ^ (this.#keys[place] as number)) + (this.#keys[place + 1] as number)) >>> 0;
  }

  /** Evenly spread over [0, 1). */
  uniform(stream: Stream, index: number): number {
    return this.bits(stream, index) / 2 ** 32;
  }
}

const PLACES = Object.fromEntries(STREAMS.map((stream, place) => [stream, place])) as Record<Stream, number>;

/** MurmurHash3's finaliser: flipping any bit of the input flips each bit of the output half the time. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A bell-shaped draw: mean 0, standard deviation 1, never beyond ±2√3. The sum of four 16-bit draws, because
 * `Math.log` and `Math.cos` may differ in the last digit from one JavaScript engine to the next and
 * addition cannot.
 */
export function bell(random: Random, stream: Stream, index: number): number {
  const one = random.bits(stream, 2 * index);
  const two = random.bits(stream, 2 * index + 1);
  const sum = (one & 0xffff) + (one >>> 16) + (two & 0xffff) + (two >>> 16);
  return (sum / 0x10000 - BELL_MEAN) / BELL_DEVIATION;
}

// A 16-bit draw divided by 2^16 has mean ½(1 − 2^-16) and variance (1 − 2^-32)/12.
const BELL_MEAN = 2 * (1 - 2 ** -16);
const BELL_DEVIATION = Math.sqrt((1 - 2 ** -32) / 3);

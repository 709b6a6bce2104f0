import type { Random, Stream } from '../random.js';

/*
 * Curves made of addition, multiplication, division and square roots alone: IEEE 754 fixes those to the last
 * bit, while `Math.pow`, `Math.exp` and `Math.cos` may change with the engine, and a series must not.
 */

/** Raises a positive base to any power: exact at whole exponents, interpolated linearly in between. */
export function power(base: number, exponent: number): number {
  const whole = Math.floor(exponent);
  const fraction = exponent - whole;
  return wholePower(base, whole) * (1 + fraction * (base - 1));
}

function wholePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}

/** An S-curve from −1 to 1, steepest (slope 1) at 0. */
export function sigmoid(x: number): number {
  return x / Math.sqrt(1 + x * x);
}

/** A wave of period 1 from −1 to 1 with its peak at 0: a cosine made of parabolas. */
export function wave(phase: number): number {
  const fromPeak = 4 * Math.abs(phase - Math.floor(phase + 0.5));
  return fromPeak < 1 ? 1 - fromPeak * fromPeak : (2 - fromPeak) * (2 - fromPeak) - 1;
}

/** cos(2πk/7) for k days from the peak, which sums to 0 over a week. */
const WEEK = [1, 0.62349, -0.222521, -0.900969, -0.900969, -0.222521, 0.62349] as const;

/** The weekly cycle, from −0.9 to 1, by days since the peak. */
export function weekWave(daysSincePeak: number): number {
  return WEEK[((daysSincePeak % 7) + 7) % 7] as number;
}

/**
 * Smooth noise within (−1, 1): random values every `stride` days, with smoothstep interpolation in between. The last
 * two values are cached, because consecutive days share them; the result depends on the day alone.
 */
export class SmoothNoise {
  #last = NaN;
  #from = 0;
  #to = 0;

  constructor(
    private readonly random: Random,
    private readonly stream: Stream,
    private readonly stride: number,
  ) {}

  on(day: number): number {
    const step = Math.floor(day / this.stride);
    if (step !== this.#last) {
      this.#from = step === this.#last + 1 ? this.#to : this.random.uniform(this.stream, step);
      this.#to = this.random.uniform(this.stream, step + 1);
      this.#last = step;
    }
    const progress = (day - step * this.stride) / this.stride;
    const eased = progress * progress * (3 - 2 * progress);
    return 2 * (this.#from + (this.#to - this.#from) * eased) - 1;
  }
}

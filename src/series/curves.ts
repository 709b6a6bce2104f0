import type { Random, Stream } from './random.js';

/*
 * Curves made of addition, multiplication, division and square roots alone: IEEE 754 fixes those to the last
 * bit, while `Math.pow`, `Math.exp` and `Math.cos` may change with the engine, and a series must not.
 */

/** Raises a positive base to any power: exact at whole exponents, straight in between. */
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

/** cos(2πk/7) for k days from the peak, which adds up to nothing over a week. */
const WEEK = [1, 0.62349, -0.222521, -0.900969, -0.900969, -0.222521, 0.62349] as const;

/** The weekly cycle, from −0.9 to 1, by days since the peak. */
export function weekWave(daysSincePeak: number): number {
  return WEEK[((daysSincePeak % 7) + 7) % 7] as number;
}

/**
 * A smooth random walk within (−1, 1) that never strays: random heights every `stride` days, eased between. Days in
 * a row share their heights, so the last two are kept; what is drawn depends on the day alone.
 */
export function wanderer(random: Random, stream: Stream, stride: number): (day: number) => number {
  let last = NaN;
  let from = 0;
  let to = 0;
  return (day) => {
    const step = Math.floor(day / stride);
    if (step !== last) {
      from = step === last + 1 ? to : random.uniform(stream, step);
      to = random.uniform(stream, step + 1);
      last = step;
    }
    const along = (day - step * stride) / stride;
    const eased = along * along * (3 - 2 * along);
    return 2 * (from + (to - from) * eased) - 1;
  };
}

import type { Delay } from './fault.js';

/** Limits random delays to ten minutes. */
const MAX_DELAY_MS = 600_000;

/** Real milliseconds of a delay, given the random draws and the segment's size. */
export function delayMs(delay: Delay, draws: { uniform: number; bell: number }, size: number): number {
  return Math.min(MAX_DELAY_MS, drawn(delay, draws, size));
}

function drawn(delay: Delay, { uniform, bell }: { uniform: number; bell: number }, size: number): number {
  switch (delay.kind) {
    case 'fixed':
      return delay.ms;
    case 'uniform':
      return delay.minMs + uniform * (delay.maxMs - delay.minMs);
    case 'lognormal':
      // eslint-disable-next-line no-restricted-properties -- a duration, where the last digit does not matter
      return delay.medianMs * Math.exp(delay.sigma * bell);
    case 'size':
      return (size / 1e6) * delay.msPerMillion;
  }
}

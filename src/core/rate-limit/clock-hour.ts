import type { Instant } from '../time/calendar.js';
import { algorithmOf, type RateLimitState } from './algorithm.js';

const MS_PER_HOUR = 3_600_000;

/**
 * A fixed window of one clock hour [sibling: list-of-segments.json, where the reset is the next full hour]: `capacity`
 * requests per window; `refillPerHour` is ignored.
 */
export const clockHour = algorithmOf({
  cost: 1,
  refusesUntilReset: true,
  // A clock that steps back into an earlier hour refills nothing.
  refilled: ({ amount, at }, { capacity }, now) => (hourOf(now) > hourOf(at) ? capacity : Math.min(amount, capacity)),
  msUntilFull: msUntilNextHour,
  msUntilOne: (state) => (state.amount >= 1 ? 0 : msUntilNextHour(state)),
});

function msUntilNextHour({ at }: RateLimitState): number {
  return (hourOf(at) + 1) * MS_PER_HOUR - at;
}

function hourOf(instant: Instant): number {
  return Math.floor(instant / MS_PER_HOUR);
}

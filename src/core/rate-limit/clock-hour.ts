import type { Instant } from '../time/calendar.js';
import { algorithmOf, type RateLimitState } from './algorithm.js';
import { PARTS_PER_TOKEN } from './drains.js';

const MS_PER_HOUR = 3_600_000;

/**
 * A fixed window of one clock hour [sibling: list-of-segments.json, where the reset is the next full hour]: `capacity`
 * requests per window; `refillPerHour` is ignored.
 */
export const clockHour = algorithmOf({
  refusesUntilReset: true,
  // A clock that steps back into an earlier hour refills nothing.
  refilled({ amount, at }, { capacity }, now, drained) {
    const full = capacity * PARTS_PER_TOKEN;
    const isNewHour = hourOf(now) > hourOf(at);
    const since = isNewHour ? hourOf(now) * MS_PER_HOUR : at;
    return Math.max(0, (isNewHour ? full : Math.min(amount, full)) - Math.max(0, now - since) * drained);
  },
  msUntilFull: msUntilNextHour,
  msUntilOne: (state) => (state.amount >= PARTS_PER_TOKEN ? 0 : msUntilNextHour(state)),
});

function msUntilNextHour({ at }: RateLimitState): number {
  return (hourOf(at) + 1) * MS_PER_HOUR - at;
}

function hourOf(instant: Instant): number {
  return Math.floor(instant / MS_PER_HOUR);
}

import { algorithmOf, type Quota, type RateLimitState } from './algorithm.js';
import { drainedAt, PARTS_PER_TOKEN, turnsBetween } from './drains.js';

/**
 * A token bucket [reference]. A token is counted in 3,600,000 parts, so that a refill of n tokens per hour is n
 * parts per millisecond and every sum is exact: no fraction of a token is lost or gained, however often the bucket
 * is read.
 */
export const tokenBucket = algorithmOf({
  refusesUntilReset: false,
  refilled,
  msUntilFull: (state, quota) => msUntil(quota.capacity * PARTS_PER_TOKEN, state, quota),
  msUntilOne: (state, quota) => msUntil(PARTS_PER_TOKEN, state, quota),
});

/** A clock that steps back adds nothing and removes nothing. */
function refilled({ amount, at }: RateLimitState, quota: Quota, now: number, drained: number): number {
  const gained = Math.max(0, now - at) * (quota.refillPerHour - drained);
  return Math.max(0, Math.min(quota.capacity * PARTS_PER_TOKEN, amount + gained));
}

/** Milliseconds until an amount is there. A drain that never ends is left out: nobody could say when it does. */
function msUntil(target: number, state: RateLimitState, quota: Quota): number {
  if (state.amount >= target) return 0;
  if (quota.drains === undefined || quota.drains.length === 0)
    return Math.ceil((target - state.amount) / quota.refillPerHour);
  const drains = quota.drains.filter(({ until }) => until < Infinity);
  let { amount, at } = state;
  for (const turn of [...turnsBetween(drains, at, Infinity), Infinity]) {
    const drained = drainedAt(drains, at);
    const rate = quota.refillPerHour - drained;
    const ms = amount >= target ? 0 : rate > 0 ? Math.ceil((target - amount) / rate) : Infinity;
    if (at + ms < turn) return at + ms - state.at;
    amount = refilled({ amount, at }, quota, turn, drained);
    at = turn;
  }
  // Not reached: after the last drain, the bucket refills.
  return 0;
}

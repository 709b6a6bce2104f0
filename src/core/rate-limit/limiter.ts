import type { Static } from '@sinclair/typebox';
import type { Instant } from '../time/calendar.js';
import type { RateLimitAlgorithm, RateLimitState, Decision, Quota } from './algorithm.js';
import type { Drain } from './drains.js';
import { exactly, Field } from '../../schema/shapes.js';

/** The bounds of a quota. */
export const TOKENS = { minimum: 1, maximum: 1e9 };

export const LimitState = exactly({
  capacity: Field.integer('Tokens in a full bucket.', TOKENS),
  refillPerHour: Field.integer('Tokens refilled per hour.', TOKENS),
  remaining: Field.integer('Whole tokens left.', { minimum: 0, maximum: 1e9 }),
});
export type LimitState = Static<typeof LimitState>;

/** A workspace's rate limit: quota, algorithm, drains and state. All of them can change at run time. */
export class Limiter {
  readonly #original: Quota | 'off';
  #algorithm: RateLimitAlgorithm;
  #quota: Quota | 'off';
  #drains: readonly Drain[] = [];
  /** `undefined` while the full quota is left and nobody drains it. */
  #state: RateLimitState | undefined;

  constructor(quota: Quota | 'off', algorithm: RateLimitAlgorithm) {
    this.#original = quota;
    this.#quota = quota;
    this.#algorithm = algorithm;
  }

  /** Takes a token for a request. `undefined` if there is no limit. */
  take(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    const { state, decision } = this.#algorithm.take(this.#current(this.#quota, now), this.#quota, now);
    this.#state = state;
    return decision;
  }

  peek(now: Instant): Decision | undefined {
    return this.#quota === 'off' ? undefined : this.#decision(this.#quota, now);
  }

  /** The decision that a planned refusal shows, until an instant if it has an end; the state stays as it is. */
  plannedRefusal(now: Instant, until: Instant | undefined): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    const usedUp = this.#algorithm.peek(this.#algorithm.withRemaining(0, now), this.#quota, now);
    if (until === undefined) return this.#algorithm.refusesUntilReset ? usedUp : this.peek(now);
    return { ...usedUp, resetAt: Math.ceil(until / 1000), retryAfter: until - now };
  }

  /** What a request would be told, without taking its token. */
  preview(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    return this.#algorithm.take(this.#current(this.#quota, now), this.#quota, now).decision;
  }

  /** Puts the token back that a request has just taken. */
  putBack(now: Instant): void {
    if (this.#quota === 'off' || this.#state === undefined) return;
    const { amount } = this.#algorithm.withRemaining(1, now);
    this.#state = this.#algorithm.asOf({ amount: this.#state.amount + amount, at: now }, this.#quota, now);
  }

  state(now: Instant): LimitState | 'off' {
    if (this.#quota === 'off') return 'off';
    const { capacity, refillPerHour } = this.#quota;
    return { capacity, refillPerHour, remaining: this.#decision(this.#quota, now).remaining };
  }

  /** Replaces what others use from now on. */
  setDrains(drains: readonly Drain[], now: Instant): void {
    const isDrained = drains.length > 0 || this.#drains.length > 0;
    this.#drains = drains;
    if (this.#quota === 'off' || !isDrained) return;
    this.#state = this.#algorithm.asOf(this.#current(this.#quota, now), this.#quota, now);
    this.#quota = { ...this.#quota, drains };
  }

  /** Follows a clock that was set back: what was used until then stays used. */
  stepBack(from: Instant, to: Instant): void {
    if (this.#quota === 'off' || this.#state === undefined) return;
    this.#state = { ...this.#algorithm.asOf(this.#state, this.#quota, from), at: to };
  }

  turnOff(): void {
    this.#quota = 'off';
    this.#state = undefined;
  }

  /** Sets the quota and the whole tokens left. If `remaining` is omitted, a full bucket stays full and others keep their tokens. */
  set(quota: Quota, remaining: number | undefined, now: Instant): void {
    this.#state = remaining === undefined ? this.#carriedOver(now) : this.#algorithm.withRemaining(remaining, now);
    this.#quota = { ...quota, drains: this.#drains };
    if (this.#drains.length > 0) this.#state ??= this.#algorithm.withRemaining(quota.capacity, now);
  }

  /** Switches the algorithm and restores the full quota. */
  setAlgorithm(algorithm: RateLimitAlgorithm, now: Instant): void {
    if (algorithm === this.#algorithm) return;
    this.#algorithm = algorithm;
    this.#state = undefined;
    this.setDrains(this.#drains, now);
  }

  reset(): void {
    this.#quota = this.#original;
    this.#drains = [];
    this.#state = undefined;
  }

  #decision(quota: Quota, now: Instant): Decision {
    return this.#algorithm.peek(this.#current(quota, now), quota, now);
  }

  #carriedOver(now: Instant): RateLimitState | undefined {
    if (this.#quota === 'off') return undefined;
    const { remaining, limit } = this.#decision(this.#quota, now);
    return remaining === limit ? undefined : this.#algorithm.asOf(this.#current(this.#quota, now), this.#quota, now);
  }

  #current(quota: Quota, now: Instant): RateLimitState {
    return this.#state ?? this.#algorithm.withRemaining(quota.capacity, now);
  }
}

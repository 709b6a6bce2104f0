import { type Static, Type } from '@sinclair/typebox';
import type { Instant } from '../time/calendar.js';
import type { RateLimitAlgorithm, RateLimitState, Decision, Quota } from './algorithm.js';
import { exactly } from '../../schema/shapes.js';

export const LimitState = exactly({
  capacity: Type.Integer({ minimum: 1, maximum: 1e9, description: 'Tokens in a full bucket.' }),
  refillPerHour: Type.Integer({ minimum: 1, maximum: 1e9, description: 'Tokens refilled per hour.' }),
  remaining: Type.Integer({ minimum: 0, maximum: 1e9, description: 'Whole tokens left.' }),
});
export type LimitState = Static<typeof LimitState>;

/** A workspace's rate limit: quota, algorithm and state. The quota and the algorithm can change at run time. */
export class Limiter {
  readonly #original: Quota | 'off';
  #algorithm: RateLimitAlgorithm;
  #quota: Quota | 'off';
  /** `undefined` while the full quota is left. */
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

  /** The decision that a planned refusal shows; the state stays as it is. */
  plannedRefusal(now: Instant): Decision | undefined {
    if (this.#quota === 'off' || !this.#algorithm.refusesUntilReset) return this.peek(now);
    return this.#algorithm.peek(this.#algorithm.withRemaining(0, now), this.#quota, now);
  }

  /** What a request would be told, without taking its token. */
  preview(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    return this.#algorithm.take(this.#current(this.#quota, now), this.#quota, now).decision;
  }

  state(now: Instant): LimitState | 'off' {
    return this.#quota === 'off' ? 'off' : { ...this.#quota, remaining: this.#decision(this.#quota, now).remaining };
  }

  turnOff(): void {
    this.#quota = 'off';
    this.#state = undefined;
  }

  /** Sets the quota and the whole tokens left. If `remaining` is omitted, a full bucket stays full and others keep their tokens. */
  set(quota: Quota, remaining: number | undefined, now: Instant): void {
    this.#state = remaining === undefined ? this.#carriedOver(now) : this.#algorithm.withRemaining(remaining, now);
    this.#quota = quota;
  }

  /** Switches the algorithm and restores the full quota. */
  setAlgorithm(algorithm: RateLimitAlgorithm): void {
    if (algorithm === this.#algorithm) return;
    this.#algorithm = algorithm;
    this.#state = undefined;
  }

  reset(): void {
    this.#quota = this.#original;
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

import { type Static, Type } from '@sinclair/typebox';
import type { Instant } from '../time/calendar.js';
import type { Allowance, Allowed, Decision, Quota } from './algorithm.js';

/** A quota and what is left of it. */
export const LimitState = Type.Object(
  {
    capacity: Type.Integer({ minimum: 1, maximum: 1e9, description: 'Tokens in a full bucket.' }),
    refillPerHour: Type.Integer({ minimum: 1, maximum: 1e9, description: 'Tokens that flow back in an hour.' }),
    remaining: Type.Integer({ minimum: 0, maximum: 1e9, description: 'Whole tokens left.' }),
  },
  { additionalProperties: false },
);
export type LimitState = Static<typeof LimitState>;

/** A workspace's rate limit: its quota, settable while it runs, what is left of it, and the way it is kept. */
export class Limiter {
  readonly #original: Quota | 'off';
  #allowance: Allowance;
  #quota: Quota | 'off';
  /** Nothing yet where all of it is left. */
  #allowed: Allowed | undefined;

  constructor(quota: Quota | 'off', allowance: Allowance) {
    this.#original = quota;
    this.#quota = quota;
    this.#allowance = allowance;
  }

  /** Takes a token for a request; `undefined` where there is no limit. */
  take(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    const { allowed, decision } = this.#allowance.take(this.#current(this.#quota, now), this.#quota, now);
    this.#allowed = allowed;
    return decision;
  }

  /** What a request that takes no token is told. */
  look(now: Instant): Decision | undefined {
    return this.#quota === 'off' ? undefined : this.#look(this.#quota, now);
  }

  state(now: Instant): LimitState | 'off' {
    return this.#quota === 'off' ? 'off' : { ...this.#quota, remaining: this.#look(this.#quota, now).remaining };
  }

  turnOff(): void {
    this.#quota = 'off';
    this.#allowed = undefined;
  }

  /** Sets the quota, and the whole tokens left. Left to itself, a full bucket stays full and another keeps what it has. */
  set(quota: Quota, remaining: number | undefined, now: Instant): void {
    this.#allowed = remaining === undefined ? this.#carriedOver(now) : this.#allowance.holding(remaining, now);
    this.#quota = quota;
  }

  /** Keeps the limit in another way from now on, all of it left. */
  keepAs(allowance: Allowance): void {
    if (allowance === this.#allowance) return;
    this.#allowance = allowance;
    this.#allowed = undefined;
  }

  reset(): void {
    this.#quota = this.#original;
    this.#allowed = undefined;
  }

  #look(quota: Quota, now: Instant): Decision {
    return this.#allowance.look(this.#current(quota, now), quota, now);
  }

  #carriedOver(now: Instant): Allowed | undefined {
    if (this.#quota === 'off') return undefined;
    const { remaining, limit } = this.#look(this.#quota, now);
    return remaining === limit ? undefined : this.#allowance.asOf(this.#current(this.#quota, now), this.#quota, now);
  }

  #current(quota: Quota, now: Instant): Allowed {
    return this.#allowed ?? this.#allowance.holding(quota.capacity, now);
  }
}

import type { Instant } from '../series/calendar.js';
import { type Bucket, type Decision, fullBucket, look, type Quota, refill, take, tokens } from './bucket.js';

/** A quota and what is left of it. */
export interface LimitState extends Quota {
  remaining: number;
}

/** A workspace's rate limit: a quota, settable while it runs, and the bucket that goes with it. */
export class Limiter {
  readonly #original: Quota | 'off';
  #quota: Quota | 'off';
  #bucket: Bucket | undefined;

  constructor(quota: Quota | 'off') {
    this.#original = quota;
    this.#quota = quota;
  }

  /** Takes a token for a request; `undefined` where there is no limit. */
  take(now: Instant): Decision | undefined {
    if (this.#quota === 'off') return undefined;
    const { bucket, decision } = take(this.#current(this.#quota, now), this.#quota, now);
    this.#bucket = bucket;
    return decision;
  }

  /** What a request that takes no token is told. */
  look(now: Instant): Decision | undefined {
    return this.#quota === 'off' ? undefined : look(this.#current(this.#quota, now), this.#quota, now);
  }

  state(now: Instant): LimitState | 'off' {
    if (this.#quota === 'off') return 'off';
    return { ...this.#quota, remaining: look(this.#current(this.#quota, now), this.#quota, now).remaining };
  }

  turnOff(): void {
    this.#quota = 'off';
    this.#bucket = undefined;
  }

  /** Sets the quota, and the whole tokens left. Left to itself, a full bucket stays full and another keeps what it has. */
  set(quota: Quota, remaining: number | undefined, now: Instant): void {
    const before = this.#quota === 'off' ? undefined : refill(this.#current(this.#quota, now), this.#quota, now);
    const wasFull = this.#quota === 'off' || before?.parts === fullBucket(this.#quota, now).parts;
    this.#quota = quota;
    if (remaining !== undefined) this.#bucket = { parts: tokens(remaining), at: now };
    else this.#bucket = wasFull || before === undefined ? undefined : refill(before, quota, now);
  }

  reset(): void {
    this.#quota = this.#original;
    this.#bucket = undefined;
  }

  #current(quota: Quota, now: Instant): Bucket {
    return this.#bucket ?? fullBucket(quota, now);
  }
}

import { type Static, Type } from '@sinclair/typebox';
import { exactly, Field, oneOf } from '../../schema/shapes.js';
import { bell, type Random } from '../random.js';
import type { Drain } from '../rate-limit/drains.js';
import type { Instant } from '../time/calendar.js';
import { Effect, type FaultPlan, Trigger } from './fault.js';
import { instantOf } from './moment.js';

/** What a trigger matches in a request. */
export interface Candidate {
  path: string;
  /** The path without the base path of the service; a trigger can name either. */
  ownPath?: string;
  segmentId: string | undefined;
  now: Instant;
}

export const FaultView = exactly({
  id: Field.text('Counts up within a workspace.', { pattern: '^fault-[1-9]\\d*$' }),
  storyboard: Type.Optional(Field.text('The storyboard that it belongs to, if any.')),
  trigger: Trigger,
  effect: Effect,
  matched: Field.count('Requests that matched its trigger so far, struck or not.'),
  strikes: Field.count('Requests it struck so far.'),
});
export type FaultView = Static<typeof FaultView>;

/** Whether a fault is over, can strike the next request that matches, or waits for its time or for requests. */
export const Phase = oneOf(['past', 'present', 'next']);
export type Phase = Static<typeof Phase>;

export interface Strike {
  id: string;
  effect: Effect;
  /** The instant from which the fault no longer strikes. */
  until?: Instant | undefined;
  /** The draws of this strike: evenly spread over [0, 1), and bell-shaped around 0. */
  uniform: number;
  bell: number;
}

/** A fault with its counts. */
export class PlannedFault {
  matched = 0;
  #strikes = 0;
  readonly #from: Instant | undefined;
  readonly #until: Instant | undefined;

  constructor(
    readonly id: string,
    private readonly plan: FaultPlan,
    private readonly random: Random,
    readonly added: Instant,
    readonly storyboard: string | undefined,
  ) {
    this.#from = instantOf(plan.trigger?.from, added);
    this.#until = instantOf(plan.trigger?.until, added);
  }

  /** Whether it uses up the rate limit: then it strikes no request, but is felt by each. */
  get isDrain(): boolean {
    return this.plan.effect.drain !== undefined;
  }

  drain(): Drain | undefined {
    const { drain } = this.plan.effect;
    return drain && { ...drain, from: this.#from ?? -Infinity, until: this.#until ?? Infinity };
  }

  matches({ path, ownPath, segmentId, now }: Candidate): boolean {
    const { trigger = {} } = this.plan;
    return (
      (trigger.segmentId === undefined || trigger.segmentId === segmentId) &&
      (trigger.path === undefined || trigger.path === path || trigger.path === ownPath) &&
      now >= (this.#from ?? -Infinity) &&
      now < (this.#until ?? Infinity)
    );
  }

  /** Does it strike the matching request with this index? */
  strikesAt(count: number): boolean {
    const { after = 0, times = Infinity, probability = 1 } = this.plan.trigger ?? {};
    return count >= after && this.#strikes < times && this.random.uniform('strike', count) < probability;
  }

  strike(count: number): Strike {
    this.#strikes++;
    return {
      id: this.id,
      effect: this.plan.effect,
      until: this.#until,
      uniform: this.random.uniform('effect', count),
      bell: bell(this.random, 'effect', count),
    };
  }

  cancelStrike(): void {
    this.#strikes--;
  }

  phase(now: Instant): Phase {
    const { after = 0, times = Infinity } = this.plan.trigger ?? {};
    if (now >= (this.#until ?? Infinity) || this.#strikes >= times) return 'past';
    return now < (this.#from ?? -Infinity) || this.matched < after ? 'next' : 'present';
  }

  view(): FaultView {
    const { trigger = {}, effect } = this.plan;
    const { id, storyboard, matched } = this;
    return { id, ...(storyboard !== undefined && { storyboard }), trigger, effect, matched, strikes: this.#strikes };
  }
}

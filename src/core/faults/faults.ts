import { type Static, Type } from '@sinclair/typebox';
import { bell, createRandom, type Random } from '../random.js';
import { type Instant, parseInstant } from '../time/calendar.js';
import { Effect, type FaultPlan, Trigger } from './fault.js';
import { exactly } from '../../schema/shapes.js';

/** What a trigger matches in a request. */
export interface Candidate {
  path: string;
  segmentId: string | undefined;
  now: Instant;
}

export const FaultView = exactly({
  id: Type.String({ pattern: '^fault-[1-9]\\d*$', description: 'Counts up within a workspace.' }),
  trigger: Trigger,
  effect: Effect,
  matched: Type.Integer({ minimum: 0, description: 'Requests that matched its trigger so far, struck or not.' }),
  strikes: Type.Integer({ minimum: 0, description: 'Requests it struck so far.' }),
});
export type FaultView = Static<typeof FaultView>;

export interface Strike {
  id: string;
  effect: Effect;
  /** The draws of this strike: evenly spread over [0, 1), and bell-shaped around 0. */
  uniform: number;
  bell: number;
}

/** The planned faults of a workspace, in the order in which they were created. */
export class Faults {
  readonly #original: readonly FaultPlan[];
  readonly #seed: string;
  #faults: Fault[] = [];
  #created = 0;

  constructor(original: readonly FaultPlan[], seed: string) {
    this.#original = original;
    this.#seed = seed;
    this.reset();
  }

  add(plan: FaultPlan): FaultView {
    const place = this.#faults.length;
    // By position in the list, not by workspace, so that identical workspaces get the same faults.
    const fault = new Fault(`fault-${++this.#created}`, plan, createRandom(this.#seed, `fault ${place}`));
    this.#faults.push(fault);
    return fault.view();
  }

  get size(): number {
    return this.#faults.length;
  }

  list(): FaultView[] {
    return this.#faults.map((fault) => fault.view());
  }

  get(id: string): FaultView | undefined {
    return this.#faults.find((fault) => fault.id === id)?.view();
  }

  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
    return this.#faults.length < before;
  }

  clear(): void {
    this.#faults = [];
  }

  reset(): void {
    this.#faults = [];
    this.#created = 0;
    for (const plan of this.#original) this.add(plan);
  }

  /** Takes back a strike without an effect. A fault removed in the meantime has no count. */
  cancelStrike({ id }: Strike): void {
    this.#faults.find((fault) => fault.id === id)?.cancelStrike();
  }

  /** The first fault that strikes a request. Every fault with a matching trigger counts the request. */
  strike(candidate: Candidate): Strike | undefined {
    let first: Strike | undefined;
    for (const fault of this.#faults) {
      if (!fault.matches(candidate)) continue;
      const count = fault.matched++;
      if (first === undefined && fault.strikesAt(count)) first = fault.strike(count);
    }
    return first;
  }
}

class Fault {
  matched = 0;
  #strikes = 0;
  readonly #plan: FaultPlan;
  readonly #random: Random;
  readonly #until: Instant;

  constructor(
    readonly id: string,
    plan: FaultPlan,
    random: Random,
  ) {
    this.#plan = plan;
    this.#random = random;
    const until = plan.trigger?.until;
    this.#until = (until === undefined ? undefined : parseInstant(until)) ?? Infinity;
  }

  matches({ path, segmentId, now }: Candidate): boolean {
    const { trigger = {} } = this.#plan;
    return (
      (trigger.segmentId === undefined || trigger.segmentId === segmentId) &&
      (trigger.path === undefined || trigger.path === path) &&
      now < this.#until
    );
  }

  /** Does it strike the matching request with this index? */
  strikesAt(count: number): boolean {
    const { after = 0, times = Infinity, probability = 1 } = this.#plan.trigger ?? {};
    return count >= after && this.#strikes < times && this.#random.uniform('strike', count) < probability;
  }

  strike(count: number): Strike {
    this.#strikes++;
    return {
      id: this.id,
      effect: this.#plan.effect,
      uniform: this.#random.uniform('effect', count),
      bell: bell(this.#random, 'effect', count),
    };
  }

  cancelStrike(): void {
    this.#strikes--;
  }

  view(): FaultView {
    const { trigger = {}, effect } = this.#plan;
    return { id: this.id, trigger, effect, matched: this.matched, strikes: this.#strikes };
  }
}

import type { Context, Fact, Facts, RequestContext } from '../context.js';
import type { Subject } from '../request.js';
import type { ReadTrace } from '../journal/trace.js';

/** One step in the order of refusals. It needs facts established by earlier checks, and can add one. */
export interface Check<Needs extends Fact = never, Gives extends Fact = never> {
  readonly name: string;
  /** Its number in the order of refusals [wire contract, 2]. */
  readonly number: string;
  /** The fact that `run` returns. */
  readonly gives?: Gives;
  /** The subject of requests that it applies to; all requests if omitted. */
  readonly subjects?: readonly Subject[];
  /** @throws Refusal if the request fails the check. */
  run(context: Context<Needs>): [Gives] extends [never] ? void : Facts[Gives];
  /** Whether no check follows, because there will be no reply. */
  ends?(context: RequestContext): boolean;
  /** Whether the trace has nothing of it, because it says nothing about this request. */
  isLeftOut?(trace: ReadTrace): boolean;
  saw(trace: ReadTrace): string;
  /** What it decided if the request passed, for the trace. */
  passed(trace: ReadTrace): string;
}

/** A check in the list, with its types erased. */
type Step = Omit<Check<Fact, Fact>, 'run'> & { run(context: Context<Fact>): unknown };

/** Checks in order. The types ensure that each finds the facts that it needs. */
export class Order<Known extends Fact = never> {
  private constructor(readonly steps: readonly Step[]) {}

  static readonly start: Order = new Order([]);

  /** Appends a check; it is a type error if its facts are not established yet. */
  next<Needs extends Known, Gives extends Fact = never>(check: Check<Needs, Gives>): Order<Known | Gives> {
    // All steps have the same fields in the same order: V8 then reads them without a lookup.
    return new Order([...this.steps, { gives: undefined, subjects: undefined, ends: undefined, ...check } as Step]);
  }

  /** Runs the checks from an index on. Returns all facts, or `undefined` after a check that ends. @throws Refusal of the first check that fails. */
  run(context: RequestContext, from = 0): Context<Known> | undefined {
    const facts = context as unknown as Record<Fact, unknown>;
    for (let index = from; index < this.steps.length; index++) {
      const step = this.steps[index] as Step;
      if (!applies(step, context.endpoint?.subject)) continue;
      context.reached = index;
      const fact = step.run(context as Context<Fact>);
      if (step.gives !== undefined) facts[step.gives] = fact;
      if (step.ends?.(context) === true) return undefined;
    }
    return context as Context<Known>;
  }
}

/** Does a check apply to requests about a subject? */
export function applies({ subjects }: Pick<Step, 'subjects'>, subject: Subject | undefined): boolean {
  return subjects === undefined || (subject !== undefined && subjects.includes(subject));
}

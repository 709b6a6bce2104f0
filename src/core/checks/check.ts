import type { Context, Fact, Facts, RequestContext } from '../context.js';
import type { Subject } from '../request.js';
import type { ReadTrace } from '../journal/trace.js';

/** One step in the order of refusals. It needs facts that the checks before it established, and may add one. */
export interface Check<Needs extends Fact = never, Gives extends Fact = never> {
  readonly name: string;
  /** Its number in the order of refusals [wire contract, 2]. */
  readonly number: string;
  /** The fact that `run` returns. */
  readonly gives?: Gives;
  /** What a request must be about for the check to be made; all requests where nothing is said. */
  readonly subjects?: readonly Subject[];
  /** @throws Refusal where the request does not pass. */
  run(context: Context<Needs>): [Gives] extends [never] ? void : Facts[Gives];
  /** Whether no check follows, because there will be no reply. */
  ends?(context: RequestContext): boolean;
  /** What it looked at, in words. */
  saw(trace: ReadTrace): string;
  /** What it decided where it let the request pass, in words. */
  passed(trace: ReadTrace): string;
}

/** A check in the list, whatever its types. */
type Step = Omit<Check<Fact, Fact>, 'run'> & { run(context: Context<Fact>): unknown };

/** Checks in their order, each of which finds the facts that it needs. */
export class Order<Known extends Fact = never> {
  readonly steps: readonly Step[];

  private constructor(steps: readonly Step[]) {
    this.steps = steps;
  }

  static readonly start: Order = new Order([]);

  /** Appends a check; the compiler refuses one whose facts are not established yet. */
  next<Needs extends Known, Gives extends Fact = never>(check: Check<Needs, Gives>): Order<Known | Gives> {
    return new Order([...this.steps, check]);
  }

  /**
   * Makes the checks. Gives the context with all facts, or `undefined` where a check ended the request without one.
   * @throws Refusal of the first check that does not let the request pass; `context.reached` is its index.
   */
  run(context: RequestContext): Context<Known> | undefined {
    const facts = context as unknown as Record<Fact, unknown>;
    for (let index = 0; index < this.steps.length; index++) {
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

/** Is a check made for requests about a subject? */
export function applies({ subjects }: Pick<Step, 'subjects'>, subject: Subject | undefined): boolean {
  return subjects === undefined || (subject !== undefined && subjects.includes(subject));
}

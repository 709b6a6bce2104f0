import { Random } from '../random.js';
import type { Drain } from '../rate-limit/drains.js';
import type { Instant } from '../time/calendar.js';
import type { FaultPlan } from './fault.js';
import { type Candidate, type FaultView, type Phase, PlannedFault, type Strike } from './planned-fault.js';

/** A named list of faults. */
export interface NamedFaults {
  readonly name: string;
  readonly faults: readonly FaultPlan[];
}

/** The planned faults of a workspace, in the order in which they were created: pure functions of clock and counts. */
export class Faults {
  #faults: PlannedFault[] = [];
  #created = 0;

  /** `onDrains` is told of the drains whenever they change. */
  constructor(
    /** What it plans now, and again after a reset. */
    private readonly original: { faults: readonly FaultPlan[]; storyboards: readonly NamedFaults[] },
    private readonly seed: string,
    private readonly now: () => Instant,
    private readonly onDrains: (drains: readonly Drain[]) => void = () => {},
  ) {
    this.reset();
  }

  add(plan: FaultPlan): FaultView {
    // By position in the list, not by workspace, so that identical workspaces get the same faults.
    return this.#add(plan, `fault ${this.#faults.length}`).view();
  }

  /** Adds the faults of a storyboard. Their draws depend on its name, not on what was planned before. */
  play({ name, faults }: NamedFaults): void {
    for (const [index, plan] of faults.entries()) this.#add(plan, `storyboard ${name} ${index}`, name);
  }

  get size(): number {
    return this.#faults.length;
  }

  list(): FaultView[] {
    return this.#faults.map((fault) => fault.view());
  }

  /** All of them, with where they are now. */
  phases(): (FaultView & { phase: Phase })[] {
    const now = this.now();
    return this.#faults.map((fault) => ({ ...fault.view(), phase: fault.phase(now) }));
  }

  /** The faults of each storyboard that is playing, by its name, with when they were added and where they are now. */
  playing(): Map<string, { startedAt: Instant; faults: (FaultView & { phase: Phase })[] }> {
    const now = this.now();
    const boards: ReturnType<Faults['playing']> = new Map();
    for (const fault of this.#faults) {
      if (fault.storyboard === undefined) continue;
      const board = boards.get(fault.storyboard) ?? { startedAt: fault.added, faults: [] };
      board.faults.push({ ...fault.view(), phase: fault.phase(now) });
      boards.set(fault.storyboard, board);
    }
    return boards;
  }

  get(id: string): FaultView | undefined {
    return this.#faults.find((fault) => fault.id === id)?.view();
  }

  remove(id: string): boolean {
    return this.#keep((fault) => fault.id !== id);
  }

  /** Ends a storyboard. Returns whether it was playing. */
  end(storyboard: string): boolean {
    return this.#keep((fault) => fault.storyboard !== storyboard);
  }

  clear(): void {
    this.#keep(() => false);
  }

  reset(): void {
    this.clear();
    this.#created = 0;
    for (const plan of this.original.faults) this.add(plan);
    for (const storyboard of this.original.storyboards) this.play(storyboard);
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
      if (fault.isDrain) fault.strike(count);
      else if (first === undefined && fault.strikesAt(count)) first = fault.strike(count);
    }
    return first;
  }

  #add(plan: FaultPlan, draws: string, storyboard?: string): PlannedFault {
    const id = `fault-${++this.#created}`;
    const fault = new PlannedFault(id, plan, new Random(this.seed, draws), this.now(), storyboard);
    this.#faults.push(fault);
    if (fault.isDrain) this.#tellDrains();
    return fault;
  }

  #keep(isKept: (fault: PlannedFault) => boolean): boolean {
    const before = this.#faults;
    this.#faults = before.filter(isKept);
    if (before.some((fault) => fault.isDrain && !this.#faults.includes(fault))) this.#tellDrains();
    return this.#faults.length < before.length;
  }

  #tellDrains(): void {
    this.onDrains(this.#faults.flatMap((fault) => fault.drain() ?? []));
  }
}

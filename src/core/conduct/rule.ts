import type { Trace } from '../journal/trace.js';
import type { Histories, History } from './histories.js';
import type { Refusals, Refused, Retry } from './refusals.js';
import type { World } from './world.js';

/** How bad a finding is; `unjudged` if real time is not what the client knows, so nothing certain can be said. */
export const LEVELS = ['error', 'warning', 'note', 'unjudged'] as const;
export type Level = (typeof LEVELS)[number];

/** What a rule is told of a finished request. One object serves all requests, so rules must not keep it. */
export interface Seen {
  trace: Trace;
  /** The number of the newest request when it ended. */
  newest: number;
  /** The earlier refusal of the same call that this request tries again. */
  retry: Retry | undefined;
  /** The refusal that it got itself, if it is one to try again: a 429, a 5xx or a broken reply. */
  refused: Refused | undefined;
  /** What was read of its segment, if it was answered with a series. */
  history: History | undefined;
}

/** A rule of conduct. Each workspace has a state machine of its own, and a new one after each reset. */
export interface Rule {
  readonly rule: string;
  readonly level: Exclude<Level, 'unjudged'>;
  /** When it applies, for the docs. */
  readonly when: string;
  /** What the requests did, in the past tense and without a subject; the message begins with it. */
  readonly says: (count: number) => string;
  /** What to change in the client; the message ends with it. */
  readonly remedy: string;
  readonly begin: (world: World, refusals: Refusals, histories: Histories) => Machine;
}

/** The state of a rule. It sees every request that counts. */
export interface Machine {
  saw?(seen: Seen, report: Tallies): void;
  /** Adds what can only be judged when it is looked at. */
  look?(report: Tallies): void;
}

/** The requests in a finding that are listed: the newest. */
export const MOST_LISTED = 20;

/** What a rule found at one level. */
export class Tally {
  count = 0;
  /** Numbers of journal entries. */
  readonly requests: number[] = [];
  /** The first case, in words. */
  example: string | undefined;

  add(request: number | undefined, example?: () => string): void {
    if (this.count++ === 0) this.example = example?.();
    if (request === undefined) return;
    if (this.requests.length === MOST_LISTED) this.requests.shift();
    this.requests.push(request);
  }

  copy(): Tally {
    const { count, example, requests } = this;
    return Object.assign(new Tally(), { count, example, requests: [...requests] });
  }
}

/** What a rule found: at its own level, and what it could not judge. */
export interface Tallies {
  readonly judged: Tally;
  readonly unjudged: Tally;
}

/** Requests that become a finding when they are so many, the earlier ones included. */
export class Streak {
  #pending: number[] | undefined = [];
  #isSure = false;

  constructor(readonly least: number) {}

  /** `isSure` is false if it may be chance; one that is sure confirms the others. */
  add(
    request: number,
    tally: Tally,
    { isSure = true, example }: { isSure?: boolean; example?: () => string } = {},
  ): void {
    if (this.#pending === undefined) return tally.add(request, example);
    this.#isSure ||= isSure;
    this.#pending.push(request);
    if (!this.#isSure || this.#pending.length < this.least) return;
    for (const one of this.#pending) tally.add(one, example);
    this.#pending = undefined;
  }
}

export function some(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

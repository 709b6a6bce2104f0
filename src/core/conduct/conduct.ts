import type { Trace } from '../journal/trace.js';
import { Histories } from './histories.js';
import { Refusals } from './refusals.js';
import { type Level, type Machine, type Tallies, type Rule, type Seen, Tally } from './rule.js';
import { type RuleName, RULES } from './rules.js';
import type { World } from './world.js';

/** A rule at work. */
interface Watch {
  readonly rule: Rule & { rule: RuleName };
  readonly machine: Machine;
  readonly report: Tallies;
}

/** Ends the message of what could not be judged. */
const UNJUDGED_REMEDY =
  'this cannot be judged, because real time is not what the client knows: judge it on a clock that runs at scale 1, with real timers';

/** How the clients of a workspace behave: follows every request, whether or not the journal keeps it. */
export class Conduct {
  #refusals!: Refusals;
  #histories!: Histories;
  #watches!: readonly Watch[];

  /** Without a workspace, it is about requests without a valid key. */
  constructor(
    private readonly world: World,
    readonly workspace?: string | undefined,
  ) {
    this.forget();
  }

  /** Forgets every request. */
  forget(): void {
    this.#refusals = new Refusals(this.world);
    this.#histories = new Histories();
    this.#watches = RULES.map((rule) => ({
      rule,
      machine: rule.begin(this.world, this.#refusals, this.#histories),
      report: { judged: new Tally(), unjudged: new Tally() },
    }));
  }

  /** Follows a request that is finished; `newest` is the number of the newest one by now. */
  saw(trace: Trace, newest: number): void {
    // What a caller asked for by `Prefer` says nothing about the client.
    if (trace.preferred !== undefined) return;
    const { retry, refused } = this.#refusals.follow(trace, newest) ?? NOTHING;
    const seen: Seen = { trace, newest, retry, refused, history: this.#histories.follow(trace) };
    for (const { machine, report } of this.#watches) machine.saw?.(seen, report);
  }

  /** What was found, by the order of the rules. Looking changes nothing. */
  judgements() {
    return this.#watches.flatMap(({ rule, machine, report }) => {
      const looked = { judged: report.judged.copy(), unjudged: report.unjudged.copy() };
      machine.look?.(looked);
      return [
        ...judgement(rule, rule.level, looked.judged, rule.remedy),
        ...judgement(rule, 'unjudged', looked.unjudged, UNJUDGED_REMEDY),
      ];
    });
  }
}

const NOTHING = { retry: undefined, refused: undefined };

/** `requests` are the numbers of journal entries. */
function judgement({ rule, says }: Watch['rule'], level: Level, tally: Tally, remedy: string) {
  const { count, requests, example } = tally;
  if (count === 0) return [];
  const message = `${says(count)}${example === undefined ? '' : ` (first: ${example})`}; ${remedy}`;
  return [{ rule, level, count, requests, message }];
}

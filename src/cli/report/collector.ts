import type { Conduct } from '../../core/conduct/conduct.js';
import { MOST_LISTED } from '../../core/conduct/rule.js';
import type { Observer } from '../../core/journal/journal.js';
import { outcomeOf } from '../../core/journal/outcome.js';
import type { Trace } from '../../core/journal/trace.js';
import type { Mock } from '../../core/mock.js';
import type { Run, RunFinding } from './report.js';

const MOST_SLOW = 5;

/** Collects what the requests of a mock come to, also those of workspaces that are reset or removed meanwhile. */
export class Collector implements Observer {
  readonly #outcomes = new Map<string, number>();
  readonly #findings = new Map<string, RunFinding>();
  #slowest: Run['slowest'] = [];

  constructor(private readonly mock: Mock) {
    mock.journalSpace.observer = this;
  }

  finished(entry: Trace): void {
    const outcome = outcomeOf(entry);
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    const { number, method, target, status = null, durationMs = 0, workspace = null } = entry;
    if (this.#slowest.length === MOST_SLOW && durationMs <= (this.#slowest.at(-1)?.durationMs ?? 0)) return;
    const shown = this.mock.workspaces.mask(target);
    const request = { workspace, request: String(number), method, target: shown, status, outcome, durationMs };
    this.#slowest = [...this.#slowest, request]
      .toSorted((one, other) => other.durationMs - one.durationMs)
      .slice(0, MOST_SLOW);
  }

  ending(conduct: Conduct): void {
    this.#addFindings(this.#findings, conduct);
  }

  /** What was collected by now. Looking changes nothing. */
  requests(): Pick<Run, 'requests' | 'slowest' | 'findings'> {
    const findings = new Map(this.#findings);
    for (const { conduct } of [...this.mock.workspaces.all(), this.mock]) this.#addFindings(findings, conduct);
    const outcomes = [...this.#outcomes].toSorted(([, one], [, other]) => other - one);
    const total = outcomes.reduce((sum, [, count]) => sum + count, 0);
    return {
      requests: { total, outcomes: Object.fromEntries(outcomes) },
      slowest: this.#slowest,
      findings: [...findings.values()],
    };
  }

  /** Adds the findings of a workspace to those from before its last reset. */
  #addFindings(findings: Map<string, RunFinding>, conduct: Conduct): void {
    const { workspace = null } = conduct;
    for (const { count, requests, message, ...kind } of conduct.judgements()) {
      const key = JSON.stringify([workspace, kind.rule, kind.level]);
      const known = findings.get(key);
      findings.set(key, {
        workspace,
        ...kind,
        count: count + (known?.count ?? 0),
        requests: [...(known?.requests ?? []), ...requests.map(String)].slice(-MOST_LISTED),
        message: known?.message ?? this.mock.workspaces.mask(message),
      });
    }
  }
}

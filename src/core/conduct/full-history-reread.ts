import type { Instant } from '../time/calendar.js';
import type { History } from './histories.js';
import { ANOTHER_RUN_MS } from './hammered-unauthorized.js';
import { type Rule, some } from './rule.js';

/** Fewer days are a re-read of the last weeks, which catches late changes. */
const LEAST_DAYS = 60;
/** New days of a run that are few. */
const FEW_DAYS = 3;
/** Runs that are always. */
const LEAST_RUNS = 2;

/** One run of the client: the days that it read again, and those that were new. */
interface Pass {
  readonly before: number;
  latest: Instant;
  again: number;
  /** How many runs before, one after the other, read everything again. */
  whole: number;
  isCounted: boolean;
}

export const fullHistoryReread = {
  rule: 'full-history-reread',
  level: 'note',
  when: 'the whole history of a segment, 60 days or more, read again each time for a few new days',
  says: (count) => `${some(count, 'run', 'runs')} read a whole history again for one to three new days`,
  remedy: 'keep what was read, and request only the new days, plus the last weeks if sizes can be late',
  begin() {
    const passes = new WeakMap<History, Pass>();
    return {
      saw({ trace, history }, { judged }) {
        if (history === undefined) return;
        const { at, number } = trace;
        let pass = passes.get(history);
        if (pass === undefined || at - pass.latest >= ANOTHER_RUN_MS) {
          const before = history.runs.days - history.added;
          pass = { before, latest: at, again: 0, whole: pass?.isCounted === true ? pass.whole : 0, isCounted: false };
          passes.set(history, pass);
        }
        pass.latest = at;
        pass.again += history.known;
        const added = history.runs.days - pass.before;
        const isWhole = pass.before >= LEAST_DAYS && added > 0 && added <= FEW_DAYS && pass.again >= pass.before * 0.9;
        if (!isWhole || pass.isCounted) return;
        pass.isCounted = true;
        pass.whole++;
        if (pass.whole >= LEAST_RUNS) judged.add(number, () => `${pass.before} days of ${history.segmentId}`);
      },
    };
  },
} as const satisfies Rule;

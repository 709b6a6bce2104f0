import type { Day, Instant } from '../time/calendar.js';
import { type History, Runs } from './histories.js';
import { ANOTHER_RUN_MS } from './hammered-unauthorized.js';
import { type Rule, some, Streak } from './rule.js';

/** Windows of a day, one beside the other, that are many. */
const LEAST_WINDOWS = 5;

/** The windows of a day of one run of the client. */
interface Batch {
  /** The last day that was there when it began. */
  readonly available: Day;
  readonly runs: Runs;
  readonly many: Streak;
  latest: Instant;
}

export const oneDayWindows = {
  rule: 'one-day-windows',
  level: 'warning',
  when: 'five or more adjacent windows of a single day, if all their days were available at the first call',
  says: (count) => `${some(count, 'window has', 'windows have')} a single day where one window would do`,
  remedy: 'request up to 100 days with one `length`',
  begin(world) {
    const batches = new WeakMap<History, Batch>();
    return {
      saw({ trace, history }, { judged }) {
        if (history === undefined || history.window.first !== history.window.last) return;
        const { at, number } = trace;
        let batch = batches.get(history);
        if (batch === undefined || at - batch.latest >= ANOTHER_RUN_MS) {
          batch = { available: world.lastDay(at), runs: new Runs(), many: new Streak(LEAST_WINDOWS), latest: at };
          batches.set(history, batch);
        }
        batch.latest = at;
        const day = history.window.first;
        if (day > batch.available || batch.runs.add(history.window, number) > 0) return;
        const run = batch.runs.list.find(({ first, last }) => first <= day && day <= last);
        if (run !== undefined && (run.borders > 0 || batch.runs.list.length === 1))
          batch.many.add(number, judged, { example: () => `of ${history.segmentId}` });
      },
    };
  },
} as const satisfies Rule;

import { formatDay } from '../time/calendar.js';
import type { History, DayRun } from './histories.js';
import { type Rule, some } from './rule.js';

/** Days of the longest window. What is further apart was not meant to be one history. */
const MOST_DAYS = 100;

export const gap = {
  rule: 'gap',
  level: 'error',
  when: 'days left out between two windows of a segment, if at least two of its other windows are adjacent',
  says: (count) => `${some(count, 'gap', 'gaps')} of days that were never requested`,
  remedy: 'let each window end on the day before the next one begins; days are counted in UTC',
  begin: (_world, _refusals, histories) => ({
    look({ judged }) {
      for (const history of histories.all()) {
        const { segmentId, runs, failed, hasLostFailed } = history;
        // Windows that failed are asked for again, or given up, which is another rule's.
        if (failed !== undefined || hasLostFailed || runs.isFull) continue;
        for (const [index, after] of runs.list.entries()) {
          const before = runs.list[index - 1];
          if (before === undefined || after.first - before.last > MOST_DAYS || !isPaged(history, before, after))
            continue;
          const [from, to] = [formatDay(before.last + 1), formatDay(after.first - 1)];
          judged.add(before.request, () => `${from} to ${to} of ${segmentId}`);
        }
      }
    },
  }),
} as const satisfies Rule;

/** Whether two windows beside those around the gap are adjacent. */
function isPaged({ runs }: History, before: DayRun, after: DayRun): boolean {
  return runs.list.some((run) => run.borders >= (run === before || run === after ? 2 : 1));
}

import { type Rule, some } from './rule.js';

export const overlap = {
  rule: 'overlap',
  level: 'note',
  when: 'days of a segment that were requested twice',
  says: (count) => `${some(count, 'window has', 'windows have')} days that were requested before`,
  remedy: 'use adjacent windows, unless you read the last days again on purpose',
  begin: () => ({
    saw({ trace, history }, { judged }) {
      if (history === undefined || history.known === 0 || history.isRepeated) return;
      judged.add(trace.number, () => `${some(history.known, 'day', 'days')} of ${history.segmentId}`);
    },
  }),
} as const satisfies Rule;

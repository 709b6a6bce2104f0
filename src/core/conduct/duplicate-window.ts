import { type Rule, some } from './rule.js';

export const duplicateWindow = {
  rule: 'duplicate-window',
  level: 'warning',
  when: 'the same window of a segment twice, although the first reply had all its days',
  says: (count) => `${some(count, 'window was', 'windows were')} requested twice`,
  remedy: 'keep what was read: the size of a day never changes',
  begin: () => ({
    saw({ trace, history }, { judged }) {
      if (history?.isRepeated === true) judged.add(trace.number, () => `of ${history.segmentId}`);
    },
  }),
} as const satisfies Rule;

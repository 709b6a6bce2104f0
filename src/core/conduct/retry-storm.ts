import { IN_A_STORM } from './refusals.js';
import { type Rule, some } from './rule.js';

export const retryStorm = {
  rule: 'retry-storm',
  level: 'error',
  when: 'more than ten retries of a call in a second after a 5xx',
  says: (count) => `${some(count, 'retry', 'retries')} after a 5xx came on top of ten others in the same second`,
  remedy: 'wait before each retry, longer each time, and give up after a few',
  begin: () => ({
    saw({ trace, retry }, { judged, unjudged }) {
      if (retry === undefined || (retry.of.status ?? 0) < 500) return;
      const [first = 0, ...others] = retry.retries.after5xx;
      const last = others.at(-1) ?? 0;
      if (others.length < IN_A_STORM - 1 || last - first >= 1000) return;
      (retry.isTimeReal ? judged : unjudged).add(trace.number);
    },
  }),
} as const satisfies Rule;

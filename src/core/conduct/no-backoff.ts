import { type Rule, some } from './rule.js';

/** Fewer retries show no pattern. */
const LEAST_RETRIES = 3;

export const noBackoff = {
  rule: 'no-backoff',
  level: 'warning',
  when: 'three or more retries of a call without growing gaps, if the refusals announced no wait',
  says: (count) => `${some(count, 'retry', 'retries')} came without growing waits between them`,
  remedy: 'wait longer before each retry, for example 1, 2, 4 and 8 s, with some jitter',
  begin: () => ({
    saw({ trace, retry }, { judged, unjudged }) {
      if (retry === undefined || retry.of.toldMs !== undefined) return;
      const { untold, hasGrown } = retry.retries;
      if (untold.length < LEAST_RETRIES || hasGrown) return;
      const tally = retry.isTimeReal ? judged : unjudged;
      if (retry.of.retries.untold.length < LEAST_RETRIES) for (const id of untold) tally.add(id);
      else tally.add(trace.number);
    },
  }),
} as const satisfies Rule;

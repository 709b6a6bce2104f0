import { type Rule, some } from './rule.js';

export const retryTooEarly = {
  rule: 'retry-too-early',
  level: 'error',
  when: 'the same call again before the announced wait is over',
  says: (count) => `${some(count, 'call', 'calls')} came again before the announced wait was over`,
  remedy: 'wait as long as `retry-after` says, or until `x-ratelimit-reset`',
  begin: () => ({
    saw({ trace, retry }, { judged, unjudged }) {
      if (retry?.isEarly !== true) return;
      const { toldMs = 0, startedMs } = retry.of;
      const waited = Math.max(0, trace.startedMs - startedMs);
      const tally = retry.isTimeReal ? judged : unjudged;
      tally.add(trace.number, () => `asked to wait ${toldMs / 1000} s, waited ${waited / 1000} s`);
    },
  }),
} as const satisfies Rule;

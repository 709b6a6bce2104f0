import { type Refused, whetherAfter } from './refusals.js';
import { type Rule, some } from './rule.js';
import { elapsedMs } from './world.js';

export const overLimitTraffic = {
  rule: 'over-limit-traffic',
  level: 'warning',
  when: 'other calls while the limit is known to be used up: after a 429, before the announced wait is over',
  says: (count) => `${some(count, 'other call', 'other calls')} came while the limit was known to be used up`,
  remedy: 'after a 429, hold back every call with a key of the workspace: all share the limit',
  begin(world) {
    let limited: Refused | undefined;
    return {
      saw({ trace, retry, refused }, { judged, unjudged }) {
        if (limited !== undefined && whetherAfter(trace, limited, world) === 'yes') {
          const isOver = elapsedMs(world, limited, trace) >= (limited.toldMs ?? 0);
          if (!isOver && retry === undefined) (limited.isTimeReal ? judged : unjudged).add(trace.number);
          if (isOver || trace.status === 200) limited = undefined;
        }
        if (refused?.status === 429 && refused.toldMs !== undefined) limited ??= refused;
      },
    };
  },
} as const satisfies Rule;

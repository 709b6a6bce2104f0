import { type Rule, some } from './rule.js';

/** Fewer requests show no pattern. */
const LEAST_REQUESTS = 10;
/** Milliseconds since the last request, after which its connection could have been used. */
const PAUSE_MS = 1;

export const tooManyConnections = {
  rule: 'too-many-connections',
  level: 'note',
  when: 'a new connection for each of ten or more requests, although earlier connections were free',
  says: (count) => `${some(count, 'request', 'requests')} each opened a new connection`,
  remedy: 'keep connections open: reuse one client, session or agent',
  begin() {
    let [requests, avoidable, endedMs] = [0, 0, Infinity];
    const newest: number[] = [];
    return {
      saw({ trace: { number, connection, nthOnConnection, startedMs, durationMs = 0 } }) {
        if (connection === undefined) return;
        requests++;
        // Workers that begin together need a connection each.
        if (nthOnConnection === 1 && startedMs - endedMs >= PAUSE_MS) {
          avoidable++;
          if (newest.push(number) > LEAST_REQUESTS) newest.shift();
        }
        endedMs = startedMs + durationMs;
      },
      look({ judged }) {
        if (avoidable < LEAST_REQUESTS - 1 || avoidable < requests * 0.8) return;
        judged.count = avoidable + 1;
        judged.requests.push(...newest);
      },
    };
  },
} as const satisfies Rule;

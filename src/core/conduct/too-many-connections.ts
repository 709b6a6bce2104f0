import { type Rule, some } from './rule.js';

/** Fewer requests show no pattern. */
const LEAST = 10;

export const tooManyConnections = {
  rule: 'too-many-connections',
  level: 'note',
  when: 'a new connection for each of ten requests or more, though an earlier one was free',
  says: (count) => `${some(count, 'request', 'requests')} came by a connection of their own`,
  remedy: 'keep connections open: reuse one client, session or agent',
  begin() {
    let [requests, avoidable, accepted] = [0, 0, 0];
    const newest: number[] = [];
    return {
      saw({ trace: { number, connection } }) {
        if (connection === undefined) return;
        requests++;
        // It was opened after the reply to an earlier request, whose connection could have been used.
        if (connection.requests === 1 && connection.id > accepted && accepted > 0) {
          avoidable++;
          if (newest.push(number) > LEAST) newest.shift();
        }
        accepted = connection.accepted;
      },
      look({ judged }) {
        if (avoidable < LEAST || avoidable < requests * 0.9) return;
        judged.count = avoidable + 1;
        judged.requests.push(...newest);
      },
    };
  },
} as const satisfies Rule;

import { type Rule, some } from './rule.js';
import { elapsedMs, isTimeReal } from './world.js';

export const gaveUp = {
  rule: 'gave-up',
  level: 'warning',
  when: 'a 429 or 5xx that was never retried; judged when findings are read, once the announced wait is over',
  says: (count) => `${some(count, 'call', 'calls')} refused with 429 or 5xx never came again`,
  remedy: 'retry after a 429 or 5xx: once the announced wait is over, or a few times with growing waits',
  begin: (world, refusals) => ({
    look({ judged, unjudged }) {
      const now = { startedMs: world.stopwatch(), at: world.clock.now() };
      const isReal = isTimeReal(world);
      for (const { id, status = 0, toldMs, isTimeReal: wasReal, ...sent } of refusals.left()) {
        if (status < 429) continue;
        const isOver = elapsedMs(world, sent, now) >= (toldMs ?? 0);
        // A frozen clock never ends a wait; on one that runs, the client may still be waiting.
        if (!isOver && !world.clock.frozen && !world.isTimeFaked()) continue;
        const canTell = toldMs === undefined ? !world.isTimeFaked() : isReal && wasReal;
        (canTell ? judged : unjudged).add(id, () => `refused with ${status}`);
      }
    },
  }),
} as const satisfies Rule;

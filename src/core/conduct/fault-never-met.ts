import { type Rule, some } from './rule.js';

export const faultNeverMet = {
  rule: 'fault-never-met',
  level: 'warning',
  when: 'a planned fault that never struck, unless its turn has not come yet or it was removed',
  says: (count) => `${some(count, 'planned fault', 'planned faults')} never struck`,
  remedy: 'let the client make a call that matches the trigger, or remove the fault',
  begin(world) {
    let hasTraffic = false;
    return {
      saw: () => void (hasTraffic = true),
      look({ judged }) {
        // Without traffic, there is no client to judge.
        if (!hasTraffic) return;
        // A drain empties the rate limit and strikes no request.
        for (const { id, strikes, phase, matched, effect } of world.faults())
          if (strikes === 0 && phase !== 'next' && effect.drain === undefined)
            judged.add(undefined, () => `${id}, with ${some(matched, 'matching request', 'matching requests')}`);
      },
    };
  },
} as const satisfies Rule;

import { ANOTHER_RUN_MS } from './hammered-unauthorized.js';
import { hashOf } from '../hash.js';
import { BoundedMap, keyIn } from './identity.js';
import { isAfter, type Sent, sentBy } from './refusals.js';
import { type Rule, some } from './rule.js';
import { elapsedMs } from './world.js';

const MOST_REFUSED_CALLS = 500;

/** A refusal, and what may have changed when the call is refused again. */
interface RefusedCall {
  readonly sent: Sent;
  readonly cause: string;
}

export const repeatedRefusal = {
  rule: 'repeated-refusal',
  level: 'error',
  when: 'the same call, unchanged, after 400, 404 or 422, and refused again within an hour',
  says: (count) => `${some(count, 'call', 'calls')} came unchanged after a 400, 404 or 422`,
  remedy: 'do not retry these: change the call as the refusal says, or skip the segment',
  begin(world) {
    const calls = new BoundedMap<number, RefusedCall>(MOST_REFUSED_CALLS);
    return {
      saw({ trace, newest }, { judged }) {
        const { status, method, target, number, subject, revision, profile, strike } = trace;
        if (status !== 400 && status !== 404 && status !== 422) return;
        // The body of another method may have changed; without a key, it may be a probe of another program.
        const key = keyIn(trace);
        if ((method !== 'GET' && method !== 'HEAD') || (subject === undefined && key === '')) return;
        const call = hashOf(method, target, key);
        const cause = `${status} ${revision} ${profile} ${strike?.id ?? ''}`;
        const before = calls.get(call);
        if (before !== undefined && !isAfter(trace, before.sent, world)) return;
        const isSame = before?.cause === cause && elapsedMs(world, before.sent, trace) < ANOTHER_RUN_MS;
        if (isSame) judged.add(number, () => `refused with ${status}`);
        calls.set(call, { sent: sentBy(trace, newest, world), cause });
      },
    };
  },
} as const satisfies Rule;

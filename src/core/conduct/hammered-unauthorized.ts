import type { Trace } from '../journal/trace.js';
import { hashOf } from '../hash.js';
import { BoundedMap, keyIn } from './identity.js';
import { type Sent, sentBy, whetherAfter } from './refusals.js';
import { type Rule, some, Streak } from './rule.js';
import { elapsedMs } from './world.js';

/** Keys, and keys at an endpoint, that were refused. */
const MOST_REFUSED_KEYS = 500;
/** Further calls that are too many. */
const LEAST_FURTHER_CALLS = 3;
/** After an hour it is another run of the client. */
export const ANOTHER_RUN_MS = 3_600_000;

interface RefusedKey {
  readonly sent: Sent;
  readonly status: 401 | 403;
  readonly faultId: string | undefined;
  readonly further: Streak;
}

export const hammeredUnauthorized = {
  rule: 'hammered-unauthorized',
  level: 'error',
  when: 'three or more further calls with a key after it was refused: with 401 anywhere, with 403 at the same endpoint',
  says: (count) => `${some(count, 'call', 'calls')} came with a key that had been refused before`,
  remedy: 'stop at a 401 or 403: retries do not help, only another key or permission does',
  begin(world) {
    const keys = new BoundedMap<number, RefusedKey>(MOST_REFUSED_KEYS);
    return {
      saw({ trace, newest }, { judged }) {
        const { status, number, path, strike } = trace;
        const isRefused = status === 401 || status === 403;
        if (!isRefused && keys.size === 0) return;
        const key = keyIn(trace);
        if (key === '') return;
        const places = [hashOf(key), hashOf(key, path)];
        for (const place of places) {
          const refused = keys.get(place);
          const after = refused === undefined ? 'no' : whetherAfter(trace, refused.sent, world);
          if (refused === undefined || after === 'no') continue;
          const isOther = isRefused && refused.faultId !== strike?.id;
          const isLater = elapsedMs(world, refused.sent, trace) >= ANOTHER_RUN_MS;
          if (isOther || isLater || isAccepted(trace, refused.status)) keys.delete(place);
          else refused.further.add(number, judged, { isSure: after === 'yes' });
        }
        if (!isRefused) return;
        const place = places[status === 401 ? 0 : 1] as number;
        if (keys.has(place)) return;
        const further = new Streak(LEAST_FURTHER_CALLS);
        keys.set(place, { sent: sentBy(trace, newest, world), status, faultId: strike?.id, further });
      },
    };
  },
} as const satisfies Rule;

/** Whether a reply shows that a refused key is good now; a broken one and a 5xx tell nothing. */
function isAccepted({ status = 500 }: Trace, refusedWith: 401 | 403): boolean {
  return status < 500 && status !== 401 && (refusedWith === 401 || status !== 403);
}

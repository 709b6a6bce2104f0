import type { LimitStanding, Opened } from '../context.js';
import type { Decision } from '../rate-limit/algorithm.js';
import { Refusal } from '../refusals/codes.js';
import type { Check } from './check.js';

/** Check 6: is a token left? It stays spent: in the real service a 400 counts too [sibling: unknown-id.json]. */
export const rateLimit: Check<'opened'> = {
  name: 'rateLimit',
  number: '6',
  run(context) {
    const { opened } = context;
    const { limiter } = opened.workspace;
    const isStale = context.isFromBeforeReset(opened.workspace);
    context.limit = standing(opened, isStale ? limiter.peek(opened.now) : limiter.take(opened.now));
    if (context.limit === undefined || context.limit.admitted) return;
    const { limit, retryAfterSeconds } = context.limit;
    throw new Refusal({ code: 'rate_limited', limit, retryAfterSeconds });
  },
  saw: ({ quota, remaining }) =>
    quota === undefined ? 'no limit' : `${remaining} of ${quota} left after this request`,
  passed({ quota, strike }) {
    if (quota === undefined) return 'let through';
    const { status } = strike?.effect ?? {};
    return status === 401 || status === 403 ? `took no token, as a ${status} takes none` : 'took a token';
  },
};

/** The state of the limit. The wait is in real seconds at any scale of the clock: clients sleep in real time. */
export function standing({ workspace }: Opened, decision: Decision | undefined): LimitStanding | undefined {
  if (decision === undefined) return undefined;
  const { admitted, limit, remaining, resetAt, retryAfter } = decision;
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfter / workspace.clock.scale / 1000));
  return { admitted, limit, remaining, resetAt, retryAfter, retryAfterSeconds };
}

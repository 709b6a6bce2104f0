import type { ProfileName } from '../core/profiles/names.js';
import { endpointOf, type ProbeReply, type Settled, type VerifyRun } from './probes.js';

type Told = ReturnType<typeof toldBy>[number];

/** Seconds by which the clocks of a server and its `date` may differ. */
const TOLERANCE = 3;
const HOUR_S = 3600;

/** What the rate-limit headers say together. What other clients may have caused settles nothing. */
export function limitFindings({ facts, asked }: VerifyRun, profile: ProfileName): Settled[] {
  const replies = [...asked.values()];
  const told = replies.flatMap(toldBy);
  const [first] = told;
  if (first === undefined) return [];
  const { limit, reset } = first;
  const settled = [settle(first, 'limit-per-hour', 'x-ratelimit-limit', String(limit), '250000')];
  const most = Math.max(...told.map((one) => one.remaining - one.limit));
  if (most >= -1)
    settled.push(
      settle(first, 'limit-remaining-after', 'x-ratelimit-remaining', `${-most} below the limit`, '1 below the limit'),
    );
  // The time on a clock of its own is a guess.
  if (facts.offset !== 0) return settled;
  const now = first.at / 1000;
  const seconds = (at: number) => `in ${Math.round(at - now)} s`;
  if (profile === 'documented') {
    const full = now + ((limit - first.remaining) / limit) * HOUR_S;
    const found = Math.abs(reset - full) <= TOLERANCE ? full : reset;
    return [...settled, settle(first, 'limit-reset-full', 'x-ratelimit-reset', seconds(found), seconds(full))];
  }
  const isHour = reset % HOUR_S === 0 && reset > now - TOLERANCE && reset <= now + HOUR_S + TOLERANCE;
  const found = isHour ? 'at the full hour' : seconds(reset);
  settled.push(settle(first, 'limit-clock-hour', 'x-ratelimit-reset', found, 'at the full hour'));
  // In a bucket, the tokens that requests take are back before the next one.
  return isHour && told.every((one) => one.reset === reset) ? [...settled, ...spent(told, replies)] : settled;
}

function settle({ probe }: ProbeReply, row: string, aspect: string, found: string, expected: string): Settled {
  return [row, { aspect, found, expected }, `${probe.method ?? 'GET'} ${endpointOf(probe)}`];
}

/** A reply with its place among all replies and the state of the rate limit, if it tells it; `reset` is an epoch second. */
function toldBy(one: ProbeReply, index: number) {
  const texts = ['limit', 'remaining', 'reset'].map((name) => String(one.reply.headers[`x-ratelimit-${name}`]));
  const [limit = 0, remaining = 0, reset = 0] = texts.map(Number);
  return texts.every((text) => /^\d+$/.test(text)) ? [{ ...one, index, limit, remaining, reset }] : [];
}

/** How many requests the limit counted from one reply that tells its state to the next. */
function spent(told: readonly Told[], replies: readonly ProbeReply[]): Settled[] {
  return told.slice(1).flatMap((to, at): Settled[] => {
    const from = told[at] as Told;
    const count = from.remaining - to.remaining;
    const between = replies.slice(from.index + 1, to.index);
    const only = (row: string, expected: number, isClear: boolean) =>
      isClear ? [settle(to, row, 'requests counted', String(count), String(expected))] : [];
    const statuses = [from, to].map(({ reply }) => reply.status);
    if (between.length > 0) {
      const are401 = between.every(({ reply }) => reply.status === 401);
      return only('limit-ignores-401', 1, are401 && [1, 1 + between.length].includes(count));
    }
    if (to.reply.status === 403) return only('limit-ignores-403', 0, [0, 1].includes(count));
    if (to.reply.status === 400) return only('limit-counts-400', 1, count <= 1);
    const isOther = endpointOf(from.probe) !== endpointOf(to.probe);
    return only('limit-shared-by-endpoints', 1, isOther && statuses.every((status) => status === 200) && count <= 1);
  });
}

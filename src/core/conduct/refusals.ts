import type { Trace } from '../journal/trace.js';
import { BoundedMap, callOf } from './identity.js';
import { elapsedMs, isTimeReal, type World } from './world.js';

/** Calls with refusals that wait for a retry, and such refusals of a call. */
const MOST_CALLS = 2000;
const MOST_OF_A_CALL = 32;
/** Pauses of the event loop, and between requests, after which a request was not sent together with another. */
const IDLE_MS = 5;
const APART_MS = 250;
/** Timers of clients may fire this early. */
const EARLY_MS = 50;

export type Sent = ReturnType<typeof sentBy>;

/**
 * A reply as far as it tells which requests came after it: `newest` is the number of the newest request by then, `idleMs`
 * how long the event loop had been idle, `turn` and `latestMs` when the last request began of those that were sent
 * together, as a turn of the event loop and in real time.
 */
export function sentBy(trace: Trace, newest: number, { turn, idleMs }: World) {
  const { number: id, startedMs, durationMs = 0, at, connection } = trace;
  const endedMs = startedMs + durationMs;
  return { id, startedMs, endedMs, at, newest, connection, turn: turn(), idleMs: idleMs(), latestMs: endedMs };
}

/**
 * Whether a client can have known of a reply when it sent a request: concurrent workers do not know of the replies to
 * the others. Requests on one connection follow one another. On several, those of workers arrive together, in one turn
 * of the event loop after the other. A client in this process needs a turn to read the reply; the loop is not idle
 * then. Of one in another process, `maybe` is all that can be told for a few milliseconds [measured with fetch, and
 * `node:http`, in bursts of 5, 20 and 50 requests and one after the other].
 */
export function whetherAfter({ number, startedMs, connection, nthOnConnection }: Trace, sent: Sent, world: World) {
  // Whole milliseconds.
  if (number <= sent.newest || startedMs + 1 < sent.endedMs) return 'no';
  if (connection === sent.connection || connection === undefined) return 'yes';
  const idleMs = world.idleMs() - sent.idleMs;
  if (idleMs >= IDLE_MS || startedMs - sent.latestMs >= APART_MS) return 'yes';
  const [before, turn] = [sent.turn, world.turn()];
  Object.assign(sent, { turn, latestMs: startedMs });
  const isNextTurn = turn > before + 1;
  if (idleMs === 0) return isNextTurn ? 'yes' : 'no';
  return isNextTurn && nthOnConnection > 1 ? 'likely' : 'maybe';
}

/** The same for the same call, which workers seldom make together on connections that they used before. */
export function isAfter(trace: Trace, sent: Sent, world: World): boolean {
  return ['yes', 'likely'].includes(whetherAfter(trace, sent, world));
}

/** A refusal that the client may try again. */
export interface Refused extends Sent {
  /** `undefined` for a broken reply. */
  readonly status: number | undefined;
  readonly toldMs: number | undefined;
  /** Real milliseconds on the client's clock when the reply says that the limit is available again. */
  readonly resetMs: number;
  readonly faultId: string | undefined;
  /** Whether the client's seconds were those of the reply. */
  readonly isTimeReal: boolean;
  /** The retries that led to it. */
  readonly retries: Retries;
  wasTriedAgain: boolean;
}

/** Retries of one call, one after the other. */
export interface Retries {
  /** Milliseconds from the first of the refusals to this one. */
  readonly sinceFirstMs: number;
  /** The last retries after a 5xx, by when they came. */
  readonly after5xx: readonly number[];
  /** The retries without a told wait, the shortest first gap of them, and whether a later gap was longer. */
  readonly untold: readonly number[];
  readonly firstGapMs: number;
  readonly hasGrown: boolean;
}

const NO_RETRIES: Retries = { sinceFirstMs: 0, after5xx: [], untold: [], firstGapMs: 0, hasGrown: false };

export interface Retry {
  readonly of: Refused;
  /** Whether it came before the told wait was over. */
  readonly isEarly: boolean;
  /** Whether early means too early: the client's seconds are those of the reply. */
  readonly isTimeReal: boolean;
  /** It included. */
  readonly retries: Retries;
}

/** The refusals of a workspace that wait for a retry, by their calls. */
export class Refusals {
  readonly #waiting = new BoundedMap<number, Refused[]>(MOST_CALLS);

  constructor(private readonly world: World) {}

  /** The refusals that were never tried again. */
  *left(): Generator<Refused> {
    for (const refusals of this.#waiting.values()) for (const one of refusals) if (!one.wasTriedAgain) yield one;
  }

  /** Follows a finished request: what it tries again, and the refusal that it got. */
  follow(trace: Trace, newest: number): { retry: Retry | undefined; refused: Refused | undefined } | undefined {
    const isRefused = isToBeTriedAgain(trace);
    if (!isRefused && this.#waiting.size === 0) return undefined;
    const call = callOf(trace);
    const waiting = this.#waiting.get(call) ?? [];
    const known = waiting.filter((refusal) => isAfter(trace, refusal, this.world));
    for (const refusal of known) refusal.wasTriedAgain = true;
    // Several workers may wait: the request is of one that waited, if there is one.
    const of = known.find((refusal) => !this.#isEarly(refusal, trace)) ?? known[0];
    const retry = of && this.#retry(of, trace);
    const refused = isRefused ? this.#refused(trace, newest, retry?.retries) : undefined;
    const isAnswered = trace.status !== undefined && !isRefused;
    const left = waiting.filter((refusal) => refusal !== of && !(isAnswered && known.includes(refusal)));
    if (refused !== undefined) left.push(refused);
    if (left.length === 0) this.#waiting.delete(call);
    else this.#waiting.set(call, left.slice(-MOST_OF_A_CALL));
    return { retry, refused };
  }

  #isEarly(refusal: Refused, trace: Trace): boolean {
    const { toldMs = 0, faultId } = refusal;
    if (elapsedMs(this.world, refusal, trace) >= toldMs - EARLY_MS) return false;
    // A fault that was removed refuses no more.
    return faultId === undefined || this.world.faults().some(({ id }) => id === faultId);
  }

  #retry(of: Refused, trace: Trace): Retry {
    const world = this.world;
    const endedAt = of.at + (of.endedMs - of.startedMs) * world.clock.scale;
    const gapMs = elapsedMs(world, { startedMs: of.endedMs, at: endedAt }, trace);
    // On a clock that is not the machine's, what is told as an instant may be over for the client.
    const isOverByReset = Math.abs(world.wallClock.now() - trace.at) > 1000 && world.wallClock.now() >= of.resetMs;
    const sinceFirstMs = of.retries.sinceFirstMs + elapsedMs(world, of, trace);
    return {
      of,
      isEarly: this.#isEarly(of, trace),
      isTimeReal: of.isTimeReal && isTimeReal(world) && !isOverByReset,
      retries: afterAnother(of, { gapMs, sinceFirstMs, id: trace.number }),
    };
  }

  #refused(trace: Trace, newest: number, retries = NO_RETRIES): Refused {
    const { status, toldWaitSeconds, resetAt, strike } = trace;
    return {
      ...sentBy(trace, newest, this.world),
      status: isBroken(strike) ? undefined : status,
      toldMs: toldWaitSeconds === undefined ? undefined : toldWaitSeconds * 1000,
      resetMs: resetAt === 0 ? Infinity : resetAt * 1000,
      faultId: strike?.id.startsWith('fault-') === true ? strike.id : undefined,
      isTimeReal: isTimeReal(this.world),
      retries,
      wasTriedAgain: false,
    };
  }
}

/** Retries that are looked at together, for how many there are in a second. */
export const IN_A_STORM = 11;

function afterAnother(of: Refused, { gapMs, sinceFirstMs, id }: { gapMs: number; sinceFirstMs: number; id: number }) {
  const { after5xx, untold, firstGapMs, hasGrown } = of.retries;
  const isUntold = of.toldMs === undefined;
  return {
    sinceFirstMs,
    after5xx: (of.status ?? 0) >= 500 ? [...after5xx.slice(1 - IN_A_STORM), sinceFirstMs] : after5xx,
    untold: isUntold ? [...untold.slice(-2), id] : untold,
    firstGapMs: isUntold && untold.length === 0 ? gapMs : firstGapMs,
    hasGrown: hasGrown || (isUntold && untold.length > 0 && gapMs > firstGapMs * 1.2 + 20),
  };
}

/** A 429, a 5xx, or a reply that a fault broke. */
export function isToBeTriedAgain({ status, strike }: Trace): boolean {
  return status === 429 || (status ?? 0) >= 500 || isBroken(strike);
}

export function isBroken(strike: Trace['strike']): boolean {
  return (strike?.effect.connection ?? strike?.effect.truncate) !== undefined;
}

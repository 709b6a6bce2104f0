import type { Trace } from '../journal/trace.js';
import type { Window } from '../series/series.js';
import { BoundedMap, callOf } from './identity.js';
import { isBroken, isToBeTriedAgain } from './refusals.js';

/** API keys, segments of a key, and what is kept of a segment. */
const MOST_KEYS = 8;
const MOST_SEGMENTS = 500;
const MOST_RUNS = 32;
const MOST_WINDOWS = 64;
const MOST_FAILED = 16;

/** Days of adjacent or overlapping windows. */
export interface DayRun extends Window {
  /** How many pairs of adjacent windows it has. */
  readonly borders: number;
  /** The last request that extended it. */
  readonly request: number;
}

/** Runs of days, ascending. */
export class Runs {
  /** Whether there were too many to keep. */
  isFull = false;
  list: DayRun[] = [];

  /** Adds a window; returns how many of its days were there already. */
  add({ first, last }: Window, request: number): number {
    if (this.list.some((run) => run.first <= first && last <= run.last)) return last - first + 1;
    let known = 0;
    let merged: DayRun = { first, last, borders: 0, request };
    const apart: DayRun[] = [];
    for (const run of this.list) {
      if (run.last < first - 1 || run.first > last + 1) {
        apart.push(run);
        continue;
      }
      const common = Math.min(run.last, last) - Math.max(run.first, first) + 1;
      known += common;
      merged = {
        first: Math.min(run.first, merged.first),
        last: Math.max(run.last, merged.last),
        borders: merged.borders + run.borders + (common === 0 ? 1 : 0),
        request,
      };
    }
    if (apart.length < MOST_RUNS) this.list = [...apart, merged].toSorted((one, other) => one.first - other.first);
    else this.isFull = true;
    return known;
  }

  get days(): number {
    return this.list.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }
}

/** What a key has read of a segment. */
export class History {
  readonly runs = new Runs();
  /** The newest window, and how many of its days are new. */
  window: Window = { first: 0, last: -1 };
  added = 0;
  /** How many of its days were asked for before without need, and whether the very window was. */
  known = 0;
  isRepeated = false;
  /** Calls that got no series yet; `undefined` if they were too many to keep. */
  failed: number[] | undefined = undefined;
  hasLostFailed = false;
  readonly #windows: number[] = [];
  #next = 0;
  /** Days whose reply was not complete: asking again for them is right. */
  #incomplete: Window | undefined = undefined;

  constructor(readonly segmentId: string) {}

  /** Notes a series that was sent. */
  read(trace: Trace, { first, last }: Window): void {
    this.window = { first, last };
    const known = this.runs.add(this.window, trace.number);
    const key = first * 128 + (last - first);
    const isExcused = this.#isExcused(trace);
    this.added = last - first + 1 - known;
    this.known = isExcused ? 0 : known;
    this.isRepeated = !isExcused && this.#windows.includes(key);
    if (!this.#windows.includes(key)) this.#windows[this.#next++ % MOST_WINDOWS] = key;
  }

  /** Whether it asks for days that an earlier reply lacked, or only whether they changed. */
  #isExcused(trace: Trace): boolean {
    const { first, last } = this.window;
    const before = this.#incomplete;
    const isCommon = before !== undefined && first <= before.last && before.first <= last;
    if (!isComplete(trace)) {
      const both = before ?? this.window;
      this.#incomplete = { first: Math.min(first, both.first), last: Math.max(last, both.last) };
    } else if (isCommon && first <= before.first && before.last <= last) this.#incomplete = undefined;
    return isCommon || trace.status === 304;
  }
}

/** Whether it had all days that there will ever be, as they are. */
function isComplete({ strike, days }: Trace): boolean {
  const { future, notProcessed } = days?.leftOut ?? {};
  return (future ?? notProcessed) === undefined && strike?.effect.data === undefined;
}

/** What was read of the segments of a workspace, by API key. */
export class Histories {
  /** The permissions of a key are one object, a key by its text would have to be read out of the headers. */
  readonly #ofKeys = new BoundedMap<Trace['permissions'], BoundedMap<string, History>>(MOST_KEYS);

  *all(): Generator<History> {
    for (const ofKey of this.#ofKeys.values()) yield* ofKey.values();
  }

  /** Follows a finished request; returns the history of its segment if it was answered with a series. */
  follow(trace: Trace): History | undefined {
    const { subject, method, segmentId, permissions, days, status, strike } = trace;
    if (subject !== 'series' || method !== 'GET' || segmentId === undefined || permissions === undefined)
      return undefined;
    const isRead = (status === 200 || status === 304) && days !== undefined && !isBroken(strike);
    let ofKey = this.#ofKeys.get(permissions);
    if (ofKey === undefined) this.#ofKeys.set(permissions, (ofKey = new BoundedMap(MOST_SEGMENTS)));
    let history = ofKey.get(segmentId);
    // An id of no segment has no history.
    if (history === undefined && !isRead && !isToBeTriedAgain(trace)) return undefined;
    if (history === undefined) ofKey.set(segmentId, (history = new History(segmentId)));
    if (!isRead || history.failed !== undefined) {
      const call = callOf(trace);
      const failed = (history.failed ?? []).filter((one) => one !== call);
      if (!isRead) failed.push(call);
      history.hasLostFailed ||= failed.length > MOST_FAILED;
      history.failed = failed.length === 0 ? undefined : failed.slice(-MOST_FAILED);
    }
    if (!isRead) return undefined;
    history.read(trace, days);
    return history;
  }
}

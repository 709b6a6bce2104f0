import { LRUCache } from 'lru-cache';
import type { Profile } from '../../core/profiles/profile.js';
import type { Series, Window } from '../../core/series/series.js';

const BYTES_REMEMBERED = 8 * 1024 * 1024;
const BYTES_AN_ENTRY = 256;

/** A body, and what it was made of. */
interface Remembered {
  body: Uint8Array;
  /** Not the series itself, which would keep its segment for as long. */
  seriesId: number;
  profile: Profile;
  window: Window;
  available: Window;
}

/**
 * Dashboards ask for the same windows over and over, and a snapshot never changes: recent bodies are kept. Pipelines
 * that walk through history ask for each window once; so only what is asked for again soon is worth keeping.
 */
export function rememberedBodies(): (
  series: Series,
  profile: Profile,
  window: Window,
  available: Window,
) => Uint8Array {
  const bodies = new LRUCache<number, Remembered>({
    maxSize: BYTES_REMEMBERED,
    sizeCalculation: ({ body }) => body.length + BYTES_AN_ENTRY,
  });
  const isAskedAgain = recentlySeen();
  return (series, profile, window, available) => {
    const trace = traceOf(series, window);
    const remembered = bodies.get(trace);
    if (
      remembered?.seriesId === series.id &&
      Object.is(remembered.profile, profile) &&
      isSame(remembered.window, window) &&
      isSame(remembered.available, available)
    )
      return remembered.body;
    const body = profile.series(window, series.estimates(available));
    if (isAskedAgain(trace)) {
      // A copy: what is kept must not keep the bytes of others, from among which it was cut.
      bodies.set(trace, { body: new Uint8Array(body), seriesId: series.id, profile, window, available });
    }
    return body;
  };
}

/** A number by which to find a window of a series; now and then two have the same. */
function traceOf({ id }: Series, { first, last }: Window): number {
  return Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(first, 0x85ebca6b) ^ Math.imul(last, 0xc2b2ae35);
}

const TRACES = 4096;

/** Was there such a trace among the last few thousand? */
function recentlySeen(): (trace: number) => boolean {
  const traces = new Int32Array(TRACES);
  return (trace) => {
    const place = (trace >>> 8) % TRACES;
    const isKnown = traces[place] === trace;
    traces[place] = trace;
    return isKnown;
  };
}

function isSame(one: Window, other: Window): boolean {
  return one.first === other.first && one.last === other.last;
}

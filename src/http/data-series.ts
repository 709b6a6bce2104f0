import { Buffer } from 'node:buffer';
import { LRUCache } from 'lru-cache';
import { spoil } from '../faults/spoil.js';
import type { Mock } from '../mock.js';
import type { Body, Profile } from '../profiles/profile.js';
import type { Row } from '../profiles/rows.js';
import type { Segment } from '../segments/segment.js';
import { dayOf, formatDay } from '../series/calendar.js';
import { intersect, type Series, type Window } from '../series/series.js';
import { opened } from './admission.js';
import type { Exchange, Opened } from './exchange.js';
import type { DataSeriesQuery } from './query.js';
import { Refusal } from '../refusals/refusals.js';

/**
 * Check 8: is there such a segment in the key's workspace?
 * @throws Refusal `segment_not_found`.
 */
export function findSegment({ workspace }: Opened, segmentId: string): Segment {
  const segment = workspace.catalogue.find(segmentId);
  if (segment === undefined) throw new Refusal({ code: 'segment_not_found', segmentId });
  return segment;
}

/**
 * Check 9: is analytics tracking on? Braze keeps no sizes of a segment without it [reference].
 * @throws Refusal `analytics_not_enabled`.
 */
export function requireAnalytics(segment: Segment): void {
  if (!segment.analyticsTrackingEnabled) throw new Refusal({ code: 'analytics_not_enabled' });
}

/** Makes the body of `GET /segments/data_series`, for a request that passed every check. */
export type DataSeries = (exchange: Exchange, segment: Segment, query: DataSeriesQuery) => Body;

export function createDataSeries(mock: Mock): DataSeries {
  const bodyOf = rememberedBodies();
  return (exchange, segment, { endingAt, length }) => {
    const { workspace, now } = opened(exchange);
    const { profile } = exchange;
    const window = profile.window(endingAt, length);
    const available = intersect(window, workspace.availableDays(now));
    const series = mock.seriesOf(segment);
    return spoiltBody(exchange, series, window, available) ?? bodyOf(series, profile, window, available);
  };
}

/** The body as a data fault has it; a fault that finds nothing to spoil has not struck. */
function spoiltBody(exchange: Exchange, series: Series, window: Window, available: Window): string | undefined {
  const { strike, profile } = exchange;
  if (strike?.effect.data === undefined) return undefined;
  const reply = JSON.parse(textOf(profile.series(window, series.estimates(available)))) as { data: Row[] };
  const yesterday = formatDay(dayOf(opened(exchange).now) - 1);
  const spoilt = spoil(strike.effect.data, reply.data, strike.uniform, yesterday);
  exchange.spoilt = spoilt !== reply.data;
  return exchange.spoilt ? JSON.stringify({ ...reply, data: spoilt }) : undefined;
}

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
function rememberedBodies(): (series: Series, profile: Profile, window: Window, available: Window) => Body {
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

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

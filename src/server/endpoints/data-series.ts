import { Buffer } from 'node:buffer';
import { spoil } from '../../core/faults/corrupt-data.js';
import type { Mock } from '../../core/mock.js';
import type { Body } from '../../core/profiles/profile.js';
import type { Row } from '../../core/profiles/series-body.js';
import type { Segment } from '../../core/segments/segment.js';
import { dayOf, formatDay } from '../../core/time/calendar.js';
import { intersect, type Series, type Window } from '../../core/series/series.js';
import { opened } from './authenticate.js';
import { rememberedBodies } from './body-cache.js';
import type { Exchange, Opened } from './exchange.js';
import type { DataSeriesQuery } from './query.js';
import { Refusal } from '../../core/refusals/codes.js';

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
  const reply = JSON.parse(Buffer.from(profile.series(window, series.estimates(available))).toString()) as {
    data: Row[];
  };
  const yesterday = formatDay(dayOf(opened(exchange).now) - 1);
  const spoilt = spoil(strike.effect.data, reply.data, strike.uniform, yesterday);
  exchange.spoilt = spoilt !== reply.data;
  return exchange.spoilt ? JSON.stringify({ ...reply, data: spoilt }) : undefined;
}

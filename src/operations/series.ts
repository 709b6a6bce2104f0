import { type Static, Type } from '@sinclair/typebox';
import type { Mock } from '../core/mock.js';
import { Size } from '../core/segments/points.js';
import type { Segment } from '../core/segments/segment.js';
import type { Window } from '../core/series/series.js';
import { Fraction, liftBetween, Trend, trendOf } from '../core/series/trend.js';
import { type Day, dayOf, formatDay, midnight, parseDay } from '../core/time/calendar.js';
import { DateText } from '../core/time/text.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { show } from '../schema/problems.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { invalid } from './errors.js';
import { findSegment } from './segments.js';

const LONGEST_RANGE = 36_525;
const DEFAULT_RANGE = 30;

export const DayRange = exactly(
  optional({
    from: DateText('First day. Default: that of the creation, or 29 days before the last.'),
    to: DateText(`Last day, at most ${LONGEST_RANGE - 1} days after the first. Default: the clock's today.`),
  }),
);
export type DayRange = Static<typeof DayRange>;

export const SeriesRange = exactly({
  ...DayRange.properties,
  ...optional({ format: Field.oneOf(['json', 'csv'], 'Default: by `Accept`, otherwise json.') }),
});
export type SeriesRange = Static<typeof SeriesRange>;

export const SeriesDay = exactly({
  day: DateText(),
  trueSize: Field.orNull(Size, 'null on a day without a snapshot.'),
  estimatedSize: Field.orNull(Size, 'What callers get. null on a day without a snapshot.'),
  source: Type.Union([Type.Literal('recorded'), Type.Literal('generated'), Type.Null()]),
  seen: Field.oneOf(
    ['yes', 'not_processed', 'not_retained', 'before_creation', 'missing'],
    'Whether callers see the snapshot now, or why not.',
  ),
});
export type SeriesDay = Static<typeof SeriesDay>;

/**
 * Every day of a range, including those that retention and processing hide. Takes no token.
 * @throws ControlError `segment_not_found`, or `query_invalid` for a range that is reversed or too long.
 */
export function seriesView(mock: Mock, workspace: Workspace, id: string, range: DayRange = {}): SeriesDay[] {
  const { segment, now, first, last, snapshots } = readRange(mock, workspace, id, range);
  const available = workspace.availableDays(now);
  const days = Array.from({ length: Math.max(0, last - first + 1) }, (_none, index) => first + index);
  return days.map((day) => {
    const { trueSize = null, estimatedSize = null, source = null } = snapshots.get(day) ?? {};
    const seen = seenOn(day, segment, snapshots.has(day), available, dayOf(now));
    return { day: formatDay(day), trueSize, estimatedSize, source, seen };
  });
}

/** The segment, the clock's now, and the snapshots from the first day of a range to the last, or to today. */
function readRange(mock: Mock, workspace: Workspace, id: string, range: DayRange) {
  const segment = findSegment(workspace, id);
  const now = workspace.clock.now();
  const { first, last } = windowOf(segment, dayOf(now), range);
  const snapshots = mock.seriesOf(segment).snapshots({ first, last: Math.min(last, dayOf(now)) });
  return { segment, now, first, last, snapshots: new Map(snapshots.map((snapshot) => [snapshot.day, snapshot])) };
}

function seenOn(day: Day, { createdAt }: Segment, exists: boolean, available: Window, today: Day): SeriesDay['seen'] {
  if (createdAt !== undefined && midnight(day) < createdAt) return 'before_creation';
  if (day > today) return 'not_processed';
  if (!exists) return 'missing';
  if (day < available.first) return 'not_retained';
  return day > available.last ? 'not_processed' : 'yes';
}

/** The days of a range; a segment without a date of creation begins 29 days before the last. */
function windowOf({ createdAt }: Segment, today: Day, { from, to }: DayRange): Window {
  const last = (to === undefined ? undefined : parseDay(to)) ?? today;
  const created = createdAt === undefined ? last - DEFAULT_RANGE + 1 : dayOf(createdAt);
  const earliest = last - LONGEST_RANGE + 1;
  const first = (from === undefined ? undefined : parseDay(from)) ?? Math.max(created, earliest);
  const isReversed = from !== undefined && first > last;
  if (!isReversed && first >= earliest) return { first, last };
  const end = `${formatDay(last)}${to === undefined ? ", the clock's today" : ''}`;
  const expected = isReversed
    ? `a day not after ${end}`
    : `${formatDay(earliest)} or later, ${LONGEST_RANGE} days up to ${end}`;
  throw invalid('query_invalid', [{ path: '$.from', found: show(from), expected }]);
}

/** The same as a table, its lines ended by LF; sizes and source are empty for a day without a snapshot. */
export const SeriesCsv = Type.String({
  pattern:
    '^day,trueSize,estimatedSize,source,seen\\n(\\d{4}-\\d{2}-\\d{2},\\d*,\\d*,(recorded|generated)?,[a-z_]+\\n)*$',
});

export function seriesCsv(days: readonly SeriesDay[]): string {
  const rows = days.map(({ day, trueSize, estimatedSize, source, seen }) =>
    [day, trueSize, estimatedSize, source, seen].join(','),
  );
  return ['day,trueSize,estimatedSize,source,seen', ...rows, ''].join('\n');
}

/** How the estimated sizes of a range move. */
export const TrendView = exactly({
  from: DateText(),
  to: DateText(),
  ...Trend.properties,
  campaigns: Field.list(
    exactly({ on: DateText(), expectedLift: Type.Number(), measuredLift: Fraction }),
    "The campaigns in the range: the planned lift, and the day's size ÷ that of the day before, less 1.",
  ),
});
export type TrendView = Static<typeof TrendView>;

/** @throws ControlError as `seriesView` does. */
export function trendView(mock: Mock, workspace: Workspace, id: string, range: DayRange = {}): TrendView {
  const { segment, first, last, snapshots } = readRange(mock, workspace, id, range);
  const sizeOn = (day: Day) => snapshots.get(day)?.estimatedSize;
  const campaigns = segment.campaigns.filter(({ on }) => on >= first && on <= last);
  return {
    from: formatDay(first),
    to: formatDay(last),
    ...trendOf({ first, last }, sizeOn),
    campaigns: campaigns.map(({ on, lift }) => ({
      on: formatDay(on),
      expectedLift: lift,
      measuredLift: liftBetween(sizeOn(on - 1), sizeOn(on)),
    })),
  };
}

import { textType } from '../../schema/checker.js';
import { Field } from '../../schema/shapes.js';
import { parseDay, parseInstant, parseMidnight } from './calendar.js';
import { parseDuration } from './duration.js';

/** An instant as the mock writes it. */
export const WrittenInstant = (description: string) =>
  Field.text(description, { pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });

export const DateText = textType('date', (value) => parseDay(value) !== undefined, 'a calendar date, YYYY-MM-DD');
/** The shape of a date or an instant. The standard format, date-time, requires a time and an offset. */
export const INSTANT_PATTERN =
  '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-](\\d{1,2}:\\d{2}|\\d{4}))?)?$';
export const InstantText = textType(
  'date-time',
  (value) => parseInstant(value) !== undefined,
  'an ISO 8601 instant, such as 2024-01-31T12:00:00Z, or a date, YYYY-MM-DD',
  { pattern: INSTANT_PATTERN },
);
/** The date of a snapshot. */
export const MIDNIGHT = 'a UTC midnight, when snapshots are taken, such as 2024-01-31 or 2024-01-31T00:00:00+00:00';
export const MidnightText = textType('midnight', (value) => parseMidnight(value) !== undefined, MIDNIGHT, {
  pattern: INSTANT_PATTERN,
});
export const DurationText = textType(
  'duration',
  (value) => parseDuration(value) !== undefined,
  'an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as PT4H',
);

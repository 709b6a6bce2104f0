/**
 * UTC days and the instants that name them.
 *
 * An instant is a count of milliseconds since 1970-01-01T00:00:00Z, a day a count of UTC days since then.
 */
export type Instant = number;
export type Day = number;

export const MS_PER_DAY = 86_400_000;
/** After so many years the calendar repeats itself, days of the week included. */
const CYCLE_YEARS = 400;
const CYCLE_DAYS = 146_097;
/** From 1 March of the year 0. */
const DAYS_FROM_YEAR_0_TO_1970 = 719_468;
/** Taken at load: a test of a user may replace `Date` later. What replaced it before has its static methods. */
const CalendarDate = Date;

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{1,2}:\d{2}|\d{4}))?)?$/;

/** The UTC day of an instant. */
export function dayOf(instant: Instant): Day {
  return Math.floor(instant / MS_PER_DAY);
}

/** 00:00:00Z of a day, when its snapshot is taken. */
export function midnight(day: Day): Instant {
  return day * MS_PER_DAY;
}

/** 0 is Sunday, 6 is Saturday. */
export function weekday(day: Day): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** The day of a date, or `undefined` if it does not exist. */
export function dayFromDate(year: number, month: number, dayOfMonth: number): Day | undefined {
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysInMonth(year, month)) return undefined;
  // A cycle later: `Date.UTC` takes the years 0 to 99 for those of the 20th century.
  return dayOf(CalendarDate.UTC(year + CYCLE_YEARS, month - 1, dayOfMonth)) - CYCLE_DAYS;
}

/** The first and the last day that `YYYY-MM-DD` can name; outside them there are no snapshots. */
export const FIRST_DAY = dayFromDate(0, 1, 1) as Day;
export const LAST_DAY = dayFromDate(9999, 12, 31) as Day;

/** Reads `YYYY-MM-DD`; `undefined` for anything else and for dates that do not exist. */
export function parseDay(text: string): Day | undefined {
  const match = INSTANT.exec(text);
  return match === null || text.length !== 10 ? undefined : dayIn(match);
}

/**
 * Reads `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDTHH:mm:ss` with an optional fraction and an optional
 * offset `Z`, `±HH:mm`, `±HHmm` or `±H:mm` up to 14 hours; without an offset the time is UTC. The
 * one-digit hour is how Braze's own example writes it. `undefined` for anything else, and without a text.
 */
export function parseInstant(text = ''): Instant | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const day = dayIn(match);
  const hours = Number(match[4] ?? 0);
  const minutes = Number(match[5] ?? 0);
  const seconds = Number(match[6] ?? 0);
  const offset = offsetMinutes(match[8], match[9]);
  if (day === undefined || offset === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].padEnd(3, '0').slice(0, 3));
  return midnight(day) + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + milliseconds;
}

/** The day of a date or of an instant that is exactly a midnight in UTC; `undefined` for anything else. */
export function parseMidnight(text: string): Day | undefined {
  const instant = parseInstant(text);
  if (instant === undefined || instant % MS_PER_DAY !== 0 || BELOW_A_SECOND.test(text)) return undefined;
  const day = dayOf(instant);
  // An offset can move the last midnight into the year 10000.
  return day > LAST_DAY ? undefined : day;
}

/** Any fraction other than zero, even below the milliseconds of an instant. */
const BELOW_A_SECOND = /\.\d*[1-9]/;

/** The date of a day; months count from 1. Computed, because a `Date` would make a series of unseen days 15 % slower. */
export function dateOf(day: Day) {
  // Years start in March, so that the leap day is the last of a year.
  const sinceYear0 = day + DAYS_FROM_YEAR_0_TO_1970;
  const cycle = Math.floor(sinceYear0 / CYCLE_DAYS);
  const dayOfCycle = sinceYear0 - cycle * CYCLE_DAYS;
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) /
      365,
  );
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfCycle + cycle * CYCLE_YEARS + (month <= 2 ? 1 : 0), month, dayOfMonth };
}

export function formatDay(day: Day): string {
  const { year, month, dayOfMonth } = dateOf(day);
  // As ISO 8601 and ECMAScript write the years before 0.
  const writtenYear = year < 0 ? `-${String(-year).padStart(6, '0')}` : String(year).padStart(4, '0');
  return `${writtenYear}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

/** For libraries that require a `Date`; our own code uses numbers. */
export function toDate(instant: Instant): Date {
  return new CalendarDate(instant);
}

/** Reads the date of an HTTP header; `undefined` for anything else. */
export function parseHttpDate(text: string): Instant | undefined {
  return Number.isNaN(Date.parse(text)) ? undefined : Date.parse(text);
}

/** Writes an instant as `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export function formatInstant(instant: Instant): string {
  return toDate(instant).toISOString();
}

function dayIn(match: RegExpExecArray): Day | undefined {
  return dayFromDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

function offsetMinutes(sign: string | undefined, digits: string | undefined): number | undefined {
  if (digits === undefined) return 0;
  const bare = digits.replace(':', '').padStart(4, '0');
  const [hours, minutes] = [Number(bare.slice(0, 2)), Number(bare.slice(2))];
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return undefined;
  return sign === '-' ? -total : total;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

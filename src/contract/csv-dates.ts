import { type Day, dayFromDate, dayOf, formatDay, parseInstant } from '../core/time/calendar.js';
import { show } from '../schema/problems.js';

export const ORDERS = ['day-first', 'month-first'] as const;
export type Order = (typeof ORDERS)[number];

/** The day of a text under each order; equal where the text leaves no choice. */
type Readings = Record<Order, Day | undefined>;

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const TIME = String.raw`(?:,? *[T ] *(?<time>\d{1,2}:\d\d)(?<seconds>:\d\d(?:\.\d+)?)? *(?<zone>Z|UTC|GMT|[-+]\d\d(?::?\d\d)?)?)?`;
const FORMS = [
  String.raw`(?<year>\d{4})(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})`,
  '(?<year>(?:19|20)\\d\\d)(?<month>0[1-9]|1[0-2])(?<day>0[1-9]|[12]\\d|3[01])',
  String.raw`(?<first>\d{1,2})(?<mark>[-/.])(?<second>\d{1,2})\k<mark>(?<year>\d{4})`,
  String.raw`(?:[a-z]{3,9},? )?(?<day>\d{1,2})[- ](?<name>[a-z]{3,9})\.?[- ](?<year>\d{4})`,
  String.raw`(?:[a-z]{3,9},? )?(?<name>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}${TIME}$`, 'i'));

export function looksLikeDate(cell: string): boolean {
  return /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?=[T ,]|$)/.test(cell) || FORMS.some((form) => form.test(cell));
}

function readingsOf(text: string): Readings {
  const groups = FORMS.map((form) => form.exec(text)?.groups).find(Boolean);
  if (groups === undefined) return { 'day-first': undefined, 'month-first': undefined };
  const { year, month, day, first, second, name, ...time } = groups;
  const named = MONTHS.findIndex((one) => name !== undefined && one.startsWith(name.toLowerCase())) + 1;
  const read = (dayText: string | undefined, monthText: string | undefined) =>
    inUtc(dayFromDate(Number(year), name === undefined ? Number(monthText) : named, Number(dayText)), time);
  return { 'day-first': read(day ?? first, month ?? second), 'month-first': read(day ?? second, month ?? first) };
}

/** The day, unless its time of day is on another one in UTC. */
function inUtc(day: Day | undefined, { time, seconds = ':00', zone = 'Z' }: Record<string, string>): Day | undefined {
  if (day === undefined || time === undefined) return day;
  const offset = /\d/.test(zone) ? zone.padEnd(5, '0') : 'Z';
  const instant = parseInstant(`${formatDay(day)}T${time.padStart(5, '0')}${seconds}${offset}`);
  return instant !== undefined && dayOf(instant) === day ? day : undefined;
}

export interface DateCell {
  line: number;
  text: string;
}

export interface Dates {
  /** The day of each cell; `undefined` where there is a problem. */
  days: (Day | undefined)[];
  /** The order that the column has; `undefined` where it does not matter. */
  order: Order | undefined;
  problems: { line: number; text: string }[];
}

/** Reads a column of dates: in ISO, or in any form with one meaning. One cell can tell the order of all others. */
export function readDates(cells: readonly DateCell[], given: Order | undefined): Dates {
  const readings = cells.map(({ text }) => readingsOf(text));
  const isDate = (one: Readings) => ORDERS.some((order) => one[order] !== undefined);
  const dates = readings.filter(isDate);
  const [order, other] = ORDERS.filter(
    (one) => one === given || (given === undefined && dates.every((date) => date[one] !== undefined)),
  );
  const open = cells.filter((_, index) => readings[index]?.['day-first'] !== readings[index]?.['month-first']);
  const problems = cells.flatMap(({ line, text }, index) => {
    const reading = readings[index] as Readings;
    if (isDate(reading) && (order === undefined || reading[order] !== undefined)) return [];
    return [{ line, text: `date: found ${show(text)}, expected ${expectedIn(given, isDate(reading))}` }];
  });
  const fix = 'write YYYY-MM-DD, or give --date-format day-first or month-first';
  const only = (one: Order) => cells[readings.findIndex((reading) => isDate(reading) && reading[one] === undefined)];
  const [first] = open;
  if (first !== undefined && other !== undefined)
    problems.push({
      line: first.line,
      text: `date: found ${show(first.text)}, and no date here that tells whether the day or the month is first; ${fix}`,
    });
  const [monthFirst, dayFirst] = [only('day-first'), only('month-first')];
  if (order === undefined && monthFirst !== undefined && dayFirst !== undefined)
    problems.push({
      line: monthFirst.line,
      text: `date: found ${show(monthFirst.text)}, month first, but on line ${dayFirst.line} ${show(dayFirst.text)}, day first; ${fix}`,
    });
  return {
    days: readings.map((one) => order && one[order]),
    order: open.length > 0 && other === undefined ? order : undefined,
    problems,
  };
}

function expectedIn(given: Order | undefined, isDate: boolean): string {
  if (isDate) return `a date that is ${given === 'day-first' ? 'day first' : 'month first'}, as --date-format says`;
  return 'a date such as 2024-01-31, of a day that the calendar has, with a year of four digits; a time must be on that day in UTC';
}

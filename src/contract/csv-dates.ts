import { type Day, dayFromDate, dayOf, formatDay, parseInstant } from '../core/time/calendar.js';
import { show } from '../schema/problems.js';

export const DATE_ORDERS = ['day-first', 'month-first'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** The day of a text under each order; equal where the text leaves no choice. */
type Readings = Record<DateOrder, Day | undefined>;

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const TIME = String.raw`(?:,?(?: *T *| +)(?<time>\d{1,2}:\d\d)(?<seconds>:\d\d(?:\.\d+)?)? *(?<zone>Z|UTC|GMT|[-+]\d\d(?::?\d\d)?)?)?`;
const DATE_FORMS = [
  String.raw`(?<year>\d{4})(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})`,
  '(?<year>(?:19|20)\\d\\d)(?<month>0[1-9]|1[0-2])(?<day>0[1-9]|[12]\\d|3[01])',
  String.raw`(?<first>\d{1,2})(?<mark>[-/.])(?<second>\d{1,2})\k<mark>(?<year>\d{4})`,
  String.raw`(?:[a-z]{3,9},? )?(?<day>\d{1,2})[- ](?<name>[a-z]{3,9})\.?[- ](?<year>\d{4})`,
  String.raw`(?:[a-z]{3,9},? )?(?<name>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}${TIME}$`, 'i'));

export function looksLikeDate(cell: string): boolean {
  return /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?=[T ,]|$)/.test(cell) || DATE_FORMS.some((form) => form.test(cell));
}

function readingsOf(text: string): Readings {
  const groups = DATE_FORMS.map((form) => form.exec(text)?.groups).find(Boolean);
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

/** A cell of a column, or a problem. */
export interface Cell {
  line: number;
  text: string;
}

const FIX = 'write YYYY-MM-DD, or give --date-format day-first or month-first';
const EXPECTED =
  'a date such as 2024-01-31, of a day that the calendar has, with a year of four digits; a time must be on that day in UTC';

/**
 * Reads a column of dates: in ISO, or in any form with one meaning. One cell can tell the order of all others. Adds to
 * the problems. A day with a problem is `undefined`, and so is an order that does not matter.
 */
export function readDates(cells: readonly Cell[], given: DateOrder | undefined, problems: Cell[]) {
  const readings = cells.map(({ text }) => readingsOf(text));
  const isDate = (one: Readings) => DATE_ORDERS.some((order) => one[order] !== undefined);
  const dates = readings.filter(isDate);
  const [order, other] = DATE_ORDERS.filter(
    (one) => one === given || (given === undefined && dates.every((date) => date[one] !== undefined)),
  );
  const open = cells.filter((_, index) => readings[index]?.['day-first'] !== readings[index]?.['month-first']);
  const found = ({ line, text }: Cell, rest: string) =>
    problems.push({ line, text: `date: found ${show(text)}, ${rest}` });
  for (const [index, cell] of cells.entries()) {
    const reading = readings[index] as Readings;
    if (!isDate(reading)) found(cell, `expected ${EXPECTED}`);
    else if (given !== undefined && reading[given] === undefined)
      found(cell, `expected a date that is ${given}, as --date-format says`);
  }
  const [first] = open;
  if (first !== undefined && other !== undefined)
    found(first, `day first or month first, and no other date of the column decides it; ${FIX}`);
  const [monthFirst, dayFirst] = DATE_ORDERS.map(
    (one) => cells[readings.findIndex((reading) => isDate(reading) && reading[one] === undefined)],
  );
  if (order === undefined && monthFirst !== undefined && dayFirst !== undefined)
    found(monthFirst, `month first, but on line ${dayFirst.line} ${show(dayFirst.text)}, day first; ${FIX}`);
  return {
    days: readings.map((one) => order && one[order]),
    order: open.length > 0 && other === undefined ? order : undefined,
  };
}

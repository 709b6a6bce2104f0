import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayFromDate,
  dayOf,
  FIRST_DAY,
  formatDay,
  formatInstant,
  LAST_DAY,
  midnight,
  MS_PER_DAY,
  parseDay,
  parseInstant,
  parseMidnight,
  weekday,
} from '../../../src/core/time/calendar.js';
import { anyDay } from '../../support/segments.js';

describe('parseMidnight', () => {
  it.each([
    ['2024-01-31', '2024-01-31'],
    ['2024-01-31T00:00:00', '2024-01-31'],
    ['2024-01-31T00:00:00Z', '2024-01-31'],
    ['2024-01-31T00:00:00.000000Z', '2024-01-31'],
    ['2024-01-31T00:00:00+00:00', '2024-01-31'],
    ['2024-01-30T19:00:00-5:00', '2024-01-31'],
    ['2024-01-31T05:30:00+0530', '2024-01-31'],
    ['1969-12-31T00:00:00Z', '1969-12-31'],
    ['0000-01-01', '0000-01-01'],
    ['9999-12-31', '9999-12-31'],
  ])('reads %s as %s', (text, day) => {
    expect(formatDay(parseMidnight(text) as number)).toBe(day);
  });

  it.each([
    '',
    '2023-02-30',
    '2024-01-31T00:00:01Z',
    '2024-01-31T00:00:00.001Z',
    '2024-01-31T00:00:00.0000001Z',
    '2024-01-31T00:00:00+01:00',
    '2024-01-31T00:00:00Z ',
    '9999-12-31T10:00:00-14:00',
  ])('rejects %j', (text) => {
    expect(parseMidnight(text)).toBeUndefined();
  });
});

describe('parseInstant', () => {
  it.each([
    ['2023-12-31', '2023-12-31T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['1970-01-01', '1970-01-01T00:00:00.000Z'],
    ['0000-01-01', '0000-01-01T00:00:00.000Z'],
    ['0099-12-31', '0099-12-31T00:00:00.000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z'],
    ['2023-12-31T23:59:59', '2023-12-31T23:59:59.000Z'],
    ['2023-12-31T00:00:00Z', '2023-12-31T00:00:00.000Z'],
    ['2023-12-31T23:59:59.5Z', '2023-12-31T23:59:59.500Z'],
    ['2023-12-31T23:59:59.25', '2023-12-31T23:59:59.250Z'],
    ['2023-12-31T23:59:59.999999999Z', '2023-12-31T23:59:59.999Z'],
    ['2023-12-31T23:59:59-05:00', '2024-01-01T04:59:59.000Z'],
    ['2023-12-31T23:59:59-0500', '2024-01-01T04:59:59.000Z'],
    ['2018-06-27T23:59:59-5:00', '2018-06-28T04:59:59.000Z'],
    ['2024-01-01T00:00:00+5:30', '2023-12-31T18:30:00.000Z'],
    ['2024-01-01T00:00:00+00:00', '2024-01-01T00:00:00.000Z'],
    ['2024-01-01T00:00:00-00:00', '2024-01-01T00:00:00.000Z'],
    ['2024-01-01T00:00:00.123+14:00', '2023-12-31T10:00:00.123Z'],
    ['2024-01-01T00:00:00-14:00', '2024-01-01T14:00:00.000Z'],
    ['2024-01-01T00:00:00-13:59', '2024-01-01T13:59:00.000Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(formatInstant(parseInstant(text) as number)).toBe(instant);
  });

  it.each([
    ['nothing', ''],
    ['a date that its month does not have', '2023-02-30'],
    ['29 February of a common year', '2023-02-29'],
    ['29 February of a century that is no leap year', '1900-02-29'],
    ['31 April', '2023-04-31'],
    ['month 0', '2023-00-10'],
    ['month 13', '2023-13-01'],
    ['day 0', '2023-01-00'],
    ['day 32', '2023-01-32'],
    ['24:00:00', '2023-12-31T24:00:00Z'],
    ['minute 60', '2023-12-31T23:60:00Z'],
    ['second 60', '2023-12-31T23:59:60Z'],
    ['an offset beyond +14:00', '2023-12-31T23:59:59+14:01'],
    ['an offset beyond -14:00', '2023-12-31T23:59:59-15:00'],
    ['an offset beyond -1400 without a colon', '2023-12-31T23:59:59-1401'],
    ['an offset of 60 minutes', '2023-12-31T23:59:59+01:60'],
    ['an offset of hours alone', '2023-12-31T23:59:59+05'],
    ['an offset of three digits', '2023-12-31T23:59:59-500'],
    ['an offset whose + came as a space', '2023-12-31T23:59:59 05:00'],
    ['an offset on a bare date', '2023-12-31Z'],
    ['two offsets', '2023-12-31T23:59:59Z+01:00'],
    ['a time without seconds', '2023-12-31T23:59'],
    ['an hour of one digit', '2023-12-31T3:59:59Z'],
    ['a dot without a fraction', '2023-12-31T23:59:59.Z'],
    ['a fraction after a comma', '2023-12-31T23:59:59,5Z'],
    ['a space for the T', '2023-12-31 23:59:59'],
    ['a lower-case t', '2023-12-31t23:59:59Z'],
    ['a lower-case z', '2023-12-31T23:59:59z'],
    ['a T without a time', '2023-12-31T'],
    ['a month alone', '2023-12'],
    ['a year alone', '2023'],
    ['a year of five digits', '12023-12-31'],
    ['a signed year', '+002023-12-31'],
    ['a month and a day of one digit', '2023-1-1'],
    ['a date without dashes', '20231231'],
    ['slashes', '2023/12/31'],
    ['another order', '31-12-2023'],
    ['a week date', '2023-W52-7'],
    ['an ordinal date', '2023-365'],
    ['seconds since 1970', '1704067199'],
    ['a word', 'now'],
    ['a leading space', ' 2023-12-31'],
    ['a trailing space', '2023-12-31 '],
    ['a trailing line break', '2023-12-31\n'],
    ['a trailing NUL', '2023-12-31\0'],
    ['full-width digits', '２０２３-12-31'],
    ['a minus sign that is no hyphen', '2023-12-31T23:59:59−05:00'],
  ])('rejects %s: %j', (_what, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('agrees with Date on every well-formed instant', () => {
    const time = fc.tuple(twoDigits(23), twoDigits(59), twoDigits(59)).map((parts) => parts.join(':'));
    const fraction = fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined });
    const offset = fc.record({ minutes: fc.integer({ min: -840, max: 840 }), form: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(anyDay, time, fraction, fc.option(offset, { nil: undefined }), (day, clockTime, milliseconds, by) => {
        const dot = milliseconds === undefined ? '' : `.${String(milliseconds).padStart(3, '0')}`;
        const local = `${new Date(day * MS_PER_DAY).toISOString().slice(0, 10)}T${clockTime}${dot}`;
        const text = local + (by === undefined ? '' : writeOffset(by));
        expect(parseInstant(text)).toBe(Date.parse(`${local}Z`) - (by?.minutes ?? 0) * 60_000);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('reads a bare date as its midnight', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        expect(parseInstant(formatDay(day))).toBe(midnight(day));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('days', () => {
  it.each([
    ['1970-01-01T00:00:00.000Z', '1970-01-01'],
    ['2023-12-31T23:59:59.999Z', '2023-12-31'],
    ['2024-01-01T00:00:00.000Z', '2024-01-01'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31'],
    ['0001-03-01T12:00:00.000Z', '0001-03-01'],
  ])('%s is on %s', (instant, date) => {
    expect(formatDay(dayOf(Date.parse(instant)))).toBe(date);
  });

  it('range over the dates that YYYY-MM-DD can represent', () => {
    expect([FIRST_DAY, LAST_DAY].map(formatDay)).toEqual(['0000-01-01', '9999-12-31']);
    // A window can begin before the first day.
    expect([FIRST_DAY - 1, FIRST_DAY - 366].map(formatDay)).toEqual(['-000001-12-31', '-000002-12-31']);
    expect([FIRST_DAY, LAST_DAY]).toEqual([Date.parse('0000-01-01'), Date.parse('9999-12-31')].map(dayOf));
  });

  it('are formatted, parsed and named as Date does', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = new Date(midnight(day));
        expect(formatDay(day)).toBe(date.toISOString().slice(0, 10));
        expect(parseDay(formatDay(day))).toBe(day);
        expect(weekday(day)).toBe(date.getUTCDay());
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  it('are formatted as Date does throughout the 400-year cycle of the calendar', () => {
    const [first, last] = [dayFromDate(1900, 3, 1), dayFromDate(2300, 2, 28)] as [number, number];
    const wrong: string[] = [];
    for (let day = first; day <= last; day++) {
      const date = new Date(midnight(day)).toISOString().slice(0, 10);
      if (formatDay(day) !== date) wrong.push(date);
    }
    expect(wrong).toEqual([]);
  });

  it('exist exactly if Date does not roll them over', () => {
    fc.assert(
      fc.property(upTo(9999), upTo(13), upTo(32), (year, month, dayOfMonth) => {
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, dayOfMonth);
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth;
        expect(dayFromDate(year, month, dayOfMonth)).toBe(exists ? dayOf(date.getTime()) : undefined);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  it.each(['2023-02-30', '2023-1-1', '2023-12-31T00:00:00Z', '2023-12-3', '', 'yesterday!'])(
    'are not parsed from %j',
    (text) => {
      expect(parseDay(text)).toBeUndefined();
    },
  );
});

function writeOffset({ minutes, form }: { minutes: number; form: number }): string {
  const hour = Math.floor(Math.abs(minutes) / 60);
  const minute = String(Math.abs(minutes) % 60).padStart(2, '0');
  const sign = minutes < 0 ? '-' : '+';
  if (form === 0 && hour < 10) return `${sign}${hour}:${minute}`;
  return `${sign}${String(hour).padStart(2, '0')}${form === 1 ? '' : ':'}${minute}`;
}

function upTo(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max });
}

function twoDigits(max: number): fc.Arbitrary<string> {
  return upTo(max).map((value) => String(value).padStart(2, '0'));
}

import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../src/core/time/calendar.js';
import { isoRemedy, isPlusLost } from '../../../src/core/time/not-iso.js';

const ISO = /^; .*ISO 8601/;
const PLUS = /^; a "\+" must be sent as %2B/;

describe('the remedy for a time that is not ISO 8601', () => {
  it.each([
    ['2024-01-31T12:00:00 05:30', PLUS],
    ['2024-01-31T12:00:00.123 5:30', PLUS],
    ['2024-01-31T12:00 0530', PLUS],
    ['2024-01-31 12:00:00 00:00', PLUS],
    ['2024-01-31T12:00:00 05:30 ', PLUS],
    ['2024-01-31 12:00:00', /write a "T" between date and time$/],
    ['2024-01-31 12:00:00+00:00', /write a "T"/],
    ['2024-01-31T12:00', /write the seconds too/],
    ['2024-01-31T12:00Z', /write the seconds too/],
    ['2024-01-31T12%3A00%3A00Z', /encoded twice/],
    ['20240131', /basic format/],
    ['20240131T120000Z', /basic format/],
    ['1706659200', /epoch time; send ISO 8601: 2024-01-31T00:00:00Z$/],
    ['1706659200.5', /: 2024-01-31T00:00:00Z$/],
    ['1706659200000', /: 2024-01-31T00:00:00Z$/],
    ['1706659200000000', /: 2024-01-31T00:00:00Z$/],
    ['1/31/2024', ISO],
    ['01/31/2024 10:00 AM', ISO],
    ['31.01.2024', ISO],
    ['2024/01/31', ISO],
    ['Wed Nov 25 2026 10:00:00 GMT+0100 (Central European Standard Time)', ISO],
    ['Wed Nov 25 2026', ISO],
    ['Wed, 25 Nov 2026 10:00:00 GMT', ISO],
    ['November 25, 2026', ISO],
    ['25 nov 2026', ISO],
    ['now', ISO],
    ['"2024-01-31"', /without the characters around it$/],
    [' 2024-01-31 ', /without the characters around it$/],
  ])('%j: %s', (text, remedy) => {
    expect(parseInstant(text)).toBeUndefined();
    expect(isoRemedy(text)).toMatch(remedy);
  });

  it.each(['2023-02-30', '2024-01-31T24:00:00', 'x', '', '2024', 'a'.repeat(10_000), '9'.repeat(10_000)])(
    'is not known for %j',
    (text) => {
      expect(isoRemedy(text)).toBe('');
    },
  );

  it.each(['99999999999999999', '-99999999999'])('takes the epoch time %s, however far it is', (text) => {
    expect(isoRemedy(text)).toMatch(/epoch time/);
  });
});

describe('a lost "+"', () => {
  it.each(['Wed Nov 25 2026', '2024-01-31 12:00', '2024-01-31T12:00:00', '25 Nov 2026 2024'])(
    'is not seen in %j',
    (text) => {
      expect(isPlusLost(text)).toBe(false);
    },
  );
});

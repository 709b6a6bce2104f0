import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/core/time/duration.js';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

describe('parseDuration', () => {
  it.each([
    ['PT0S', 0],
    ['P0D', 0],
    ['PT4H', 4 * HOUR],
    ['PT90M', 90 * MINUTE],
    ['PT1.5S', 1.5 * SECOND],
    ['PT0.001S', 1],
    ['PT0.07S', 70],
    ['P1D', DAY],
    ['P2W', 14 * DAY],
    ['P1DT12H', 1.5 * DAY],
    ['P1W1DT1H1M1S', 8 * DAY + HOUR + MINUTE + SECOND],
    ['PT0100H', 100 * HOUR],
  ])('reads %s as %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    ['nothing', ''],
    ['a bare P', 'P'],
    ['a T with nothing after it', 'P1DT'],
    ['a bare PT', 'PT'],
    ['a number', '3600'],
    ['a number without a unit', 'PT4'],
    ['hours without a T', 'P4H'],
    ['days after the T', 'PT1D'],
    ['units out of order', 'PT1M1H'],
    ['a unit twice', 'PT1H1H'],
    ['years, which have no fixed length', 'P1Y'],
    ['months, which have no fixed length', 'P1M'],
    ['a negative duration', '-PT1H'],
    ['a negative part', 'PT-1H'],
    ['a sign', '+PT1H'],
    ['a fraction of an hour', 'PT1.5H'],
    ['a fraction finer than milliseconds', 'PT0.0001S'],
    ['a decimal comma', 'PT1,5S'],
    ['lower case', 'pt4h'],
    ['spaces', ' PT4H'],
    ['a line break', 'PT4H\n'],
    ['words', '4 hours'],
    ['more milliseconds than a clock can hold', 'P99999999999D'],
    ['more digits than a number can hold', `P${'9'.repeat(400)}D`],
  ])('rejects %s: %j', (_what, text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type SegmentFixture } from '../../src/segments/fixture.js';
import { toSegment } from '../../src/segments/segment.js';
import { FIRST_DAY, LAST_DAY } from '../../src/series/calendar.js';
import { Series } from '../../src/series/series.js';
import { defaultSettings } from '../../src/settings.js';
import { TYPES } from '../support/segments.js';

/*
 * What the series of a large sample come to. It is the same on every Node version and in every process; where
 * it changes, everybody's recorded expectations change with it, so a new value belongs into the changelog.
 */
const DIGEST = 'e47c921691193b2cd4cf2acd4c7b79777e7def26bba7ea52d436d4627629c9bf';

const SETTINGS: Omit<SegmentFixture, 'id'>[] = [
  {},
  { size: 0 },
  { size: 3 },
  { size: 9_999 },
  { size: 10_001 },
  { size: 1_234_567_891 },
  { size: Number.MAX_SAFE_INTEGER },
  { anchor: '0001-02-28' },
  { anchor: '9998-07-06' },
  { growthPerYear: 0.15, churnPerYear: 0.05 },
  { growthPerYear: -0.99 },
  { growthPerYear: 100 },
  { weekly: { amplitude: 0.9, peak: 'tuesday' } },
  { yearly: { amplitude: 0.35, peak: '12-20' } },
  {
    campaigns: [
      { on: '2024-05-12', lift: 0.4, halfLifeDays: 9.5 },
      { on: '2024-05-20', lift: -0.3 },
    ],
  },
  { definitionChanges: [{ on: '2025-03-01', size: 70_000 }] },
  { noise: { threshold: 0, relativeStandardDeviation: 0.25 } },
  {
    growthPerYear: 0.07,
    weekly: { amplitude: 0.12, peak: 'monday' },
    yearly: { amplitude: 0.2, peak: '02-29' },
    campaigns: [{ on: '2026-01-01', lift: 3, halfLifeDays: 300 }],
    definitionChanges: [{ on: '2026-02-01', size: 5_000_000 }],
    points: { '2024-02-29': 77 },
    missingDays: ['2024-03-01'],
    createdAt: '0033-04-03T12:00:00Z',
  },
];

it('the series of all types and settings, from the year 0 to 9999, are the same to the last user everywhere', () => {
  const hash = createHash('sha256');
  let snapshots = 0;
  for (const type of TYPES) {
    for (const [index, settings] of SETTINGS.entries()) {
      const segment = toSegment({ id: `${type} ${index} ü`, type, ...settings });
      const series = new Series(segment, index % 2 === 0 ? defaultSettings.seed : `seed ${index}`);
      for (const window of windows()) {
        for (const { day, trueSize, estimatedSize } of series.snapshots(window)) {
          hash.update(`${day} ${trueSize} ${estimatedSize}\n`);
          snapshots++;
        }
      }
    }
  }
  expect(snapshots).toBeGreaterThan(300_000);
  expect(hash.digest('hex')).toBe(DIGEST);
});

function* windows(): Generator<{ first: number; last: number }> {
  for (let first = FIRST_DAY; first <= LAST_DAY; first += 40_000) yield { first, last: first + 40 };
  // 2019 to 2029, the days that callers ask for.
  yield { first: 17_897, last: 21_914 };
}

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type SegmentFixture } from '../../../src/core/segments/fixture.js';
import { toSegment } from '../../../src/core/segments/segment.js';
import { FIRST_DAY, LAST_DAY } from '../../../src/core/time/calendar.js';
import { Series } from '../../../src/core/series/series.js';
import { defaultSettings } from '../../../src/start/settings.js';
import { TYPES } from '../../support/segments.js';

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
    size: 100_000,
    points: { '2024-02-29': 77 },
    missingDays: ['2024-03-01'],
    createdAt: '0033-04-03T12:00:00Z',
  },
];

/** The same of segments that are scaled to recorded points. */
const DIGEST_SCALED = 'afd67cffac4cce01863145747ff9ed8834f3e42531e5b662b3deecc7521b7b48';

const SCALED: Omit<SegmentFixture, 'id'>[] = [
  { points: { '2024-02-29': 77 } },
  { points: { '2020-05-01': 1_000_000, '2021-05-01': 0, '2024-05-01': 2_500_000 }, growthPerYear: 0.3 },
  {
    points: { '2024-01-30': 40_000, '2024-02-01': 41_500, '2025-06-01': 9_000, '2025-06-20': 9_400 },
    campaigns: [{ on: '2026-01-01', lift: 3, halfLifeDays: 300 }],
    definitionChanges: [
      { on: '2025-03-01', size: 10_000 },
      { on: '2026-03-01', size: 20_000 },
    ],
    yearly: { amplitude: 0.2, peak: '02-29' },
  },
  { points: { '0000-01-01': 1, '9999-12-31': Number.MAX_SAFE_INTEGER }, noise: { threshold: 0 } },
];

it('series of all types and settings, from year 0 to 9999, match their digest on every platform', () => {
  const { snapshots, digest } = digestOf(SETTINGS);
  expect(snapshots).toBeGreaterThan(300_000);
  expect(digest).toBe(DIGEST);
});

it('series scaled to recorded points match their digest on every platform', () => {
  const { snapshots, digest } = digestOf(SCALED);
  expect(snapshots).toBeGreaterThan(100_000);
  expect(digest).toBe(DIGEST_SCALED);
});

function digestOf(all: Omit<SegmentFixture, 'id'>[]): { snapshots: number; digest: string } {
  const hash = createHash('sha256');
  let snapshots = 0;
  for (const type of TYPES) {
    for (const [index, settings] of all.entries()) {
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
  return { snapshots, digest: hash.digest('hex') };
}

function* windows(): Generator<{ first: number; last: number }> {
  for (let first = FIRST_DAY; first <= LAST_DAY; first += 40_000) yield { first, last: first + 40 };
  // 2019 to 2029, the days that callers ask for.
  yield { first: 17_897, last: 21_914 };
}

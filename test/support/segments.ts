import * as fc from 'fast-check';
import type { SegmentFixture } from '../../src/core/segments/fixture.js';
import { type Day, FIRST_DAY, formatDay, LAST_DAY, parseDay } from '../../src/core/time/calendar.js';

export const TYPES = ['static', 'dynamic', 'location', 'behavior'] as const;

export function dayAt(date: string): Day {
  return parseDay(date) as Day;
}

/** Arbitrary ids in any length and script. */
export const anyId = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
export const anySeed = fc.string({ minLength: 1, maxLength: 20 });
export const anyDay = fc.integer({ min: FIRST_DAY, max: LAST_DAY });
const anySize = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.maxSafeNat());
const anyAnchor = fc.integer({ min: FIRST_DAY, max: LAST_DAY - 1 });

const plain = { id: anyId, type: fc.constantFrom(...TYPES), size: anySize };

/** A segment of any type, size and anchor, with defaults otherwise. */
export const plainSegment: fc.Arbitrary<SegmentFixture> = fc.record({ ...plain, anchor: anyAnchor.map(formatDay) });

const amplitude = fc.double({ min: 0, max: 0.9, noNaN: true });
const weekly = fc.record({ amplitude, peak: fc.constantFrom('sunday', 'tuesday', 'saturday') });
const yearly = fc.record({ amplitude, peak: fc.constantFrom('01-01', '02-29', '07-15', '12-31') });
const noise = fc.record(
  {
    threshold: fc.integer({ min: 0, max: 1_000_000 }),
    relativeStandardDeviation: fc.double({ min: 0, max: 0.25, noNaN: true }),
  },
  { requiredKeys: [] },
);

/** A segment with any settings, except recorded points and gaps. */
export const anySegment: fc.Arbitrary<SegmentFixture> = anyAnchor.chain((anchor) => {
  const on = fc.integer({ min: anchor + 1, max: Math.min(anchor + 1000, LAST_DAY) }).map(formatDay);
  const campaign = fc.record(
    {
      on,
      lift: fc.double({ min: -0.99, max: 100, noNaN: true }),
      halfLifeDays: fc.double({ min: 0.1, max: 3650, noNaN: true }),
    },
    { requiredKeys: ['on', 'lift'] },
  );
  return fc.record(
    {
      ...plain,
      anchor: fc.constant(formatDay(anchor)),
      growthPerYear: fc.double({ min: -0.99, max: 100, noNaN: true }),
      churnPerYear: fc.double({ min: 0, max: 0.99, noNaN: true }),
      weekly,
      yearly,
      campaigns: fc.array(campaign, { maxLength: 4 }),
      definitionChanges: fc.array(fc.record({ on, size: anySize }), { maxLength: 3 }),
      noise,
    },
    { requiredKeys: ['id', 'type', 'size', 'anchor'] },
  );
});

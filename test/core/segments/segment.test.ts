import { describe, expect, it } from 'vitest';
import { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { segmentFixtureOf, toSegment } from '../../../src/core/segments/segment.js';
import { parseInstant } from '../../../src/core/time/calendar.js';
import { checker } from '../../../src/schema/checker.js';
import { dayAt } from '../../support/segments.js';

const check = checker(SegmentFixture);

describe('a segment', () => {
  it('requires only an id', () => {
    expect(check({ id: 'segment' }).ok).toBe(true);
    expect(toSegment({ id: 'segment' })).toEqual({
      fixture: { id: 'segment' },
      id: 'segment',
      name: 'segment',
      description: '',
      textDescription: '',
      updatedAt: undefined,
      fault: undefined,
      tags: [],
      teams: [],
      type: 'dynamic',
      analyticsTrackingEnabled: true,
      listed: true,
      createdAt: undefined,
      definitions: [{ from: dayAt('2024-01-01'), size: 100_000 }],
      points: new Map(),
      isScaledToPoints: false,
      missingDays: new Set(),
      gaps: 'generate',
      yearlyFactor: undefined,
      weekly: undefined,
      yearly: undefined,
      campaigns: [],
      noise: { threshold: 10_000, relativeStandardDeviation: 0.002 },
    });
  });

  it('reads every field of a fixture', () => {
    const fixture: SegmentFixture = {
      id: 'segment',
      name: 'Name',
      description: 'Description',
      tags: ['tag'],
      teams: ['team'],
      type: 'location',
      analyticsTrackingEnabled: false,
      listed: false,
      createdAt: '2021-03-01T12:00:00+02:00',
      size: 250_000,
      anchor: '2023-01-01',
      points: { '2023-12-25': 248_576, '2023-12-26': 0 },
      missingDays: ['2024-02-29'],
      gaps: 'omit',
      growthPerYear: 0.5,
      churnPerYear: 0.2,
      weekly: { amplitude: 0.1, peak: 'wednesday' },
      yearly: { amplitude: 0.2, peak: '02-29' },
      campaigns: [
        { on: '2024-05-12', lift: 0.4 },
        { on: '2024-06-12', lift: -0.1, halfLifeDays: 3 },
      ],
      definitionChanges: [
        { on: '2025-03-01', size: 70_000 },
        { on: '2024-03-01', size: 90_000 },
      ],
      noise: { threshold: 500 },
    };
    expect(check(fixture).ok).toBe(true);
    expect(toSegment(fixture)).toEqual({
      fixture: fixture,
      id: 'segment',
      name: 'Name',
      description: 'Description',
      textDescription: '',
      updatedAt: parseInstant('2021-03-01T10:00:00Z'),
      fault: undefined,
      tags: ['tag'],
      teams: ['team'],
      type: 'location',
      analyticsTrackingEnabled: false,
      listed: false,
      createdAt: parseInstant('2021-03-01T10:00:00Z'),
      definitions: [
        { from: dayAt('2023-01-01'), size: 250_000 },
        { from: dayAt('2024-03-01'), size: 90_000 },
        { from: dayAt('2025-03-01'), size: 70_000 },
      ],
      points: new Map([
        [dayAt('2023-12-25'), 248_576],
        [dayAt('2023-12-26'), 0],
      ]),
      isScaledToPoints: false,
      missingDays: new Set([dayAt('2024-02-29')]),
      gaps: 'omit',
      yearlyFactor: 1.5 * 0.8,
      weekly: { amplitude: 0.1, peak: 3 },
      yearly: { amplitude: 0.2, peak: dayAt('2000-02-29') },
      campaigns: [
        { on: dayAt('2024-05-12'), lift: 0.4, halfLifeDays: 14 },
        { on: dayAt('2024-06-12'), lift: -0.1, halfLifeDays: 3 },
      ],
      noise: { threshold: 500, relativeStandardDeviation: 0.002 },
    });
  });

  it.each<SegmentFixture>([
    { id: 'plain' },
    {
      id: 'rich',
      size: 5,
      gaps: 'zero',
      tags: ['t'],
      noise: { threshold: 500 },
      weekly: { amplitude: 0.1, peak: 'monday' },
    },
  ])('is serialized with defaults as a fixture of the same segment: %j', (given) => {
    const segment = toSegment(given);
    const written = segmentFixtureOf(segment);
    expect(written).toMatchObject({
      type: 'dynamic',
      anchor: '2024-01-01',
      ...given,
      name: given.id,
      noise: segment.noise,
    });
    expect(toSegment(written)).toEqual({ ...segment, fixture: written });
  });

  it.each<[string, Partial<SegmentFixture>, boolean]>([
    ['points alone', { points: { '2024-01-01': 1 } }, true],
    ['points in a list alone', { points: [{ time: '2024-01-01', size: 0 }] }, true],
    ['points and a size', { points: { '2024-01-01': 1 }, size: 100_000 }, false],
    ['no points at all', { points: [] }, false],
  ])('with %s is scaled to them and serialized without a size: %s', (_what, given, isScaled) => {
    const segment = toSegment({ id: 'segment', ...given });
    expect([segment.isScaledToPoints, 'size' in segmentFixtureOf(segment)]).toEqual([isScaled, !isScaled]);
    expect(toSegment(segmentFixtureOf(segment)).isScaledToPoints).toBe(isScaled);
  });

  it('serializes points in one format', () => {
    const map = { '2024-01-02T00:00:00Z': 7, '2023-12-31': 5, '2023-12-31T14:00:00-10:00': 6 };
    const list = Object.entries(map).map(([time, size]) => ({ time, size }));
    const inOrder = Object.entries({ '2023-12-31': 5, '2024-01-01': 6, '2024-01-02': 7 });
    for (const points of [map, list, list.toReversed(), Object.fromEntries(inOrder)]) {
      expect(check({ id: 'segment', points }).ok).toBe(true);
      const segment = toSegment({ id: 'segment', points });
      expect(Object.entries(segmentFixtureOf(segment).points)).toEqual(inOrder);
      expect([...segment.points]).toEqual(inOrder.map(([date, size]) => [dayAt(date), size]));
    }
  });

  it.each([
    ['growth alone', { growthPerYear: 0.25 }, 1.25],
    ['churn alone', { churnPerYear: 0.25 }, 0.75],
    ['growth and churn that make up for each other', { growthPerYear: 0.25, churnPerYear: 0.2 }, 1],
  ])('has the yearly factor of %s', (_what, rates, factor) => {
    expect(toSegment({ id: 'segment', ...rates }).yearlyFactor).toBe(factor);
  });

  it.each<[string, object]>([
    ['$.id', { id: '' }],
    ['$.id', { id: 'x'.repeat(257) }],
    ['$.type', { type: 'lookalike' }],
    ['$.size', { size: -1 }],
    ['$.size', { size: 1.5 }],
    ['$.size', { size: 2 ** 53 }],
    ['$.anchor', { anchor: '2023-02-30' }],
    ['$.anchor', { anchor: '2023-02-01T00:00:00Z' }],
    ['$.createdAt', { createdAt: 'yesterday' }],
    ['$.points["25.12.2023"]', { points: { '25.12.2023': 1 } }],
    ['$.points["2023-12-25T12:00:00Z"]', { points: { '2023-12-25T12:00:00Z': 1 } }],
    ['$.points[1].time', { points: ['2023-12-25', '2023-12-25T00:00:00Z'].map((time) => ({ time, size: 1 })) }],
    ['$.points["2023-12-25"]', { points: { '2023-12-25': -1 } }],
    ['$.missingDays[1]', { missingDays: ['2024-02-29', '2023-02-29'] }],
    ['$.gaps', { gaps: 'fill' }],
    ['$.growthPerYear', { growthPerYear: -1 }],
    ['$.churnPerYear', { churnPerYear: 1 }],
    ['$.weekly.amplitude', { weekly: { amplitude: 1, peak: 'sunday' } }],
    ['$.weekly.peak', { weekly: { amplitude: 0.1, peak: 'someday' } }],
    ['$.yearly.peak', { yearly: { amplitude: 0.1, peak: '13-01' } }],
    ['$.yearly.peak', { yearly: { amplitude: 0.1, peak: '02-30' } }],
    ['$.yearly.peak', { yearly: { amplitude: 0.1, peak: '04-31' } }],
    ['$.yearly.peak', { yearly: { amplitude: 0.1, peak: '01-00' } }],
    ['$.campaigns[0].lift', { campaigns: [{ on: '2024-05-12', lift: -1 }] }],
    ['$.campaigns[0].halfLifeDays', { campaigns: [{ on: '2024-05-12', lift: 1, halfLifeDays: 0 }] }],
    ['$.definitionChanges[0].size', { definitionChanges: [{ on: '2024-05-12' }] }],
    ['$.noise.relativeStandardDeviation', { noise: { relativeStandardDeviation: 0.5 } }],
    ['$.sise', { sise: 1 }],
  ])('is rejected at %s for %j', (path, given) => {
    const checked = check({ id: 'segment', ...given });
    expect(checked.ok ? [] : checked.problems.map((problem) => problem.path)).toEqual([path]);
  });

  it.each(['01-31', '02-29', '04-30', '06-30', '09-30', '10-31', '11-30', '12-01', '12-31'])(
    'accepts a yearly peak on %s',
    (peak) => {
      const fixture: SegmentFixture = { id: 'segment', yearly: { amplitude: 0.1, peak } };
      expect(check(fixture).ok).toBe(true);
      expect(toSegment(fixture).yearly?.peak).toBe(dayAt(`2000-${peak}`));
    },
  );
});

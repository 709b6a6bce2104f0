import { type SegmentFixture } from '../../src/core/segments/fixture.js';
import { toSegment } from '../../src/core/segments/segment.js';
import type { Day } from '../../src/core/time/calendar.js';
import { Generator } from '../../src/core/series/generator.js';
import { Random } from '../../src/core/random.js';
import { dayAt } from './segments.js';

/** The anchor of segments that set none. */
export const ANCHOR = dayAt('2024-01-01');

export function generator(fixture: SegmentFixture, seed = 'seed'): Generator {
  return new Generator(toSegment(fixture), new Random(seed, fixture.id));
}

export function days(first: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

export function trueSizes(of: Generator, first: Day, count: number): number[] {
  return days(first, count).map((day) => of.trueSize(day));
}

/** The relative error of each day's estimate. */
export function errors(of: Generator, first: Day, count: number): number[] {
  return days(first, count).map((day) => of.estimatedSize(day, of.trueSize(day)) / of.trueSize(day) - 1);
}

/** The number of random draws per day, without creating the generator. */
export function countDraws(fixture: SegmentFixture, day: Day): number {
  const random = new Random('seed', fixture.id);
  const bits = random.bits.bind(random);
  let draws = 0;
  random.bits = (...draw) => (draws++, bits(...draw));
  const counted = new Generator(toSegment(fixture), random);
  draws = 0;
  counted.estimatedSize(day, counted.trueSize(day));
  return draws;
}

import type { Static, TObject } from '@sinclair/typebox';
import { bell, Random } from '../core/random.js';
import type { SegmentFixture } from '../core/segments/fixture.js';
import { readPoints, writePoints } from '../core/segments/points.js';
import { Field, optional } from '../schema/shapes.js';

/** How data is changed so that it may be shown to others. */
export const DISGUISE = {
  rename: Field.flag('Replace ids and names by neutral ones; drop descriptions, tags and teams.', { default: false }),
  scale: Field.number('Factor for all sizes, such as 0.01.', { default: 1, exclusiveMinimum: 0, maximum: 1000 }),
  ...optional({
    jitter: Field.number(
      'Relative standard deviation of a random change of each size. Default: 0.02 with --scale, else 0.',
      { minimum: 0, maximum: 0.25 },
    ),
  }),
  seed: Field.nonEmpty(
    'Seed of the jitter. Set your own and keep it secret, or sizes can be computed back.',
    'non-empty text',
    { default: 'braze-segments-mock' },
  ),
};
type Disguise = Static<TObject<typeof DISGUISE>>;

export function disguise(segments: readonly SegmentFixture[], options: Disguise): SegmentFixture[] {
  const { rename, scale, seed, jitter = scale === 1 ? 0 : 0.02 } = options;
  return segments.map((segment, index) => {
    const random = new Random(seed, segment.id);
    const changed = (size: number, day: number) =>
      Math.min(Math.round(size * scale * (1 + jitter * bell(random, 'noise', day))), Number.MAX_SAFE_INTEGER);
    const points = readPoints(segment.points ?? {}).map(([day, size]) => [day, changed(size, day)] as [number, number]);
    const sized = segment.points === undefined ? segment : { ...segment, points: writePoints(points) };
    return rename ? renamed(sized, index + 1) : sized;
  });
}

function renamed(segment: SegmentFixture, number: number): SegmentFixture {
  const { description: _description, textDescription: _text, tags: _tags, teams: _teams, ...kept } = segment;
  return { ...kept, id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, name: `Segment ${number}` };
}

import type { SegmentFixture } from './fixture.js';
import { type Segment, toSegment } from './segment.js';

/** Segments in a chain of subsets, the first one included. It bounds what one size costs. */
export const LONGEST_CHAIN = 20;

/** What is expected in place of a segment's parent, if that is unknown, in a circle, or in too long a chain. */
export function expectedParent(id: string, parents: ReadonlyMap<string, string | undefined>): string | undefined {
  const chain = [id];
  for (let parent = parents.get(id); parent !== undefined; parent = parents.get(parent)) {
    if (parent === id) return `a segment that is not itself a subset of this one (${[...chain, id].join(' → ')})`;
    // A circle that it only leads into is the problem of the segments in it.
    if (chain.includes(parent)) return undefined;
    if (chain.length === 1 && !parents.has(parent)) return 'the id of another segment of the workspace';
    if (chain.length === LONGEST_CHAIN)
      return `a chain of at most ${LONGEST_CHAIN} segments up to one without subsetOf`;
    chain.push(parent);
  }
  return undefined;
}

/** Builds segments in the order of their fixtures. Their parents have passed `expectedParent`. */
export function toSegments(fixtures: readonly SegmentFixture[]): Map<string, Segment> {
  const byId = new Map(fixtures.map((fixture) => [fixture.id, fixture]));
  const built = new Map<string, Segment>();
  const build = (fixture: SegmentFixture): Segment => {
    const known = built.get(fixture.id);
    if (known !== undefined) return known;
    const parent = fixture.subsetOf && byId.get(fixture.subsetOf.segment);
    const segment = toSegment(fixture, parent && build(parent));
    built.set(fixture.id, segment);
    return segment;
  };
  return new Map(fixtures.map((fixture) => [fixture.id, build(fixture)]));
}

import { type Static, Type } from '@sinclair/typebox';
import { segmentDefaults, SegmentFixture, segmentProblems } from '../core/segments/fixture.js';
import { pointProblems, PointsByDate, readPoints, writePoints } from '../core/segments/points.js';
import {
  givenFieldsOf,
  type Segment,
  segmentFixtureOf,
  toSegment,
  type WrittenSegment,
} from '../core/segments/segment.js';
import { show } from '../schema/problems.js';
import { check, refine } from '../schema/checker.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { expectedParent } from '../core/segments/subsets.js';
import { ControlError, invalid, otherThanPath, refuseProblems } from './errors.js';
import { mergePatch, type Patch, patchOf } from './merge-patch.js';
import { exactly, Field } from '../schema/shapes.js';

/** A segment in the fixture format; its id may be left to the path. */
export const SegmentInput = refine(
  exactly({ ...SegmentFixture.properties, id: Type.Optional(SegmentFixture.properties.id) }),
  segmentProblems,
);
export type SegmentInput = Static<typeof SegmentInput>;

const patch = patchOf(SegmentInput);
/** A merge patch of a segment in the fixture format; its id may be left to the path and cannot be changed. */
export const SegmentChange = refine(
  Type.Unsafe<SegmentChange>({ ...patch, properties: { ...patch['properties'], id: SegmentInput.properties.id } }),
  ({ points }, path) => pointProblems(points, `${path}.points`),
);
export type SegmentChange = Patch<Omit<SegmentInput, 'id'>> & Pick<SegmentInput, 'id'>;

/** Puts a segment into a workspace, in place of one of the same id; says whether it is new. */
export function putSegment(workspace: Workspace, id: string, input: SegmentInput): boolean {
  const problems = otherThanPath('id', input.id, id);
  const fixture: SegmentFixture = { ...input, id };
  const shape = check(SegmentFixture.properties.id, id);
  if (!shape.ok) problems.push(...shape.problems.map((problem) => ({ ...problem, path: '$.id' })));
  refuseProblems(problems);
  const isNew = !workspace.catalogue.has(id);
  put(workspace, fixture);
  return isNew;
}

/**
 * Changes fields of a segment and keeps the others, as a JSON merge patch does [RFC 7396]: null returns a field to its
 * default, objects are merged, lists are replaced. Points are merged by day.
 * @throws ControlError `segment_not_found`, or `body_invalid` if the segment would not be valid; nothing has changed
 *   then.
 */
export function updateSegment(workspace: Workspace, id: string, change: SegmentChange): WrittenSegment {
  const segment = findSegment(workspace, id);
  refuseProblems(otherThanPath('id', change.id, id));
  const checked = check(SegmentFixture, mergePatch(givenFieldsOf(segment), withPointsByDate(change)));
  if (!checked.ok) throw invalid('body_invalid', checked.problems);
  put(workspace, checked.value);
  return segmentView(workspace, id);
}

/** @throws ControlError `body_invalid` if the parent of a subset is unknown, or the chain circular or too long. */
function put({ catalogue }: Workspace, fixture: SegmentFixture): void {
  const parent = fixture.subsetOf?.segment;
  if (parent !== undefined) {
    const subsets = catalogue.subsetsOf().map((one) => [one.id, one.subsetOf?.parent.id] as const);
    const known = [parent, ...subsets.map(([, id]) => id)].filter((id) => id !== undefined && catalogue.has(id));
    const parents = new Map([
      ...known.map((id) => [id as string, undefined] as const),
      ...subsets,
      [fixture.id, parent],
    ]);
    // The chains of the subsets below it have grown too.
    for (const id of [fixture.id, ...subsets.map(([subset]) => subset)]) {
      const expected = expectedParent(id, parents);
      if (expected !== undefined) refuseProblems([{ path: '$.subsetOf.segment', found: show(parent), expected }]);
    }
  }
  catalogue.put(toSegment(fixture, parent === undefined ? undefined : catalogue.find(parent)));
}

/** Days are merged with those that the mock has written down, however the caller writes them. */
function withPointsByDate({ points, ...change }: SegmentChange): object {
  if (points === undefined) return change;
  return { ...change, points: points === null || Array.isArray(points) ? points : writePoints(readPoints(points)) };
}

/** A segment in the fixture format, with every field that has a default; points take the place of the default size. */
export const SegmentView = Type.Unsafe<WrittenSegment>({
  ...SegmentFixture,
  properties: {
    ...SegmentFixture.properties,
    points: Field.of(PointsByDate, 'Recorded sizes by day, ascending.'),
  },
  required: ['id', 'name', 'noise', ...Object.keys(segmentDefaults).filter((field) => field !== 'size')],
});

/** @throws ControlError `segment_not_found`. */
export function segmentView(workspace: Workspace, id: string): WrittenSegment {
  return segmentFixtureOf(findSegment(workspace, id));
}

export function listSegments(workspace: Workspace): WrittenSegment[] {
  return workspace.catalogue.list().map(segmentFixtureOf);
}

/** @throws ControlError `segment_not_found`, or `segment_in_use` if it is the parent of a subset. */
export function deleteSegment(workspace: Workspace, id: string): void {
  findSegment(workspace, id);
  const subsets = workspace.catalogue.subsetsOf(id).map((subset) => show(subset.id));
  if (subsets.length > 0) {
    const message = `${show(id)} is the parent of ${subsets.join(', ')}; delete these first, or change their subsetOf`;
    throw new ControlError('segment_in_use', message);
  }
  workspace.catalogue.delete(id);
}

/** @throws ControlError `segment_not_found`. */
export function findSegment(workspace: Workspace, id: string): Segment {
  const segment = workspace.catalogue.find(id);
  if (segment !== undefined) return segment;
  throw new ControlError('segment_not_found', `the workspace ${workspace.name} has no segment ${show(id)}`);
}

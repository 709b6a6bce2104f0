import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { Mock } from '../core/mock.js';
import { segmentDefaults, SegmentFixture, segmentProblems } from '../core/segments/fixture.js';
import { pointProblems, PointsByDate, readPoints, writePoints } from '../core/segments/points.js';
import { givenFieldsOf, segmentFixtureOf, toSegment, type WrittenSegment } from '../core/segments/segment.js';
import { type Day, dayOf, formatDay, parseDay } from '../core/time/calendar.js';
import { type Problem, show } from '../schema/problems.js';
import { checker, described, refine } from '../schema/checker.js';
import { DateText } from '../core/time/text.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { ControlError, invalid, refuseProblems } from './errors.js';
import { mergePatch, type Patch, patchOf } from './merge-patch.js';
import { exactly, oneOf, optional } from '../schema/shapes.js';

/** A segment in the fixture format; its id may be left to the path. */
export const SegmentInput = refine(
  exactly({ ...SegmentFixture.properties, id: Type.Optional(SegmentFixture.properties.id) }),
  segmentProblems,
);
export type SegmentInput = Static<typeof SegmentInput>;

/** A merge patch of a segment in the fixture format; its id may be left to the path and cannot be changed. */
export const SegmentChange = refine(Type.Unsafe<SegmentChange>(changeSchema()), ({ points }, path) =>
  pointProblems(points, `${path}.points`),
);
export type SegmentChange = Patch<Omit<SegmentInput, 'id'>> & Pick<SegmentInput, 'id'>;

function changeSchema(): TSchema {
  const patch = patchOf(SegmentInput);
  return { ...patch, properties: { ...(patch['properties'] as object), id: SegmentInput.properties.id } };
}

export const SeriesRange = exactly(
  optional({
    from: DateText({ description: 'First day. Default: that of the creation, or 29 days before the last.' }),
    to: DateText({ description: "Last day. Default: the clock's today." }),
    format: oneOf(['json', 'csv'], {
      description: 'Default: by `Accept`, otherwise json.',
    }),
  }),
);
export type SeriesRange = Static<typeof SeriesRange>;

/** The ground truth of a day. */
export const SeriesDay = exactly({
  day: DateText(),
  trueSize: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  estimatedSize: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'What callers get.' }),
  source: oneOf(['recorded', 'generated']),
});
export type SeriesDay = Static<typeof SeriesDay>;

const LONGEST_RANGE = 36_525;
const DEFAULT_RANGE = 30;

const checkId = checker(SegmentFixture.properties.id);

/** Puts a segment into a workspace, in place of one of the same id; says whether it is new. */
export function putSegment(workspace: Workspace, id: string, input: SegmentInput): boolean {
  const problems = otherId(input, id);
  const fixture: SegmentFixture = { ...input, id };
  const shape = checkId(id);
  if (!shape.ok) problems.push(...shape.problems.map((problem) => ({ ...problem, path: '$.id' })));
  refuseProblems(problems);
  const isNew = !workspace.catalogue.has(id);
  workspace.catalogue.put(toSegment(fixture));
  return isNew;
}

const checkSegmentFixture = checker(SegmentFixture);

/**
 * Changes fields of a segment and keeps the others, as a JSON merge patch does [RFC 7396]: null returns a field to its
 * default, objects are merged, lists are replaced. Points are merged by day.
 * @throws ControlError `segment_not_found`, or `body_invalid` if the segment would not be valid; nothing has changed
 *   then.
 */
export function updateSegment(workspace: Workspace, id: string, change: SegmentChange): void {
  const segment = findSegment(workspace, id);
  refuseProblems(otherId(change, id));
  const checked = checkSegmentFixture(mergePatch(givenFieldsOf(segment), withPointsByDate(change)));
  if (!checked.ok) throw invalid('body_invalid', checked.problems);
  workspace.catalogue.put(toSegment(checked.value));
}

/** Days are merged with those that the mock has written down, however the caller writes them. */
function withPointsByDate({ points, ...change }: SegmentChange): object {
  if (points === undefined) return change;
  return { ...change, points: points === null || Array.isArray(points) ? points : writePoints(readPoints(points)) };
}

function otherId(given: { id?: string }, id: string): Problem[] {
  if (given.id === undefined || given.id === id) return [];
  return [{ path: '$.id', found: show(given.id), expected: `the id of the path, ${show(id)}, or none` }];
}

/** A segment in the fixture format, with every field that has a default; points take the place of the default size. */
export const SegmentView = Type.Unsafe<WrittenSegment>({
  ...SegmentFixture,
  properties: {
    ...SegmentFixture.properties,
    points: described(PointsByDate, { description: 'Recorded sizes by day, ascending.' }),
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

export function deleteSegment(workspace: Workspace, id: string): void {
  findSegment(workspace, id);
  workspace.catalogue.delete(id);
}

/**
 * The snapshots from the segment's creation to today, whatever retention and processing hide; no token is spent.
 * A segment without a date of creation begins 29 days before the last.
 */
export function seriesView(mock: Mock, workspace: Workspace, id: string, { from, to }: SeriesRange = {}): SeriesDay[] {
  const segment = findSegment(workspace, id);
  const today = dayOf(workspace.clock.now());
  const last = Math.min(dayOrRefuse(to) ?? today, today);
  const created = segment.createdAt === undefined ? last - DEFAULT_RANGE + 1 : dayOf(segment.createdAt);
  const first = dayOrRefuse(from) ?? Math.max(created, last - LONGEST_RANGE + 1);
  if (from !== undefined && to !== undefined && from > to) {
    throw invalid('query_invalid', [{ path: '$.from', found: show(from), expected: `a day not after ${to}` }]);
  }
  if (last - first >= LONGEST_RANGE) {
    const expected = `a day within ${LONGEST_RANGE} days before ${formatDay(last)}`;
    throw invalid('query_invalid', [{ path: '$.from', found: show(from), expected }]);
  }
  return mock
    .seriesOf(segment)
    .snapshots({ first, last })
    .map(({ day, trueSize, estimatedSize, source }) => ({ day: formatDay(day), trueSize, estimatedSize, source }));
}

function dayOrRefuse(date: string | undefined): Day | undefined {
  return date === undefined ? undefined : parseDay(date);
}

/** The same as a table, its lines ended by LF. */
export const SeriesCsv = Type.String({
  pattern: '^day,trueSize,estimatedSize,source\\n(\\d{4}-\\d{2}-\\d{2},\\d+,\\d+,(recorded|generated)\\n)*$',
});

export function seriesCsv(days: readonly SeriesDay[]): string {
  const rows = days.map(({ day, trueSize, estimatedSize, source }) => [day, trueSize, estimatedSize, source].join(','));
  return ['day,trueSize,estimatedSize,source', ...rows, ''].join('\n');
}

function findSegment(workspace: Workspace, id: string) {
  const segment = workspace.catalogue.find(id);
  if (segment !== undefined) return segment;
  throw new ControlError('segment_not_found', `the workspace ${workspace.name} has no segment ${show(id)}`);
}

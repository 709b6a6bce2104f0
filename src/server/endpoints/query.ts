import { type Static, type TObject, Type } from '@sinclair/typebox';
import type { Profile } from '../../core/profiles/profile.js';
import type { Reason } from '../../core/refusals/codes.js';
import { type Instant, parseInstant } from '../../core/time/calendar.js';
import { Given, type Parameter } from './parameters.js';

/** The parameters of `GET /segments/data_series` [reference]. */
export const DataSeriesParameters = Type.Object({
  segment_id: Type.String({ minLength: 1, maxLength: 256, description: 'Segment API identifier.' }),
  length: Type.Integer({ minimum: 1, maximum: 100, description: 'Number of days in the series.' }),
  ending_at: Type.Optional(Type.String({ description: 'End of the series, ISO 8601. Default: now.' })),
});

/** The parameters of `GET /segments/details` [documented]. */
export const DetailsParameters = Type.Pick(DataSeriesParameters, ['segment_id']);

const SortDirection = Type.Union([Type.Literal('asc'), Type.Literal('desc')], {
  description: 'Oldest or newest first. Default: asc.',
});

/** The parameters of `GET /segments/list` [documented]. */
export const ListParameters = Type.Object({
  page: Type.Optional(Type.Integer({ minimum: 0, description: 'Page of 100 segments, from 0. Default: 0.' })),
  sort_direction: Type.Optional(SortDirection),
});

/** The parameters of `GET /campaigns/list` [documented]. */
export const CampaignsParameters = Type.Object({
  page: Type.Optional(Type.Integer({ minimum: 0, description: 'Page of campaigns, from 0: empty. Default: 0.' })),
  include_archived: Type.Optional(Type.Boolean({ description: 'Accepted, without effect.' })),
  sort_direction: Type.Optional(SortDirection),
  'last_edit.time[gt]': Type.Optional(Type.String({ description: 'Accepted, without effect.' })),
});

const { segment_id: SEGMENT_ID, length: LENGTH } = DataSeriesParameters.properties;

/** How the parameters of a request are read. */
export interface Reading {
  /** Whether unknown parameters are refused. */
  strict: boolean;
  profile: Profile;
  now: Instant;
}

/** What the parameters of a data series ask for. */
export interface DataSeriesQuery {
  segmentId: string;
  length: number;
  /** The clock's now, where the caller leaves it to the clock. */
  endingAt: Instant;
}

/**
 * Reads the parameters of a data series by the rules of the wire contract, section 3.
 * @throws Refusal with every problem there is.
 */
export function readDataSeriesQuery(
  parameters: readonly Parameter[],
  { strict, profile, now }: Reading,
): DataSeriesQuery {
  const given = new Given<keyof Static<typeof DataSeriesParameters>>(parameters);
  const text = given.value('ending_at');
  const endingAt = text === undefined ? now : parseInstant(text);
  given.judge('segment_id', segmentIdProblem);
  given.judge('length', lengthProblem);
  given.judge('ending_at', (found = '') =>
    endingAt === undefined ? { code: 'ending_at_invalid', found } : profile.judgeEndingAt(endingAt, now),
  );
  given.refuseProblems(DataSeriesParameters, strict);
  return {
    segmentId: given.value('segment_id') ?? '',
    length: Number(given.value('length')),
    endingAt: endingAt ?? now,
  };
}

/**
 * Reads the parameters of a segment's details: its id.
 * @throws Refusal with every problem there is.
 */
export function readDetailsQuery(parameters: readonly Parameter[], { strict }: Reading): string {
  const given = new Given<'segment_id'>(parameters);
  given.judge('segment_id', segmentIdProblem);
  given.refuseProblems(DetailsParameters, strict);
  return given.value('segment_id') ?? '';
}

/** Which page of a list is asked for. */
export interface ListQuery {
  page: number;
  direction: 'asc' | 'desc';
}

/**
 * Reads the parameters of a list of segments.
 * @throws Refusal with every problem there is.
 */
export function readListQuery(parameters: readonly Parameter[], { strict }: Reading): ListQuery {
  return readPage(parameters, ListParameters, strict);
}

/**
 * Checks the parameters of a list of campaigns; every page is empty, so their values have no effect.
 * @throws Refusal with every problem there is.
 */
export function readCampaignsQuery(parameters: readonly Parameter[], { strict }: Reading): void {
  readPage(parameters, CampaignsParameters, strict);
}

function readPage(parameters: readonly Parameter[], endpoint: TObject, strict: boolean): ListQuery {
  const given = new Given<keyof Static<typeof ListParameters>>(parameters);
  given.judge('page', (found = '0') => (isWhole(found) ? undefined : { code: 'page_invalid', found }));
  given.judge('sort_direction', (found = 'asc') =>
    found === 'asc' || found === 'desc' ? undefined : { code: 'sort_direction_invalid', found },
  );
  given.refuseProblems(endpoint, strict);
  return {
    page: Number(given.value('page') ?? 0),
    direction: given.value('sort_direction') === 'desc' ? 'desc' : 'asc',
  };
}

/** Canonical decimals alone: Number() would also take "1e1", "0x10", " 7" and "010". */
function isWhole(text: string): boolean {
  return /^(0|[1-9]\d*)$/.test(text);
}

function segmentIdProblem(found: string | undefined): Reason | undefined {
  if (found === undefined || found === '') return { code: 'segment_id_required' };
  const maxLength = SEGMENT_ID.maxLength as number;
  // Characters, not UTF-16 units: an id of emoji may be as long as any other.
  const length = found.length > maxLength ? Array.from(found).length : found.length;
  return length > maxLength ? { code: 'segment_id_invalid', length, maxLength } : undefined;
}

const { minimum, maximum } = LENGTH as { minimum: number; maximum: number };

function lengthProblem(found: string | undefined): Reason | undefined {
  if (found === undefined || found === '') return { code: 'length_required', minimum, maximum };
  const valid = isWhole(found) && Number(found) >= minimum && Number(found) <= maximum;
  return valid ? undefined : { code: 'length_invalid', found, minimum, maximum };
}

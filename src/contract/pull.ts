import type { Static } from '@sinclair/typebox';
import { PAGE_SIZE } from '../core/endpoints/list.js';
import type { SegmentFixture } from '../core/segments/fixture.js';
import { writePoints } from '../core/segments/points.js';
import { type Day, dayOf, FIRST_DAY, formatDay, parseInstant, parseMidnight } from '../core/time/calendar.js';
import { instanceOfHost } from '../core/workspaces/instances.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { Braze, BrazeDetails, BrazeList, BrazeSeries } from './braze.js';
import { API_KEY_FILE, readApiKey, ServerUrl } from './connection.js';
import { disguise, DISGUISE } from './disguise.js';
import { Failure } from '../system/failure.js';
import type { ContractIo } from './io.js';
import { OUTPUT, refuseExisting, writeOutput } from './output.js';

const WINDOW = 100;

export const PullOptions = exactly({
  from: ServerUrl('Base URL of the server to read.'),
  days: Field.integer('Number of days to read, up to the newest one.', { default: 365, minimum: 1, maximum: 3650 }),
  ...optional({
    segments: Field.nonEmpty('Ids of segments. Default: all that are listed.', 'ids, separated by commas'),
  }),
  ...DISGUISE,
  maxRequests: Field.integer('Maximum number of requests.', { default: 1000, minimum: 1 }),
  dryRun: Field.flag('Print the plan and read no segment.', { default: false }),
  ...API_KEY_FILE,
  ...OUTPUT,
});
export type PullOptions = Static<typeof PullOptions>;

type ListedSegment = BrazeList['segments'][number];

/** Reads segments of a workspace of the real service, and writes them as a fixture. */
export async function pull(options: PullOptions, io: ContractIo): Promise<void> {
  refuseExisting(options);
  const { days, maxRequests } = options;
  const braze = new Braze(options.from, readApiKey(options.apiKeyFile, io), maxRequests, io);
  const { segments, pages } = await segmentsToRead(braze, options, io);
  const tracked = segments.filter((segment) => segment.analytics_tracking_enabled).map(({ id }) => id);
  // The newest window is read again where rows are missing.
  const requests = segments.length + tracked.length * (Math.ceil(days / WINDOW) + 1);
  const plan = `${segments.length} segments of ${days} days: at most ${requests} requests`;
  const left = maxRequests - pages;
  const excess = requests > left ? `, more than the ${left} left of --max-requests ${maxRequests}` : '';
  if (options.dryRun) return writeOutput(`${plan} after ${pages} of the list${excess}\n`, { force: false }, io.stdout);
  if (excess !== '') throw new Failure(plan + excess);
  io.progress(plan);
  const { series, first, last } = await seriesOf(braze, tracked, days, io);
  const fixtures: SegmentFixture[] = [];
  for (const segment of segments) {
    io.progress(`details of ${segment.id}`);
    const details = await braze.get(`/segments/details?${queryOf({ segment_id: segment.id })}`, BrazeDetails);
    fixtures.push(fixtureOf(segment, details, series.get(segment.id), [first, last]));
  }
  const instance = instanceOfHost(new URL(options.from).host);
  const workspace = { name: 'pulled', ...(instance && { instance }), segments: disguise(fixtures, options) };
  await writeOutput(`${JSON.stringify({ workspaces: [workspace] }, undefined, 2)}\n`, options, io.stdout);
}

const queryOf = (query: Record<string, string>) => new URLSearchParams(query).toString();

/** The segments to read, and the requests that it took to list them. */
async function segmentsToRead(braze: Braze, { segments: ids }: PullOptions, { progress }: ContractIo) {
  const segments = new Map<string, ListedSegment>();
  for (const id of (ids ?? '').split(',').map((one) => one.trim()))
    if (id !== '') segments.set(id, { id, name: id, analytics_tracking_enabled: true });
  if (ids !== undefined) return { segments: [...segments.values()], pages: 0 };
  for (let page = 0; ; page++) {
    progress(`page ${page} of the list`);
    const reply = await braze.get(`/segments/list?page=${page}`, BrazeList);
    const before = segments.size;
    for (const segment of reply?.segments ?? []) segments.set(segment.id, segment);
    // A server that ignores the page would give the same one for ever.
    if ((reply?.segments.length ?? 0) < PAGE_SIZE || segments.size === before)
      return { segments: [...segments.values()], pages: page + 1 };
  }
}

/**
 * Reads adjacent windows of each segment: its sizes by day, from the first day asked for to the last. The newest day is
 * that of the server: its clock and its time zone may differ from ours. Older windows end at noon, which names the same day whether a midnight `ending_at` is in its window or not.
 */
async function seriesOf(braze: Braze, ids: readonly string[], days: number, { progress }: ContractIo) {
  const series = new Map<string, Map<Day, number>>();
  const newest = Math.min(days, WINDOW);
  for (const id of ids) {
    progress(`newest days of ${id}`);
    const sizes = await readWindow(braze, { segment_id: id, length: String(newest) });
    if (sizes !== undefined) series.set(id, sizes);
  }
  const last = Math.max(...Array.from(series.values(), (sizes) => Math.max(...sizes.keys())));
  const first = Math.max(last - days + 1, FIRST_DAY);
  for (const [id, sizes] of series) {
    // With rows missing, the window may have ended later than `last`, and so begun later.
    const known = sizes.size === newest && sizes.has(last) ? newest : 0;
    for (let end = last - known; end >= first; end -= WINDOW) {
      progress(`${id} up to ${formatDay(end)}`);
      const length = String(Math.min(WINDOW, end - first + 1));
      const query = { segment_id: id, length, ending_at: `${formatDay(end)}T12:00:00Z` };
      for (const [day, size] of (await readWindow(braze, query)) ?? []) sizes.set(day, size);
    }
    for (const day of sizes.keys()) if (day < first || day > last) sizes.delete(day);
  }
  return { series, first, last };
}

async function readWindow(braze: Braze, query: Record<string, string>): Promise<Map<Day, number> | undefined> {
  const reply = await braze.get(`/segments/data_series?${queryOf(query)}`, BrazeSeries, 422);
  return reply && new Map(reply.data.map(({ time, size }) => [parseMidnight(time) as Day, size]));
}

function fixtureOf(
  { id, name }: ListedSegment,
  details: BrazeDetails | undefined,
  sizes: ReadonlyMap<Day, number> | undefined,
  [first, last]: [first: Day, last: Day],
): SegmentFixture {
  const { created_at: createdAt, updated_at: updatedAt, text_description: textDescription } = details ?? {};
  const points = [...(sizes ?? [])].toSorted(([one], [other]) => one - other);
  const created = dayOf(parseInstant(createdAt ?? '') ?? -Infinity);
  const missing = sizes?.size ? missingIn(sizes, Math.max(first, created), last) : [];
  return {
    id,
    name: details?.name ?? name,
    ...(details?.description && { description: details.description }),
    ...(textDescription && { textDescription }),
    ...(details?.tags?.length && { tags: details.tags }),
    ...(details?.teams?.length && { teams: details.teams }),
    ...(createdAt && { createdAt }),
    ...(updatedAt && { updatedAt }),
    ...(sizes === undefined ? { analyticsTrackingEnabled: false } : { points: writePoints(points) }),
    ...(sizes?.size === 0 && { gaps: 'omit' as const }),
    ...(missing.length > 0 && { missingDays: missing }),
  };
}

/** The days without a row. */
function missingIn(sizes: ReadonlyMap<Day, number>, first: Day, last: Day): string[] {
  const missing: string[] = [];
  for (let day = first; day <= last; day++) if (!sizes.has(day)) missing.push(formatDay(day));
  return missing;
}

import { type Static, Type } from '@sinclair/typebox';
import type { EntryView } from '../core/journal/entry.js';
import { viewOf } from '../core/journal/entry-view.js';
import type { Trace } from '../core/journal/trace.js';
import type { Mock } from '../core/mock.js';
import { parseInstant } from '../core/time/calendar.js';
import { InstantText } from '../core/time/text.js';
import type { Mask } from '../core/workspaces/masking.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { ControlError } from './errors.js';
import { exactly, Field, optional } from '../schema/shapes.js';

/** Which requests of a journal to show. A query string has no numbers, a caller of the library does. */
export const RequestFilter = exactly(
  optional({
    outcome: Field.text('success, an error code, or fault.'),
    status: Type.Union([Type.Integer({ minimum: 100, maximum: 599 }), Type.String({ pattern: '^[1-5]\\d\\d$' })], {
      expected: 'a status code from 100 to 599',
      description: 'Only requests answered with this status.',
    }),
    segmentId: Field.text('Only requests that name this segment.'),
    since: InstantText('Only requests at or after this instant.'),
    limit: Type.Union(
      [Type.Integer({ minimum: 0, maximum: 999_999_999 }), Type.String({ pattern: '^(0|[1-9]\\d{0,8})$' })],
      { expected: 'a whole number of requests', description: 'No more than so many, the newest.' },
    ),
  }),
);
export type RequestFilter = Static<typeof RequestFilter>;

/** Requests are those of a workspace or, if that is `undefined`, those without a valid key. */
type Owner = Workspace | undefined;

export function listRequests(mock: Mock, owner: Owner, filter: RequestFilter): EntryView[] {
  return matching(mock, owner, filter).map((entry) => viewOf(entry, mock.workspaces.mask));
}

/** Characters of JSON in a piece: about a millisecond's work. */
const PIECE = 64 * 1024;

/**
 * The same as JSON, `{"requests":[…]}`, in pieces that are rendered on demand: the text of a full journal is larger
 * than the heap of a small process. Entries that are evicted meanwhile are still listed.
 */
export function requestsAsJson(mock: Mock, owner: Owner, filter: RequestFilter): Generator<string> {
  // Outside of the generator: the filter is applied when the caller asks, not when the first piece is read.
  return jsonPieces(matching(mock, owner, filter), mock.workspaces.mask);
}

function* jsonPieces(entries: readonly Trace[], mask: Mask): Generator<string> {
  let piece = '{"requests":[';
  let separator = '';
  for (const entry of entries) {
    piece += separator + JSON.stringify(viewOf(entry, mask));
    separator = ',';
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}

function matching(mock: Mock, owner: Owner, { status, limit, since, ...filter }: RequestFilter): Trace[] {
  return (owner ?? mock).journal.list({
    ...filter,
    status: status === undefined ? undefined : Number(status),
    limit: limit === undefined ? undefined : Number(limit),
    since: parseInstant(since),
  });
}

/** How many requests pass a filter. */
export function countRequests(mock: Mock, owner: Owner, filter: RequestFilter): number {
  return matching(mock, owner, filter).length;
}

/** @throws ControlError `request_not_found`. */
export function findRequest(mock: Mock, owner: Owner, id: string): EntryView {
  return viewOf(findTrace(mock, owner, id), mock.workspaces.mask);
}

/** @throws ControlError `request_not_found`. */
export function findTrace(mock: Mock, owner: Owner, id: string): Trace {
  const entry = (owner ?? mock).journal.get(id);
  if (entry !== undefined) return entry;
  throw new ControlError('request_not_found', `request ${id} not found; it may have been evicted`);
}

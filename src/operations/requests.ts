import { type Static, Type } from '@sinclair/typebox';
import type { EntryView, Filter, Journal } from '../core/journal/journal.js';
import { parseInstant } from '../core/time/calendar.js';
import { InstantText } from '../core/time/text.js';
import { ControlError } from './errors.js';

/** Which requests of a journal to show. A query string has no numbers, a caller of the library does. */
export const RequestFilter = Type.Object(
  {
    outcome: Type.Optional(Type.String({ description: 'success, an error code, or fault.' })),
    status: Type.Optional(
      Type.Union([Type.Integer({ minimum: 100, maximum: 599 }), Type.String({ pattern: '^[1-5]\\d\\d$' })], {
        expected: 'a status code from 100 to 599',
        description: 'Only requests answered with this status.',
      }),
    ),
    segmentId: Type.Optional(Type.String({ description: 'Only requests that name this segment.' })),
    since: Type.Optional(InstantText({ description: 'Only requests at or after this instant.' })),
    limit: Type.Optional(
      Type.Union(
        [Type.Integer({ minimum: 0, maximum: 999_999_999 }), Type.String({ pattern: '^(0|[1-9]\\d{0,8})$' })],
        {
          expected: 'a whole number of requests',
          description: 'No more than so many, the newest.',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type RequestFilter = Static<typeof RequestFilter>;

/** The requests that pass a filter, newest first. */
export function listRequests(journal: Journal, { status, limit, since, ...filter }: RequestFilter = {}): EntryView[] {
  const wanted: Filter = {
    ...filter,
    status: status === undefined ? undefined : Number(status),
    limit: limit === undefined ? undefined : Number(limit),
    since: since === undefined ? undefined : parseInstant(since),
  };
  return journal.list(wanted).map((entry) => entry.view());
}

/** @throws ControlError `request_not_found`. */
export function findRequest(journal: Journal, id: string): EntryView {
  const entry = journal.get(id);
  if (entry !== undefined) return entry.view();
  throw new ControlError(
    'request_not_found',
    `the journal holds no request ${id}; it may have made room for later ones`,
  );
}

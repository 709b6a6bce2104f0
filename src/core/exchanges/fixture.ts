import { type Static, Type } from '@sinclair/typebox';
import { type Checked, checker, refine } from '../../schema/checker.js';
import type { Problem } from '../../schema/problems.js';
import { exactly, oneOf, optional } from '../../schema/shapes.js';
import { queryStringOf, readParameters } from '../endpoints/parameters.js';
import type { ServiceRequest } from '../request.js';

export const text = (pattern: string, expected: string) => Type.String({ pattern, expected });
export const Text = text('.', 'non-empty text');
const Method = text('^[A-Z]+$', 'a method in capital letters');
const endpoint = text('^/[^?#\\s]*$', 'a path');
const target = text('^/[^#\\s]*$', 'a path with its query, spaces as %20');
/** Names and values that a header line can carry. */
const Headers = Type.Record(
  Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
  text('^[\\t\\x20-\\x7e\\x80-\\xff]*$', 'text without line breaks'),
  { additionalProperties: false, expected: 'names of headers' },
);
export const Asked = exactly({ method: Method, endpoint, query: Type.Optional(Text) });

/** The reply as far as it was recorded. */
const RecordedPart = exactly(
  optional({
    status: Type.Integer({ minimum: 200, maximum: 599 }),
    headers: Headers,
    /** Recorded too, but set by the connection or a proxy, or secret. */
    omittedHeaders: Type.Array(Text),
    /** As it was sent. A handwritten one can be an object or a list, which is sent as JSON. */
    body: Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown()), Type.Array(Type.Unknown())]),
    /** One row per day, where no raw reply is known. */
    rows: Type.Unknown(),
  }),
);

/** A request and its reply. How far it is evidence of what Braze answers is checked in `contract`. */
export const ExchangeFixture = refine(
  exactly({
    /** `recorded`: this endpoint was asked; `sibling`: another one of the same API was; `handwritten`: none was. */
    class: oneOf(['recorded', 'sibling', 'handwritten']),
    /** The request that was sent, and where the reply is from. */
    provenance: Type.Optional(Type.Object({ asked: Type.Optional(Asked) })),
    recorded: RecordedPart,
    replay: Type.Optional(
      exactly({
        /** The corresponding request to the mock. */
        request: exactly({ method: Method, target, headers: Type.Optional(Headers) }),
        /** For evidence: the state of the mock, and how its own reply is compared. */
        ...optional({ given: Type.Unknown(), varyingHeaders: Headers, bodyPattern: Text }),
      }),
    ),
  }),
  problemsOfRequest,
);
export type ExchangeFixture = Static<typeof ExchangeFixture>;

const [checkOne, checkList] = [checker(ExchangeFixture), checker(Type.Array(ExchangeFixture))];
/** Validates a parsed file with an exchange or a list of them. */
export const checkExchanges = (document: unknown): Checked<unknown> =>
  Array.isArray(document) ? checkList(document) : checkOne(document);

/** Does a parsed file hold an exchange, or a list of them, instead of workspaces? */
export function isExchange(document: unknown): boolean {
  const first: unknown = Array.isArray(document) ? document[0] : document;
  return typeof first === 'object' && first !== null && ['class', 'recorded', 'replay'].some((name) => name in first);
}

type SentRequest = Pick<ServiceRequest, 'method' | 'target'>;

/** The request that an exchange answers: for a sibling the one that was sent, not its counterpart at another endpoint. */
export function requestOf({ class: evidence, provenance, replay }: ExchangeFixture): SentRequest {
  if (evidence !== 'sibling' && replay?.request) return replay.request;
  const asked = provenance?.asked;
  return { method: asked?.method ?? '', target: [asked?.endpoint, asked?.query].filter(Boolean).join('?') };
}

function problemsOfRequest(value: Record<string, unknown>, path: string): Problem[] {
  // The schema reports values of other types.
  const { method: sent, target: wanted }: Record<string, unknown> = requestOf(value as ExchangeFixture);
  if (sent === '') return [{ path, found: 'no request', expected: 'replay, or provenance.asked' }];
  try {
    readParameters(queryStringOf(String(wanted)));
    return [];
  } catch {
    return [{ path, found: 'a query that cannot be decoded', expected: 'escapes that are UTF-8' }];
  }
}

/** A limit on what a client may send or hold, and what happens when it is exceeded. Rendered in docs/settings.md. */
function bound(value: number, unit: 'bytes' | 'milliseconds' | 'connections', of: string, whenExceeded: string) {
  return { value, unit, of, whenExceeded };
}

const TOO_SLOW = '408 `request_timeout`, and the connection is closed';
const TOO_MANY = 'A new connection is closed without a reply; the log says so at most once a second';

/** The limits of the HTTP layer, chosen so that no client can block the server or exhaust its memory. */
export const BOUNDS = {
  url: bound(8_192, 'bytes', 'URL in the request line', '414 `uri_too_long`'),
  headers: bound(16_384, 'bytes', 'Request line, headers and trailers, of any number', '431 `headers_too_large`'),
  body: bound(1_048_576, 'bytes', 'Request body, also of the control API', '413 `body_too_large`'),
  headersTimeout: bound(10_000, 'milliseconds', 'Time until the headers have arrived', TOO_SLOW),
  requestTimeout: bound(30_000, 'milliseconds', 'Time until the whole request has arrived', TOO_SLOW),
  timeoutsCheckedEvery: bound(1_000, 'milliseconds', 'Interval between checks for timed-out requests', ''),
  keepAliveTimeout: bound(
    72_000,
    'milliseconds',
    'Idle time of a connection after a reply',
    'The connection is closed',
  ),
  connections: bound(10_000, 'connections', 'Connections open on one port', TOO_MANY),
  listenerBacklog: bound(
    262_144,
    'bytes',
    'Events buffered for a slow reader of `requests/stream`',
    'The connection is closed and the buffer freed',
  ),
};

export type Limits = Record<keyof typeof BOUNDS, number>;

export const LIMITS = Object.fromEntries(Object.entries(BOUNDS).map(([name, { value }]) => [name, value])) as Limits;

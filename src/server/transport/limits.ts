/** A limit on what a client may send or hold, and what happens when it is exceeded. Rendered in docs/settings.md. */
interface Bound {
  value: number;
  unit: 'bytes' | 'milliseconds' | 'connections';
  of: string;
  whenExceeded: string;
}

/** The limits of the HTTP layer, chosen so that no client can block the server or exhaust its memory. */
export const BOUNDS = {
  url: { value: 8_192, unit: 'bytes', of: 'URL in the request line', whenExceeded: '414 `uri_too_long`' },
  headers: {
    value: 16_384,
    unit: 'bytes',
    of: 'Request line and headers together, and trailers; their number has no limit',
    whenExceeded: '431 `headers_too_large`',
  },
  body: {
    value: 1_048_576,
    unit: 'bytes',
    of: 'Request body, also of the control API',
    whenExceeded: '413 `body_too_large`',
  },
  headersTimeout: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'Time until the headers have arrived',
    whenExceeded: '408 `request_timeout`, and the connection is closed',
  },
  requestTimeout: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'Time until the whole request has arrived',
    whenExceeded: '408 `request_timeout`, and the connection is closed',
  },
  timeoutsCheckedEvery: {
    value: 1_000,
    unit: 'milliseconds',
    of: 'Interval between checks for timed-out requests',
    whenExceeded: '',
  },
  keepAliveTimeout: {
    value: 72_000,
    unit: 'milliseconds',
    of: 'Idle time of a connection after a reply',
    whenExceeded: 'The connection is closed',
  },
  connections: {
    value: 10_000,
    unit: 'connections',
    of: 'Connections open on one port',
    whenExceeded: 'A new connection is closed without a reply; the log says so at most once a second',
  },
  listenerBacklog: {
    value: 262_144,
    unit: 'bytes',
    of: 'Events buffered for a slow reader of `requests/stream`',
    whenExceeded: 'The connection is closed and the buffer freed',
  },
} as const satisfies Record<string, Bound>;

export type Limits = Record<keyof typeof BOUNDS, number>;

export const LIMITS = Object.fromEntries(Object.entries(BOUNDS).map(([name, { value }]) => [name, value])) as Limits;

/** A bound on what a client may send or hold, and what happens beyond it, in the words of docs/settings.md. */
interface Bound {
  value: number;
  unit: 'bytes' | 'milliseconds' | 'connections';
  of: string;
  beyond: string;
}

/** The bounds that the HTTP layer sets, chosen so that no client can hold or fill the server. */
export const BOUNDS = {
  url: { value: 8_192, unit: 'bytes', of: 'URL in the request line', beyond: '414 `uri_too_long`' },
  headers: {
    value: 16_384,
    unit: 'bytes',
    of: 'Request line and headers together, and trailers; their number has no limit',
    beyond: '431 `headers_too_large`',
  },
  body: {
    value: 1_048_576,
    unit: 'bytes',
    of: 'Request body, also of the control API',
    beyond: '413 `body_too_large`',
  },
  headersTimeout: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'Time until the headers have arrived',
    beyond: '408 `request_timeout`, and the connection is closed',
  },
  requestTimeout: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'Time until the whole request has arrived',
    beyond: '408 `request_timeout`, and the connection is closed',
  },
  timeoutsCheckedEvery: {
    value: 1_000,
    unit: 'milliseconds',
    of: 'Between looks for requests that have run out of time',
    beyond: '',
  },
  keepAliveTimeout: {
    value: 72_000,
    unit: 'milliseconds',
    of: 'Idle time of a connection after a reply',
    beyond: 'The connection is closed',
  },
  connections: {
    value: 10_000,
    unit: 'connections',
    of: 'Connections open on one port',
    beyond: 'A new connection is closed without a reply; the log says so at most once a second',
  },
  listenerBacklog: {
    value: 262_144,
    unit: 'bytes',
    of: 'Events buffered for a slow reader of `requests/stream`',
    beyond: 'The connection is closed and the buffer freed',
  },
} as const satisfies Record<string, Bound>;

export type Limits = Record<keyof typeof BOUNDS, number>;

export const LIMITS = Object.fromEntries(Object.entries(BOUNDS).map(([name, { value }]) => [name, value])) as Limits;

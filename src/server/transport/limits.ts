/** A bound on what a client may send or hold, and what happens beyond it, in the README's words. */
interface Bound {
  value: number;
  unit: 'bytes' | 'milliseconds' | 'connections';
  of: string;
  beyond: string;
}

/** The bounds that the HTTP layer sets, chosen so that no client can hold or fill the server. */
export const BOUNDS = {
  url: { value: 8_192, unit: 'bytes', of: "The request line's URL", beyond: '414 `uri_too_long`' },
  headers: {
    value: 16_384,
    unit: 'bytes',
    of: 'Request line and headers together, and trailers; their number is free',
    beyond: '431 `headers_too_large`',
  },
  body: { value: 1_048_576, unit: 'bytes', of: 'A body, of the control API too', beyond: '413 `body_too_large`' },
  headersTimeout: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'Until the headers are there',
    beyond: '408 `request_timeout`, the connection is closed',
  },
  requestTimeout: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'Until the whole request is there',
    beyond: '408 `request_timeout`, the connection is closed',
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
    of: 'An idle connection, after a reply',
    beyond: 'It is closed',
  },
  connections: {
    value: 10_000,
    unit: 'connections',
    of: 'Open at a time on one port',
    beyond: 'The next one is closed without a word, and the log says so once a second at most',
  },
  listenerBacklog: {
    value: 262_144,
    unit: 'bytes',
    of: 'Events that wait for a listener to `requests/stream` to read them',
    beyond: 'The listener has stopped reading: its connection is cut, and what waited is freed',
  },
} as const satisfies Record<string, Bound>;

export type Limits = Record<keyof typeof BOUNDS, number>;

export const LIMITS = Object.fromEntries(Object.entries(BOUNDS).map(([name, { value }]) => [name, value])) as Limits;

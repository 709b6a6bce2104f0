/** The bounds that the HTTP layer sets on a request, chosen so that no client can hold or fill the server. */
export interface Limits {
  /** Bytes of the request line's URL. */
  url: number;
  /** Bytes of the request line and the headers together. */
  headers: number;
  /** Bytes of a body. */
  body: number;
  /** Milliseconds for the headers to arrive. */
  headersTimeout: number;
  /** Milliseconds for the whole request to arrive. */
  requestTimeout: number;
  /** Milliseconds between looks for requests that have run out of time. */
  timeoutsCheckedEvery: number;
  /** Milliseconds for which an idle connection is kept open. */
  keepAliveTimeout: number;
}

export const LIMITS: Limits = {
  url: 8_192,
  headers: 16_384,
  body: 1_048_576,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  timeoutsCheckedEvery: 1_000,
  keepAliveTimeout: 72_000,
};

import type { Reason } from './refusals/codes.js';

/** Headers by lower-case name; a repeatable header is a list. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The subject of a request, which determines its checks. */
export type Subject = 'workspace' | 'segment' | 'series';

/** A connection of a server, shared by its requests. */
export interface ClientConnection {
  /** Counts up with the connections of a server. */
  readonly id: number;
  /** The requests on it so far. */
  requests: number;
}

export interface Arrival {
  /** The mock's count of resets. */
  readonly resets: number;
  /** Milliseconds of the mock's stopwatch. */
  readonly startedMs: number;
  readonly connection: ClientConnection | undefined;
}

/** The parts of an HTTP request that the service uses. */
export interface ServiceRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Why the HTTP layer refused it; reported by check 0. */
  readonly problem?: Reason | undefined;
  /** What was noted when its head arrived; missing where it came by no connection. */
  readonly arrival?: Arrival | undefined;
}

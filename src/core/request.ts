import type { Reason } from './refusals/codes.js';

/** Headers by lower-case name; a repeatable header is a list. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The subject of a request, which determines its checks. */
export type Subject = 'workspace' | 'segment' | 'series';

/** The parts of an HTTP request that the service uses. */
export interface ServiceRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Why the HTTP layer refused it; reported by check 0. */
  readonly problem?: Reason | undefined;
  /** The mock's count of resets when its head arrived. Default: the present one. */
  readonly resets?: number | undefined;
}

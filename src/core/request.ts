import type { Reason } from './refusals/codes.js';

/** Headers by their names in lower case; a header that may be repeated is a list. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What an endpoint is asked about, and so how many of the checks it needs. */
export type Subject = 'workspace' | 'segment' | 'series';

/** An HTTP request, as far as the service looks at it. */
export interface ServiceRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Why the HTTP layer refuses it; check 0 answers. */
  readonly problem?: Reason | undefined;
}

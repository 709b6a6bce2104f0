import type { TSchema } from '@sinclair/typebox';
import type { Reason } from '../refusals/codes.js';
import type { RateLimitAlgorithm, Decision } from '../rate-limit/algorithm.js';
import type { Segment } from '../segments/segment.js';
import type { Instant } from '../time/calendar.js';
import type { Estimates, Window } from '../series/series.js';
import type { SeriesRow } from './series-body.js';
import type { ProfileName } from './names.js';

/** The kinds of success for which a profile builds bodies. */
export type Answer = 'series' | 'list' | 'details' | 'campaigns';

/** The schemas of a profile's replies, built only for the OpenAPI document. */
export interface ReplySchemas extends Record<Answer, TSchema> {
  /** The body of a refusal with a status. `codes` lists the possible codes; `undefined` allows any. */
  refusal(status: number, codes: readonly string[] | undefined): TSchema;
  /** The headers of a reply by name; all are optional. */
  headers(status: number): Record<string, TSchema>;
}

/** The body of a series reply, parsed. */
export interface SeriesReply {
  message: string;
  data: SeriesRow[];
}

/** A body, as text or bytes. */
export type Body = string | Uint8Array;

/** The parts of a reply that its headers depend on. */
export interface ReplyFacts {
  status: number;
  body: Body;
  /** Real milliseconds since the request came. */
  durationMs: number;
  /** The state of the workspace's limit, if the key is known and there is a limit. */
  limit?: Decision | undefined;
  /** Real seconds until another request is admitted, at least 1. */
  retryAfterSeconds?: number;
}

/** How replies are worded, and every rule in which the profiles differ. No other code depends on the profile. */
export interface Profile {
  readonly name: ProfileName;
  readonly rateLimitAlgorithm: RateLimitAlgorithm;
  window(endingAt: Instant, length: number): Window;
  /** Whether a day without a snapshot has a row of size 0. */
  readonly zeroFills: boolean;
  /** The problem of a well-formed `ending_at`, if any. */
  endingAtProblem(endingAt: Instant, now: Instant): Reason | undefined;
  /** The body of a series reply, with a `Row` for each day, ascending. */
  series(window: Window, estimates: Estimates): Uint8Array;
  list(segments: readonly Segment[]): string;
  details(segment: Segment): string;
  /** The body of a page of campaigns, always empty. */
  campaigns(): string;
  status(reason: Reason): number;
  /** The body of a refusal. All reasons share one status. */
  refusal(reasons: readonly [Reason, ...Reason[]]): string;
  headers(reply: ReplyFacts): Record<string, string>;
  schemas(): ReplySchemas;
}

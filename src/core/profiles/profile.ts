import type { TSchema } from '@sinclair/typebox';
import type { Reason } from '../refusals/codes.js';
import type { RateLimitAlgorithm, Decision } from '../rate-limit/algorithm.js';
import type { Segment } from '../segments/segment.js';
import type { Instant } from '../time/calendar.js';
import type { Estimates, Window } from '../series/series.js';
import type { SeriesRow } from './series-body.js';
import type { ProfileName } from './names.js';

/** The successes that a profile words. */
export type Answer = 'series' | 'list' | 'details' | 'campaigns';

/** The schemas of a profile's replies, built only when they are described. */
export interface ReplySchemas extends Record<Answer, TSchema> {
  /** The body of a refusal with a status. The codes are all that it may have, or `undefined` where any may come. */
  refusal(status: number, codes: readonly string[] | undefined): TSchema;
  /** The headers of a reply, by their names; all of them may be missing. */
  headers(status: number): Record<string, TSchema>;
}

/** The body of a series reply, parsed. */
export interface SeriesReply {
  message: string;
  data: SeriesRow[];
}

/** A body, as text or as the bytes that it is sent as. */
export type Body = string | Uint8Array;

/** A reply that is about to be sent, as far as its headers depend on it. */
export interface ReplyFacts {
  status: number;
  body: Body;
  /** Real milliseconds since the request came. */
  durationMs: number;
  /** Where the workspace's limit stands, if it has one and the key opened it. */
  limit?: Decision | undefined;
  /** Real seconds until the limit lets another request pass, at least 1. */
  retryAfterSeconds?: number;
}

/**
 * How replies are worded, and every rule in which the profiles differ. Nothing else knows
 * which profile speaks.
 */
export interface Profile {
  readonly name: ProfileName;
  /** How a workspace's rate limit is kept. */
  readonly rateLimitAlgorithm: RateLimitAlgorithm;
  /** The days that `length` and `ending_at` name. */
  window(endingAt: Instant, length: number): Window;
  /** What is wrong with an `ending_at` that is well-formed. */
  endingAtProblem(endingAt: Instant, now: Instant): Reason | undefined;
  /** The body of a series reply, from what is to be had of a window: its rows ascending, each a `Row`. */
  series(window: Window, estimates: Estimates): Uint8Array;
  /** The body of a page of segments. */
  list(segments: readonly Segment[]): string;
  /** The body of a segment's details. */
  details(segment: Segment): string;
  /** The body of a page of campaigns, which is always empty: connectors only test their credentials with it. */
  campaigns(): string;
  status(reason: Reason): number;
  /** The body of a refusal. All reasons share one status. */
  refusal(reasons: readonly [Reason, ...Reason[]]): string;
  /** The application's headers of a reply. */
  headers(reply: ReplyFacts): Record<string, string>;
  /** What shapes all of these have. */
  schemas(): ReplySchemas;
}

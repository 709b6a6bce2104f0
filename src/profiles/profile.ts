import type { Reason } from '../http/refusals.js';
import type { Decision } from '../rate-limit/bucket.js';
import type { Instant } from '../series/calendar.js';
import type { Row } from '../faults/spoil.js';
import type { Snapshot, Window } from '../series/series.js';
import { documented } from './documented.js';
import type { ProfileName } from './names.js';

/** How replies are worded. Everything in which the reference and the real service differ is asked of it. */
export interface Profile {
  readonly name: ProfileName;
  /** The days that `length` and `ending_at` name. */
  window(endingAt: Instant, length: number): Window;
  /** The rows of a series reply, from the snapshots there are of a window, ascending. */
  rows(window: Window, snapshots: readonly Snapshot[]): Row[];
  /** The body of a series reply. */
  series(rows: readonly Row[]): string;
  /** The body of a refusal. All reasons share one status. */
  refusal(reasons: readonly [Reason, ...Reason[]]): string;
  /** The headers on every reply, whatever its status. */
  readonly headers: Readonly<Record<string, string>>;
  /** The headers that tell a caller where its workspace's limit stands. */
  limitHeaders(status: number, decision: Decision, retryAfterSeconds: number): Record<string, string>;
}

export const profiles: Readonly<Record<ProfileName, Profile>> = { documented };

import type { ProfileName } from '../core/profiles/names.js';
import type { Instant } from '../core/time/calendar.js';
import type { AccountFacts, Probe } from './probes.js';
import type { Comparison, Reply } from './shape.js';

/** A probe as it was sent, and its reply. */
export interface ProbeReply {
  probe: Probe;
  headers: Record<string, string>;
  reply: Reply;
  /** On the clock of the server. */
  at: Instant;
}

/** All that was asked of a server. */
export interface VerifyRun {
  profile: ProfileName;
  facts: AccountFacts;
  /** By the names of probes, in the order of sending. */
  asked: ReadonlyMap<string, ProbeReply>;
  skipped: readonly Probe[];
  /** The paths of endpoints for which the key has no permission. */
  forbidden: ReadonlySet<string>;
  /** Hides keys and ids in a text. */
  hide: (text: string) => string;
}

/** A row of the fidelity table, what says something about it, and in reply to what. */
export type Settled = [row: string, finding: Comparison, request: string];

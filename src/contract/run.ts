import type { ProfileName } from '../core/profiles/names.js';
import type { Instant } from '../core/time/calendar.js';
import type { Facts, Probe } from './probes.js';
import type { Finding, Reply } from './shape.js';

/** A probe as it was sent, and its reply. */
export interface Asked {
  probe: Probe;
  headers: Record<string, string>;
  reply: Reply;
  /** On the clock of the server. */
  at: Instant;
}

/** All that was asked of a server. */
export interface Run {
  profile: ProfileName;
  facts: Facts;
  /** By the names of probes, in the order of sending. */
  asked: ReadonlyMap<string, Asked>;
  skipped: readonly Probe[];
  /** The paths of endpoints for which the key has no permission. */
  forbidden: ReadonlySet<string>;
  /** Hides keys and ids in a text. */
  hide: (text: string) => string;
}

/** A row of the fidelity table, what says something about it, and in reply to what. */
export type Settled = [row: string, finding: Finding, request: string];

import { duplicateWindow } from './duplicate-window.js';
import { faultNeverMet } from './fault-never-met.js';
import { fullHistoryReread } from './full-history-reread.js';
import { gap } from './gap.js';
import { gaveUp } from './gave-up.js';
import { hammeredUnauthorized } from './hammered-unauthorized.js';
import { misspeltParameter } from './misspelt-parameter.js';
import { noBackoff } from './no-backoff.js';
import { oneDayWindows } from './one-day-windows.js';
import { overLimitTraffic } from './over-limit-traffic.js';
import { overlap } from './overlap.js';
import { repeatedRefusal } from './repeated-refusal.js';
import { retryStorm } from './retry-storm.js';
import { retryTooEarly } from './retry-too-early.js';
import type { Rule } from './rule.js';
import { tooManyConnections } from './too-many-connections.js';
import { unencodedPlus } from './unencoded-plus.js';

/** The rules, in the order of their findings; docs/conduct.md is generated from it. */
export const RULES = [
  retryTooEarly,
  noBackoff,
  retryStorm,
  hammeredUnauthorized,
  repeatedRefusal,
  overLimitTraffic,
  gaveUp,
  faultNeverMet,
  gap,
  overlap,
  duplicateWindow,
  oneDayWindows,
  fullHistoryReread,
  misspeltParameter,
  unencodedPlus,
  tooManyConnections,
] as const satisfies readonly Rule[];

export type RuleName = (typeof RULES)[number]['rule'];
/** The names of the rules of conduct. */
export const RULE_NAMES: readonly RuleName[] = RULES.map(({ rule }) => rule);

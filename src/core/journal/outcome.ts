import { codeOf } from '../refusals/messages.js';
import type { Trace } from './trace.js';

/** `success`, `recorded`, the first error code, `fault`, `unanswered` (the client left first), or `pending` while in flight. */
export function outcomeOf({ strike, reasons, recorded, status, durationMs }: Omit<Trace, 'headers'>): string {
  if (durationMs === undefined) return 'pending';
  // A delay alone leaves the reply as it is.
  if (strike !== undefined && Object.keys(strike.effect).some((name) => name !== 'delay')) return 'fault';
  if (reasons !== undefined) return codeOf(reasons[0]);
  if (status === undefined) return 'unanswered';
  return recorded === undefined ? 'success' : 'recorded';
}

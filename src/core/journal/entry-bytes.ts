import type { Strike } from '../faults/planned-fault.js';
import type { Trace } from './trace.js';

/** Bytes that an entry takes besides its texts, its place in the journal included (npm run stress -- refusals). */
const ENTRY_BYTES = 488;
/** Bytes of a reason besides its texts, and of a text besides its characters. */
const REASON_BYTES = 120;
const TEXT_BYTES = 24;
/** Bytes of the days of a series; what was left out is counted with its warning. */
const DAYS_BYTES = 64;

/** What an entry takes in memory, estimated: never less than it does. */
export function entryBytes(trace: Omit<Trace, 'bytes'>): number {
  const { target, headers, segmentId = '', reasons, warnings, strike, days } = trace;
  const texts = target.length + headers.length + 2 * segmentId.length;
  const further = bytesOfList(reasons) + bytesOfList(warnings) + bytesOfStrike(strike);
  return ENTRY_BYTES + texts + further + (days === undefined ? 0 : DAYS_BYTES);
}

function bytesOfList(items: readonly object[] | undefined): number {
  let bytes = 0;
  for (const item of items ?? []) {
    bytes += REASON_BYTES;
    for (const value of Object.values(item)) bytes += bytesOfValue(value);
  }
  return bytes;
}

/** Lists are shared by all refusals that quote them. */
function bytesOfValue(value: unknown): number {
  // Two bytes for a character, as an id of emoji has them.
  if (typeof value === 'string') return TEXT_BYTES + 2 * value.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0;
  return Object.values(value).reduce<number>((bytes, inner) => bytes + bytesOfValue(inner), REASON_BYTES);
}

/** The effect is the fault's, but may outlive it here. */
function bytesOfStrike(strike: Strike | undefined): number {
  return strike === undefined ? 0 : REASON_BYTES + 2 * JSON.stringify(strike.effect).length;
}

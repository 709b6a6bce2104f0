import type { Trace } from './trace.js';

/** Bytes that an entry takes besides its texts, its place in the journal included (npm run stress -- memory). */
const ENTRY_BYTES = 496;
/** Bytes of a reason besides its texts, and of a text besides its characters. */
const REASON_BYTES = 120;
const TEXT_BYTES = 24;
/** Bytes of the days of a series; what was left out is counted with its warning. */
const DAYS_BYTES = 64;

/** What an entry takes in memory, estimated: never less than it does. `headerBytes` are those of headers of its own. */
export function entryBytes(trace: Omit<Trace, 'bytes'>, headerBytes: number): number {
  const { target, segmentId = '', reasons, warnings, strike, days } = trace;
  const texts = target.length + headerBytes + bytesOfCharacters(segmentId);
  // The effect is the fault's, but may outlive it here.
  const struck = strike === undefined ? 0 : REASON_BYTES + bytesOfCharacters(JSON.stringify(strike.effect));
  const further = bytesOfList(reasons) + bytesOfList(warnings) + struck;
  return ENTRY_BYTES + texts + further + (days === undefined ? 0 : DAYS_BYTES);
}

function bytesOfList(items: readonly object[] | undefined): number {
  let bytes = 0;
  for (const item of items ?? []) {
    bytes += REASON_BYTES;
    for (const [name, value] of Object.entries(item)) if (name !== 'code') bytes += bytesOfValue(value);
  }
  return bytes;
}

/** Codes and lists are shared by all entries that have them. */
function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return TEXT_BYTES + bytesOfCharacters(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0;
  return Object.values(value).reduce<number>((bytes, inner) => bytes + bytesOfValue(inner), REASON_BYTES);
}

/** V8 takes two bytes for each character of a text with any beyond Latin-1. */
function bytesOfCharacters(text: string): number {
  return /[^\0-\xFF]/.test(text) ? 2 * text.length : text.length;
}

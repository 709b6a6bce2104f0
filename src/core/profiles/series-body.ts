import { type Day, formatDay } from '../time/calendar.js';

export interface SeriesRow {
  time: string;
  size: number;
}

/** The ASCII text around the rows of a series reply, and after the date of each. */
type Layout = Record<'before' | 'afterDate' | 'after', string>;

/** Bytes of the size 2^53 − 1. */
const MAX_SIZE_LENGTH = 16;
/** Bytes of `},`. */
const ROW_END_LENGTH = 2;
const [BRACE, COMMA] = [0x7d, 0x2c];
/** Bodies are slices of buffers of this size: one allocation for a dozen replies. */
const BUFFER_SIZE = 64 * 1024;
/** Cached row prefixes: eleven years of days, direct-mapped. */
const CACHED_DAYS = 4096;

const encoder = new TextEncoder();

/**
 * Writes bodies of series replies as JSON bytes, several times as fast as `JSON.stringify`: a row for each day of a window
 * that has a size.
 */
export function bodyWriter({ before, afterDate, after }: Layout) {
  const [opening, closing] = [encoder.encode(before), encoder.encode(after)];
  const rowStart = createRowStarts(afterDate);
  const rowLength = rowStart(0).length + MAX_SIZE_LENGTH + ROW_END_LENGTH;
  let buffer = new Uint8Array(BUFFER_SIZE);
  let used = 0;
  return (first: Day, last: Day, sizeOn: (day: Day) => number | undefined) => {
    const longest = opening.length + Math.max(0, last - first + 1) * rowLength + closing.length;
    if (used + longest > buffer.length) {
      buffer = new Uint8Array(Math.max(BUFFER_SIZE, longest));
      used = 0;
    }
    const start = used;
    buffer.set(opening, start);
    const firstRow = start + opening.length;
    let at = firstRow;
    for (let day = first; day <= last; day++) {
      const size = sizeOn(day);
      if (size === undefined) continue;
      const beginning = rowStart(day);
      buffer.set(beginning, at);
      at = putNumber(buffer, at + beginning.length, size);
      buffer[at++] = BRACE;
      buffer[at++] = COMMA;
    }
    // There is no comma after the last row.
    const end = at === firstRow ? at : at - 1;
    buffer.set(closing, end);
    used = end + closing.length;
    return buffer.subarray(start, used);
  };
}

/** Returns the prefix of a day's row, up to its size. */
function createRowStarts(afterDate: string): (day: Day) => Uint8Array {
  const days = new Float64Array(CACHED_DAYS).fill(NaN);
  const textOf = (day: Day) => `{"time":"${formatDay(day)}${afterDate}","size":`;
  const { length } = textOf(0);
  // Side by side in memory, as the days of a window are.
  const bytes = new Uint8Array(CACHED_DAYS * length);
  const starts: Uint8Array[] = [];
  return (day) => {
    const slot = day & (CACHED_DAYS - 1);
    if (days[slot] !== day) {
      days[slot] = day;
      encoder.encodeInto(textOf(day), (starts[slot] ??= bytes.subarray(slot * length, (slot + 1) * length)));
    }
    return starts[slot] as Uint8Array;
  };
}

const ZERO = 0x30;
const BILLION = 1e9;

/** Writes a whole number from 0 to 2^53 − 1 in decimals, and returns where they end. */
export function putNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value >= BILLION) {
    // Division beyond 32 bits is many times slower.
    const billions = Math.floor(value / BILLION);
    const middle = putNumber(bytes, at, billions);
    putDigits(bytes, middle, 9, value - billions * BILLION);
    return middle + 9;
  }
  let count = 1;
  for (let power = 10; power <= value; power *= 10) count++;
  putDigits(bytes, at, count, value);
  return at + count;
}

/** Writes the last `count` decimals of a number below a billion. */
function putDigits(bytes: Uint8Array, at: number, count: number, value: number): void {
  let rest = value | 0;
  for (let place = at + count - 1; place >= at; place--) {
    const others = (rest / 10) | 0;
    bytes[place] = ZERO + rest - others * 10;
    rest = others;
  }
}

import { Buffer } from 'node:buffer';
import { type Day, dateOf, daysInMonth } from '../time/calendar.js';
import { putDigits, putNumber } from './digits.js';

/** One row of a series reply. */
export interface Row {
  time: string;
  size: number;
}

/** What a profile puts around the rows of a series reply, and after the date of each; all of it ASCII. */
export interface Frame {
  before: string;
  afterDate: string;
  after: string;
}

/** Writes the body of a series reply: a row for each day of a stretch that has a size. */
export type BodyWriter = (first: Day, last: Day, sizeOn: (day: Day) => number | undefined) => Uint8Array;

/**
 * Writes bodies as JSON, byte by byte, into memory that many of them share: `JSON.stringify` takes several times as
 * long and leaves many small strings behind, which would be most of what a reply costs.
 */
export function bodyWriter({ before, afterDate, after }: Frame): BodyWriter {
  const [opening, closing] = [Buffer.from(before), Buffer.from(after)];
  const beginning = new Beginning(afterDate);
  const slab = new Slab();
  return (first, last, sizeOn) => {
    const rows = Math.max(0, last - first + 1);
    const { bytes, view, start } = slab.room(opening.length + rows * (beginning.size + LONGEST_END) + closing.length);
    bytes.set(opening, start);
    const firstRow = start + opening.length;
    let at = firstRow;
    beginning.goTo(first);
    for (let day = first; day <= last; day++) {
      const size = sizeOn(day);
      if (size !== undefined) {
        at = putNumber(bytes, beginning.copyTo(view, at), size);
        bytes[at++] = BRACE;
        bytes[at++] = COMMA;
      }
      beginning.goOn();
    }
    // There is no comma after the last row.
    const end = at === firstRow ? at : at - 1;
    bytes.set(closing, end);
    return slab.cut(end + closing.length);
  };
}

const [BRACE, COMMA] = [0x7d, 0x2c];
/** Bytes of the size 2^53 − 1 and of what ends a row. */
const LONGEST_END = 18;

const DATE_AT = '{"time":"'.length;
const WORD = 8;

/** The beginning of the row of a day, up to its size. */
class Beginning {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #year = 0;
  #month = 0;
  #dayOfMonth = 0;

  constructor(afterDate: string) {
    const text = `{"time":"YYYY-MM-DD${afterDate}","size":`;
    this.size = text.length;
    this.#bytes = new Uint8Array(Math.ceil(text.length / WORD) * WORD);
    this.#bytes.set(Buffer.from(text));
    this.#view = new DataView(this.#bytes.buffer);
  }

  goTo(day: Day): void {
    const { year, month, dayOfMonth } = dateOf(day);
    this.#year = year;
    this.#month = month;
    this.#dayOfMonth = dayOfMonth;
    putDigits(this.#bytes, DATE_AT, 4, year);
    putDigits(this.#bytes, DATE_AT + 5, 2, month);
    putDigits(this.#bytes, DATE_AT + 8, 2, dayOfMonth);
  }

  /** Goes on to the next day. */
  goOn(): void {
    this.#dayOfMonth++;
    if (this.#dayOfMonth > 28 && this.#dayOfMonth > daysInMonth(this.#year, this.#month)) this.#beginMonth();
    putDigits(this.#bytes, DATE_AT + 8, 2, this.#dayOfMonth);
  }

  /** Returns where the copy ends; up to seven bytes behind it are written too, where the size will be. */
  copyTo(view: DataView, at: number): number {
    // Eight bytes at a time, as numbers: no ASCII text reads as NaN, the one that may come out otherwise.
    for (let offset = 0; offset < this.size; offset += WORD)
      view.setFloat64(at + offset, this.#view.getFloat64(offset));
    return at + this.size;
  }

  #beginMonth(): void {
    this.#dayOfMonth = 1;
    this.#month = this.#month === 12 ? 1 : this.#month + 1;
    if (this.#month === 1) putDigits(this.#bytes, DATE_AT, 4, ++this.#year);
    putDigits(this.#bytes, DATE_AT + 5, 2, this.#month);
  }
}

const SLAB = 64 * 1024;

/** Memory from which one body after another is cut. It lives as long as the last of them. */
class Slab {
  bytes = Buffer.alloc(0);
  view = new DataView(this.bytes.buffer, 0, 0);
  start = 0;

  /** Finds room for so many bytes from `start` on. */
  room(most: number): this {
    if (this.start + most > this.bytes.length) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(SLAB, most));
      this.view = new DataView(this.bytes.buffer);
      this.start = 0;
    }
    return this;
  }

  /** Takes what is written, up to its end. */
  cut(end: number): Uint8Array {
    const { start } = this;
    this.start = end;
    return this.bytes.subarray(start, end);
  }
}

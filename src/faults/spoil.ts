import type { DataEffect } from './fault.js';

/** One row of a series reply. */
export interface Row {
  time: string;
  size: number;
}

/**
 * Spoils the rows of a series as real data get spoilt. `draw`, in [0, 1), picks the row; the rows given are left
 * as they are. Where there are too few rows to spoil, they come back unchanged: the very same list.
 */
export function spoil(effect: DataEffect, rows: readonly Row[], draw: number): readonly Row[] {
  const at = Math.floor(draw * rows.length);
  const row = rows[at];
  if (row === undefined || (effect === 'shuffled' && rows.length < 2)) return rows;
  switch (effect) {
    case 'missing_day':
      return rows.toSpliced(at, 1);
    case 'duplicate_day':
      return rows.toSpliced(at, 0, row);
    case 'shuffled':
      return shuffled(rows, draw);
    case 'revised_yesterday':
      return revised(rows, draw);
    case 'zero_dip':
      return rows.with(at, { ...row, size: 0 });
    case 'huge_size':
      return rows.with(at, { ...row, size: 2 ** 31 + row.size });
    case 'extra_field':
      return rows.map((plain) => ({ ...plain, confidence: 0.95 }));
  }
}

/** Every other row moves to the end: never the order it was, and back in no step. */
function shuffled(rows: readonly Row[], draw: number): Row[] {
  const offset = draw < 0.5 ? 0 : 1;
  const moved = rows.filter((_row, index) => index % 2 === offset);
  const kept = rows.filter((_row, index) => index % 2 !== offset);
  return offset === 0 || rows.length > 2 ? [...kept, ...moved] : [...moved, ...kept];
}

/** The last row but one: of a series that ends today, the day that was still being counted when last asked for. */
function revised(rows: readonly Row[], draw: number): Row[] {
  const at = Math.max(0, rows.length - 2);
  const row = rows[at] as Row;
  return rows.with(at, { ...row, size: row.size + Math.max(1, Math.round(row.size * (0.02 + 0.05 * draw))) });
}

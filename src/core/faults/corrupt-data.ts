import type { SeriesRow } from '../profiles/series-body.js';
import type { DataEffect } from './fault.js';

type Rows = readonly SeriesRow[];

/** Corrupts a copy of the rows; `draw`, in [0, 1), picks the row. Returns `rows` itself if nothing can be corrupted. */
export function corruptData(effect: DataEffect, rows: Rows, draw: number, yesterday: string): Rows {
  const eligible = effect === 'zero_dip' ? rows.filter(({ size }) => size > 0) : rows;
  const row = eligible[Math.floor(draw * eligible.length)];
  if (row === undefined || (effect === 'shuffled' && rows.length < 2)) return rows;
  const at = rows.indexOf(row);
  switch (effect) {
    case 'missing_day':
      return rows.toSpliced(at, 1);
    case 'duplicate_day':
      return rows.toSpliced(at, 0, row);
    case 'shuffled':
      return shuffled(rows, draw);
    case 'revised_yesterday':
      return revised(rows, draw, yesterday);
    case 'zero_dip':
      return rows.with(at, { ...row, size: 0 });
    case 'huge_size':
      return rows.with(at, { ...row, size: 2 ** 31 + row.size });
    case 'extra_field':
      return rows.map((plain) => ({ ...plain, confidence: 0.95 }));
  }
}

/** Moves every other row to the end, which always changes the order. */
function shuffled(rows: Rows, draw: number): SeriesRow[] {
  const offset = draw < 0.5 ? 0 : 1;
  const moved = rows.filter((_row, index) => index % 2 === offset);
  const kept = rows.filter((_row, index) => index % 2 !== offset);
  return offset === 0 || rows.length > 2 ? [...kept, ...moved] : [...moved, ...kept];
}

/** Yesterday, as if its count had been incomplete earlier; if the series lacks it, the second to last row. */
function revised(rows: Rows, draw: number, yesterday: string): SeriesRow[] {
  const found = rows.findIndex(({ time }) => time.startsWith(yesterday));
  const at = found < 0 ? Math.max(0, rows.length - 2) : found;
  const row = rows[at] as SeriesRow;
  return rows.with(at, { ...row, size: row.size + Math.max(1, Math.round(row.size * (0.02 + 0.05 * draw))) });
}

// The build has it loaded for this command only.
import { CsvError, parse } from 'csv-parse/sync';
import { show } from '../schema/problems.js';
import { looksLikeDate } from './csv-dates.js';
import { Failure } from './failure.js';

export interface Row {
  /** In the file, from 1; the last one where quotes enclose a line break. */
  line: number;
  /** Without spaces around them, and without empty ones at the end. */
  cells: string[];
}

export interface Table {
  separator: string;
  header: Row | undefined;
  rows: Row[];
}

/** Splits CSV by the separator under which most rows have a date beside another cell. @throws Failure. */
export function readTable(text: string): Table {
  const tables = [',', ';', '\t'].map((separator) => split(text, separator));
  const score = (table: Row[] | Failure) =>
    table instanceof Failure ? -1 : table.filter(({ cells }) => cells.length > 1 && cells.some(looksLikeDate)).length;
  const best = Math.max(...tables.map(score));
  const index = tables.findIndex((table) => score(table) === best);
  const rows = tables[index] as Row[] | Failure;
  if (rows instanceof Failure) throw rows;
  const isHeader = rows[0]?.cells.every((cell) => !looksLikeDate(cell) && !looksLikeNumber(cell)) ?? false;
  return {
    separator: [',', ';', '\t'][index] as string,
    header: isHeader ? rows[0] : undefined,
    rows: isHeader ? rows.slice(1) : rows,
  };
}

function split(text: string, delimiter: string): Row[] | Failure {
  try {
    const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return records
      .map(({ record, info }) => ({ line: info.lines, cells: record.slice(0, record.findLastIndex(Boolean) + 1) }))
      .filter(({ cells }) => cells.length > 0);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return new Failure(`broken CSV: ${error.message}`);
  }
}

export function looksLikeNumber(cell: string): boolean {
  return /^[-+]?[\d.,]*\d[\d.,'’\s]*(e[-+]?\d+)?%?$/i.test(cell);
}

interface Meant {
  flag: string;
  /** The name or number that the flag gives. */
  given: string | undefined;
  what: string;
  looksRight: (cell: string) => boolean;
  /** Names that decide among several columns, best first. */
  names: readonly ((name: string) => boolean)[];
  /** The column that something else is in. */
  taken?: number;
}

export interface Columns {
  date: number;
  size: number;
}

const isDateName = (name: string) => /^(date|day|time|timestamp|datum|tag|jour|fecha|data)$/i.test(name);
const isSizeName = (name: string) => /size|users|members|count|total/i.test(name);

/** The columns of dates and sizes: those that are named, else those that look right. @throws Failure. */
export function findColumns(
  table: Table,
  given: { dateColumn?: string; sizeColumn?: string; segment: string },
): Columns {
  if (table.rows.length === 0) throw new Failure('found no rows, expected a date and a size in each');
  const isDate = { what: 'dates', looksRight: looksLikeDate, names: [isDateName] };
  const date = findColumn(table, { flag: '--date-column', given: given.dateColumn, ...isDate });
  const isSize = {
    what: 'sizes',
    looksRight: looksLikeNumber,
    names: [(name: string) => name === given.segment, isSizeName],
  };
  return { date, size: findColumn(table, { flag: '--size-column', given: given.sizeColumn, ...isSize, taken: date }) };
}

function findColumn(table: Table, { flag, given, what, looksRight, names, taken }: Meant): number {
  const columns = Array.from({ length: Math.max(...table.rows.map(({ cells }) => cells.length)) }, (_, index) => index);
  const nameOf = (column: number) => table.header?.cells[column] ?? '';
  const shown = (some: readonly number[]) => some.map((column) => describeColumn(table, column)).join(', ');
  if (given !== undefined) {
    const found = columns.filter((column) => nameOf(column) === given || String(column + 1) === given);
    if (found.length === 1) return found[0] as number;
    throw new Failure(`${flag}: found ${show(given)}, expected the name or number of a column: ${shown(columns)}`);
  }
  const like = columns.filter((column) => column !== taken && mostly(table.rows, column, looksRight));
  for (const isMeant of [() => true, ...names]) {
    const meant = like.filter((column) => isMeant(nameOf(column)));
    if (meant.length === 1) return meant[0] as number;
  }
  const found = like.length === 0 ? `no column that does: ${shown(columns)}` : shown(like);
  throw new Failure(`found ${found}; expected one column that looks like ${what}; name it with ${flag}`);
}

function mostly(rows: readonly Row[], column: number, fits: (cell: string) => boolean): boolean {
  const cells = rows.map((row) => row.cells[column] ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.filter(fits).length * 2 > cells.length;
}

/** `2 "size"` */
export function describeColumn({ header }: Table, column: number): string {
  const name = header?.cells[column] ?? '';
  return name === '' ? String(column + 1) : `${column + 1} ${show(name)}`;
}

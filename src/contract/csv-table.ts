// The build has it loaded for this command only.
import { CsvError, parse } from 'csv-parse/sync';
import { show } from '../schema/problems.js';
import { looksLikeDate } from './csv-dates.js';
import { Failure } from '../system/failure.js';

export interface CsvRow {
  /** In the file, from 1; the last one where quotes enclose a line break. */
  line: number;
  /** Without spaces around them, and without empty ones at the end. */
  cells: string[];
}

export type Table = ReturnType<typeof readTable>;

/** Splits CSV by the separator that gives most rows with several cells, above all with a date. @throws Failure. */
export function readTable(text: string) {
  // A line that tells Excel the separator; the others keep their numbers.
  const plain = text.replace(/^sep=.(?=\r?\n)/i, '');
  const weight = ({ cells }: CsvRow) => (cells.length < 2 ? 0 : cells.some(looksLikeDate) ? 3 : 1);
  const score = (rows: readonly CsvRow[] | CsvError) =>
    rows instanceof CsvError ? -1 : rows.reduce((sum, row) => sum + weight(row), 0);
  const splits = [',', ';', '\t'].map((separator) => ({ separator, rows: split(plain, separator) }));
  const { separator, rows } = splits.reduce((best, one) => (score(one.rows) > score(best.rows) ? one : best));
  if (rows instanceof CsvError) throw new Failure(`broken CSV: ${rows.message}`);
  const isHeader = rows[0]?.cells.every((cell) => !looksLikeDate(cell) && !looksLikeNumber(cell)) === true;
  return { separator, header: isHeader ? rows[0] : undefined, rows: isHeader ? rows.slice(1) : rows };
}

function split(text: string, delimiter: string): CsvRow[] | CsvError {
  const rows: CsvRow[] = [];
  const keep = (record: string[], { lines: line }: { lines: number }) => {
    const cells = record.slice(0, record.findLastIndex(Boolean) + 1);
    if (cells.length > 0) rows.push({ line, cells });
    return null;
  };
  try {
    parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, trim: true, on_record: keep });
    return rows;
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
}

/** Takes linear time: a cell can have any length. */
export function looksLikeNumber(cell: string): boolean {
  return /^[-+]?[.,]*\d[\d.,'’\s]*(e[-+]?\d+)?%?$/i.test(cell);
}

type Test = (text: string) => boolean;
const isDateName: Test = (name) => /^(date|day|time|timestamp|datum|tag|jour|fecha|data)$/i.test(name);
const isSizeName: Test = (name) => /size|users|members|count|total/i.test(name);

/** The columns of dates and sizes: those that are named, else those that look right. @throws Failure. */
export function findColumns(
  table: Table,
  { dateColumn, sizeColumn, segment }: { dateColumn?: string; sizeColumn?: string; segment: string },
) {
  if (table.rows.length === 0) throw new Failure('found no rows, expected a date and a size in each');
  const date = findColumn(table, ['dates', '--date-column', dateColumn], looksLikeDate, [isDateName]);
  const isSize: Test[] = [(name) => name === segment, isSizeName];
  return { date, size: findColumn(table, ['sizes', '--size-column', sizeColumn], looksLikeNumber, isSize, date) };
}

/** `names` decide among several columns, best first; `taken` is the column that something else is in. */
function findColumn(
  table: Table,
  [what, flag, given]: [what: string, flag: string, given: string | undefined],
  looksRight: Test,
  names: readonly Test[],
  taken?: number,
): number {
  const columns = [...Array(table.rows.reduce((most, { cells }) => Math.max(most, cells.length), 0)).keys()];
  const nameOf = (column: number) => table.header?.cells[column] ?? '';
  const shown = (some: readonly number[]) => some.map((column) => describeColumn(table, column)).join(', ');
  const isMostly = (column: number) => {
    const cells = table.rows.map((row) => row.cells[column] ?? '').filter((cell) => cell !== '');
    return cells.filter(looksRight).length * 2 > cells.length;
  };
  const others = columns.filter((column) => column !== taken);
  const like = others.filter(isMostly);
  const tests = like.length === 0 ? names : [() => true, ...names];
  const choices = tests.map((isMeant) => (like.length === 0 ? others : like).filter((one) => isMeant(nameOf(one))));
  const named = columns.filter((column) => nameOf(column) === given || String(column + 1) === given);
  const [found] = (given === undefined ? choices : [named]).find(({ length }) => length === 1) ?? [];
  if (found !== undefined) return found;
  if (given !== undefined)
    throw new Failure(`${flag}: found ${show(given)}, expected the name or number of a column: ${shown(columns)}`);
  const candidates = like.length === 0 ? `none among ${shown(columns)}` : shown(like);
  throw new Failure(`expected one column that looks like ${what}, found ${candidates}; name it with ${flag}`);
}

/** `2 "size"` */
export function describeColumn({ header }: Table, column: number): string {
  const name = header?.cells[column] ?? '';
  return name === '' ? String(column + 1) : `${column + 1} ${show(name)}`;
}

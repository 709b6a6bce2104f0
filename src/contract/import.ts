import { Buffer } from 'node:buffer';
import { addAbortSignal } from 'node:stream';
import { type Static, Type } from '@sinclair/typebox';
import { SegmentFixture } from '../core/segments/fixture.js';
import { writePoints } from '../core/segments/points.js';
import { type Day, formatDay } from '../core/time/calendar.js';
import { textIn } from '../fixtures/parse.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { show } from '../schema/problems.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { readRegularFile } from '../system/regular-file.js';
import { type Cell, DATE_ORDERS, readDates } from './csv-dates.js';
import { readSizes } from './csv-sizes.js';
import { describeColumn, findColumns, readTable, type Table } from './csv-table.js';
import { Failure } from '../system/failure.js';
import type { ContractIo } from './io.js';
import { OUTPUT, refuseExisting, writeOutput } from './output.js';

const columnOf = (what: string) =>
  Field.nonEmpty(
    `Column of the ${what}. Default: the one that looks like ${what}.`,
    'the name or the number of a column',
  );

export const ImportOptions = exactly({
  segment: Field.of(SegmentFixture.properties.id, 'Id of the segment.'),
  ...optional({
    file: Type.String({ minLength: 1, expected: 'the path of a CSV file, or -' }),
    dateColumn: columnOf('dates'),
    sizeColumn: columnOf('sizes'),
    dateFormat: Field.oneOf(DATE_ORDERS, 'Order in 03/04/2024. Default: the order that the other dates show.'),
  }),
  gaps: Field.of(SegmentFixture.properties.gaps, 'How the fixture treats days without a row.'),
  ...OUTPUT,
});
export type ImportOptions = Static<typeof ImportOptions>;

const MOST_PROBLEMS = 20;

/** Writes the sizes of a CSV file as a fixture with one segment. */
export async function importCsv(options: ImportOptions, io: ContractIo): Promise<void> {
  refuseExisting(options);
  const { file = '-', segment, gaps } = options;
  const points = writePoints(pointsOf(readTable(await csvText(file, io)), options, io.note));
  const fixture = { id: segment, ...(gaps !== 'generate' && { gaps }), points };
  const document = { workspaces: [{ name: 'imported', segments: [fixture] }] };
  await writeOutput(`${JSON.stringify(document, undefined, 2)}\n`, options, io.stdout);
}

async function csvText(file: string, { stdin, signal, note }: ContractIo): Promise<string> {
  try {
    if (file !== '-') return textIn(readRegularFile(file));
    const input = stdin();
    if (input.isTTY === true) note('reading CSV from the terminal; Ctrl-D ends it');
    return textIn(Buffer.concat((await addAbortSignal(signal, input).toArray()) as Buffer[]));
  } catch (error) {
    if (signal.aborted) throw new Failure('stopped before the end');
    const expected = 'a CSV file, or - for standard input';
    throw new ConfigurationError([`${file}: cannot be read: ${(error as Error).message}; expected ${expected}`]);
  }
}

/** The points, ascending; notes how they were read. @throws Failure with every problem. */
function pointsOf(table: Table, options: ImportOptions, note: ContractIo['note']): [Day, number][] {
  const columns = findColumns(table, options);
  const problems = tooWide(table);
  const cellsOf = (index: number) => table.rows.map(({ line, cells }) => ({ line, text: cells[index] ?? '' }));
  const { days, order } = readDates(cellsOf(columns.date), options.dateFormat, problems);
  const sizes = readSizes(cellsOf(columns.size), table.separator, problems);
  const first = new Map<Day, { line: number; size: number }>();
  const repeated: number[] = [];
  for (const [index, { line }] of table.rows.entries()) {
    const [day, size] = [days[index], sizes[index]];
    if (day === undefined || size === undefined) continue;
    const before = first.get(day) ?? { line, size };
    first.set(day, before);
    if (before.size !== size)
      problems.push({
        line,
        text: `found ${size} for ${formatDay(day)}, which has ${before.size} on line ${before.line}`,
      });
    else if (before.line !== line) repeated.push(line);
  }
  throwProblems(problems);
  const [dates, sizesAt] = [columns.date, columns.size].map((column) => describeColumn(table, column));
  note(`dates: column ${dates}${order === undefined ? '' : ` (${order})`}; sizes: column ${sizesAt}`);
  const { separator, header } = table;
  note(`separator: ${show(separator)}; ${header === undefined ? 'no header' : `header on line ${header.line}`}`);
  if (repeated.length > 0) note(`duplicates: ignored on lines ${firstFew(repeated)}`);
  const ascending = [...first.keys()].toSorted((one, other) => one - other);
  noteGaps(ascending, note);
  return ascending.map((day) => [day, first.get(day)?.size ?? 0]);
}

/** Rows with more cells than the header or the first row: a size with a separator in it is not in quotes. */
function tooWide({ header, rows }: Table): Cell[] {
  const { cells: known, line: at } = header ?? rows[0] ?? { cells: [], line: 1 };
  const expected = `${known.length}, as on line ${at}; a cell with the separator in it needs quotes`;
  const wide = rows.filter(({ cells }) => cells.length > known.length);
  return wide.map(({ line, cells }) => ({ line, text: `found ${cells.length} columns, expected ${expected}` }));
}

function throwProblems(problems: readonly Cell[]): void {
  if (problems.length === 0) return;
  const lines = problems
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, text }) => `line ${line}: ${text}`);
  if (lines.length > MOST_PROBLEMS)
    lines.splice(MOST_PROBLEMS, Infinity, `${lines.length - MOST_PROBLEMS} more problems like these`);
  throw new Failure(lines.join('\n'));
}

function noteGaps(days: readonly Day[], note: (text: string) => void): void {
  const [first, last] = [days[0] as Day, days.at(-1) as Day];
  note(`days: ${days.length}, from ${formatDay(first)} to ${formatDay(last)}`);
  const gaps = days.slice(1).flatMap((day, index) => {
    const [from, to] = [(days[index] as Day) + 1, day - 1];
    return from > to ? [] : [from === to ? formatDay(from) : `${formatDay(from)} to ${formatDay(to)}`];
  });
  if (gaps.length > 0) note(`gaps, days without a row: ${last - first + 1 - days.length}, ${firstFew(gaps)}`);
}

function firstFew(items: readonly (string | number)[]): string {
  return items.slice(0, 10).join(', ') + (items.length > 10 ? ` and ${items.length - 10} more` : '');
}

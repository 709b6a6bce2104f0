import { Buffer } from 'node:buffer';
import { addAbortSignal } from 'node:stream';
import { type Static, Type } from '@sinclair/typebox';
import { SegmentFixture } from '../core/segments/fixture.js';
import { writePoints } from '../core/segments/points.js';
import { type Day, formatDay } from '../core/time/calendar.js';
import { textIn } from '../fixtures/parse.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { described } from '../schema/checker.js';
import { show } from '../schema/problems.js';
import { exactly, oneOf } from '../schema/shapes.js';
import { readRegularFile } from '../system/regular-file.js';
import { ORDERS, readDates } from './csv-dates.js';
import { readSizes } from './csv-sizes.js';
import { type Columns, describeColumn, findColumns, readTable, type Row, type Table } from './csv-table.js';
import { Failure } from './failure.js';
import type { ContractIo } from './io.js';
import { OUTPUT, refuseExisting, writeOutput } from './output.js';

const column = { minLength: 1, expected: 'the name or the number of a column' };

export const ImportOptions = exactly({
  file: Type.Optional(Type.String({ minLength: 1, expected: 'the path of a CSV file, or -' })),
  segment: described(SegmentFixture.properties.id, { description: 'Id of the segment.' }),
  dateColumn: Type.Optional(
    Type.String({ ...column, description: 'Column of the dates. Default: the one that looks like dates.' }),
  ),
  sizeColumn: Type.Optional(
    Type.String({ ...column, description: 'Column of the sizes. Default: the one that looks like sizes.' }),
  ),
  dateFormat: Type.Optional(oneOf(ORDERS, { description: 'What 03/04/2024 is. Default: what the other dates show.' })),
  gaps: described(SegmentFixture.properties.gaps, { description: 'What the fixture says of days without a row.' }),
  ...OUTPUT,
});
export type ImportOptions = Static<typeof ImportOptions>;

const MOST_PROBLEMS = 20;

/** Writes the sizes of a CSV file as a fixture with one segment. */
export async function importCsv(options: ImportOptions, io: ContractIo): Promise<void> {
  refuseExisting(options);
  const { file = '-', segment, gaps } = options;
  const table = readTable(await textOf(file, io));
  const columns = findColumns(table, options);
  const points = pointsOf(table, columns, options, io.note);
  const fixture = { id: segment, ...(gaps !== 'generate' && { gaps }), points: writePoints(points) };
  const document = { workspaces: [{ name: 'imported', segments: [fixture] }] };
  await writeOutput(`${JSON.stringify(document, undefined, 2)}\n`, options, io.stdout);
}

async function textOf(file: string, { stdin, signal, note }: ContractIo): Promise<string> {
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
function pointsOf(table: Table, columns: Columns, { dateFormat }: ImportOptions, note: (text: string) => void) {
  const cellsOf = (index: number) => table.rows.map(({ line, cells }) => ({ line, text: cells[index] ?? '' }));
  const dates = readDates(cellsOf(columns.date), dateFormat);
  const sizes = readSizes(cellsOf(columns.size), table.separator);
  const problems = [...tooWide(table), ...dates.problems, ...sizes.problems];
  const found = new Map<Day, { line: number; size: number }>();
  const repeated: number[] = [];
  for (const [index, { line }] of table.rows.entries()) {
    const [day, size] = [dates.days[index], sizes.sizes[index]];
    if (day === undefined || size === undefined) continue;
    const first = found.get(day);
    if (first === undefined) found.set(day, { line, size });
    else if (first.size === size) repeated.push(line);
    else
      problems.push({
        line,
        text: `found ${size} for ${formatDay(day)}, which has ${first.size} on line ${first.line}`,
      });
  }
  refuse(problems);
  const points = Array.from(found, ([day, { size }]): [Day, number] => [day, size]).toSorted(
    ([one], [other]) => one - other,
  );
  const { separator, header } = table;
  const order = dates.order === undefined ? '' : ` (${dates.order})`;
  note(
    `dates: column ${describeColumn(table, columns.date)}${order}; sizes: column ${describeColumn(table, columns.size)}`,
  );
  note(`separator: ${show(separator)}; ${header === undefined ? 'no header' : `header on line ${header.line}`}`);
  if (repeated.length > 0)
    note(`duplicates: ${counted(repeated.length, 'row')} like an earlier one: line ${listed(repeated)}`);
  noteGaps(
    points.map(([day]) => day),
    note,
  );
  return points;
}

/** Rows with more cells than the header or the first row: a size with a separator in it is not in quotes. */
function tooWide({ header, rows }: Table) {
  const width = (header ?? rows[0])?.cells.length ?? 0;
  const expected = `${width}, as on line ${(header ?? rows[0])?.line}; a cell with the separator in it needs quotes`;
  return rows
    .filter(({ cells }: Row) => cells.length > width)
    .map(({ line, cells }) => ({ line, text: `found ${cells.length} columns, expected ${expected}` }));
}

function refuse(problems: { line: number; text: string }[]): void {
  if (problems.length === 0) return;
  const sorted = problems.toSorted((one, other) => one.line - other.line);
  const shown = sorted.slice(0, MOST_PROBLEMS).map(({ line, text }) => `line ${line}: ${text}`);
  const more = sorted.length - shown.length;
  throw new Failure([...shown, ...(more > 0 ? [`${more} more problems like these`] : [])].join('\n'));
}

function noteGaps(days: readonly Day[], note: (text: string) => void): void {
  const [first, last] = [days[0] as Day, days.at(-1) as Day];
  note(`days: ${days.length}, from ${formatDay(first)} to ${formatDay(last)}`);
  const gaps = days.slice(1).flatMap((day, index) => {
    const [from, to] = [(days[index] as Day) + 1, day - 1];
    return from > to ? [] : [from === to ? formatDay(from) : `${formatDay(from)} to ${formatDay(to)}`];
  });
  if (gaps.length > 0) note(`gaps: ${counted(last - first + 1 - days.length, 'day')} without a row: ${listed(gaps)}`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function listed(items: readonly (string | number)[]): string {
  return items.slice(0, 10).join(', ') + (items.length > 10 ? ` and ${items.length - 10} more` : '');
}

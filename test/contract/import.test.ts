import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadFixtures } from '../support/load-fixtures.js';
import { commandInProcess } from '../support/command.js';
import { temporaryFolder } from '../support/contract.js';
import { API_KEY, bearer, get, startTestServer } from '../support/server.js';

/** Runs `import` on a CSV text from standard input. */
function imported(csv: string | Buffer, ...args: string[]) {
  const stdin = new PassThrough();
  stdin.end(csv);
  return commandInProcess(['import', '--segment', 'vip', ...args], {}, {}, stdin).ended;
}

function pointsIn(stdout: string): Record<string, number> | undefined {
  const { workspaces } = JSON.parse(stdout) as { workspaces: { segments: { points: Record<string, number> }[] }[] };
  return workspaces[0]?.segments[0]?.points;
}

/** The points of a CSV that is accepted, as `day=size day=size`. */
async function accepted(csv: string | Buffer, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await imported(csv, ...args);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return Object.entries(pointsIn(stdout) ?? {})
    .map((point) => point.join('='))
    .join(' ');
}

/** The problems of a CSV that is refused. */
async function refused(csv: string | Buffer, ...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await imported(csv, ...args);
  expect([code, stdout]).toEqual([1, '']);
  return stderr.trimEnd().split('\n');
}

it('writes a fixture that loads unchanged and answers the sizes', async () => {
  const folder = temporaryFolder();
  const [csv, out] = [join(folder, 'sizes.csv'), join(folder, 'fixture.json')];
  writeFileSync(csv, 'date,size\n2024-01-01,1200\n2024-01-02,1210\n2024-01-04,1230\n');
  const { code, stdout, stderr } = await commandInProcess([
    'import',
    csv,
    '--segment',
    'vip',
    '--gaps',
    'omit',
    '--out',
    out,
  ]).ended;
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr.split('\n')).toEqual([
    'dates: column 1 "date"; sizes: column 2 "size"',
    'separator: ","; header on line 1',
    'days: 3, from 2024-01-01 to 2024-01-04',
    'gaps, days without a row: 1, 2024-01-03',
    '',
  ]);
  const [workspace] = loadFixtures(out);
  const server = await startTestServer({ workspaces: [{ ...workspace!, apiKeys: [{ key: API_KEY }] }] });
  const { body } = await get(
    `${server.url}/segments/data_series?segment_id=vip&length=5&ending_at=2024-01-05`,
    bearer(API_KEY),
  );
  expect((body as { data: object[] }).data).toEqual([
    { time: '2024-01-01T00:00:00+00:00', size: 1200 },
    { time: '2024-01-02T00:00:00+00:00', size: 1210 },
    { time: '2024-01-04T00:00:00+00:00', size: 1230 },
  ]);
});

describe('the columns', () => {
  it.each([
    ['without a header', '2024-01-01,5\n'],
    ['with a header', 'Date,Size\n2024-01-01,5\n'],
    ['the size first', 'users;date\n5;2024-01-01\n'],
    ['semicolons', 'date;size\n2024-01-01;5\n'],
    ['tabs', 'date\tsize\n2024-01-01\t5\n'],
    ['a byte order mark and CRLF', '\uFEFFdate,size\r\n2024-01-01,5\r\n'],
    ['quotes, spaces and empty lines', '"date" , "size"\n\n "2024-01-01" , "5" \n\n'],
    ['text that has separators', 'date,note,size\n2024-01-01,"a;b, c\td",5\n'],
    ['a line for Excel', 'sep=;\r\ndate;size\r\n2024-01-01;5\r\n'],
    ['old line ends', 'date,size\r2024-01-01,5\r'],
    ['an index', ',date,size\n0,2024-01-01,5\n'],
    ['empty columns at the end', 'date,size,,\n2024-01-01,5,,\n'],
    ['the segment among others', 'date,churned,vip\n2024-01-01,7,5\n'],
    ['another date', 'date,updated,size\n2024-01-01,2025-06-07,5\n'],
  ])('are found: %s', async (_how, csv) => {
    expect(await accepted(csv)).toBe('2024-01-01=5');
  });

  it('are those that flags name, by name or by number', async () => {
    const csv = 'from,to,a,b\n2024-01-01,2024-02-01,5,6\n';
    expect(await accepted(csv, '--date-column', 'to', '--size-column', '3')).toBe('2024-02-01=5');
    expect(await refused(csv, '--date-column', 'until')).toEqual([
      'error: --date-column: found "until", expected the name or number of a column: 1 "from", 2 "to", 3 "a", 4 "b"',
    ]);
  });

  it.each([
    [
      'two of sizes',
      'date,a,b\n2024-01-01,5,6\n',
      'expected one column that looks like sizes, found 2 "a", 3 "b"; name it with --size-column',
    ],
    [
      'none of dates',
      'a,b\nx,5\n',
      'expected one column that looks like dates, found none among 1 "a", 2 "b"; name it with --date-column',
    ],
    ['a header alone', 'date,size\n', 'found no rows, expected a date and a size in each'],
    ['nothing', '', 'found no rows, expected a date and a size in each'],
    [
      'thousands without quotes',
      'date,size\n2024-01-01,1,200\n',
      'line 2: found 3 columns, expected 2, as on line 1; a cell with the separator in it needs quotes',
    ],
    ['an open quote', 'date,size\n2024-01-01,"5\n', /^broken CSV: .*at line/],
  ])('are refused: %s', async (_how, csv, problem) => {
    const [line, ...others] = await refused(csv);
    expect(others).toEqual([]);
    expect(line?.replace('error: ', '')).toEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    );
  });
});

it('names columns by their header where their cells do not look right, and says what is wrong with each', async () => {
  expect(await refused('date;size\n44927;5\n44928;many\n44929;few\n')).toEqual([
    expect.stringMatching(/^error: line 2: date: found "44927", expected a date such as/),
    expect.stringMatching(/^error: line 3: date: found "44928"/),
    'error: line 3: size: found "many", expected a whole number, 0 or more',
    expect.stringMatching(/^error: line 4: date/),
    'error: line 4: size: found "few", expected a whole number, 0 or more',
  ]);
});

it('counts the lines of the file, also after empty lines and in rows of several lines', async () => {
  const csv = 'sep=,\ndate,note,size\n\n2024-01-01,"two\nlines",5\n2024-01-02,x,-1\n';
  expect(await refused(csv)).toEqual(['error: line 6: size: found "-1", expected a whole number, 0 or more']);
});

it('reads a large file', async () => {
  // More rows than a call can have arguments.
  const rows = '2024-01-01,5\n'.repeat(130_000);
  const { code, stdout } = await imported(`date,size\n${rows}`);
  expect([code, pointsIn(stdout)]).toEqual([0, { '2024-01-01': 5 }]);
});

it.each([
  ['a size', `2024-01-02,${'1'.repeat(400_000)}x`, 'size'],
  ['a date', `2024-01-02${' '.repeat(400_000)}x,1`, 'date'],
])('refuses %s of any length in linear time', async (_what, row, field) => {
  const problems = await refused(`date,size\n2024-01-01,5\n2024-01-03,5\n${row}\n`);
  expect(problems).toEqual([expect.stringContaining(`error: line 4: ${field}: found "`)]);
});

describe('a file in any form', () => {
  const zero = (number: number) => String(number).padStart(2, '0');
  const FORMS: Record<string, (year: number, month: number, day: number) => string> = {
    iso: (year, month, day) => `${year}-${zero(month)}-${zero(day)}`,
    compact: (year, month, day) => `${year}${zero(month)}${zero(day)}`,
    timestamp: (year, month, day) => `${year}-${zero(month)}-${zero(day)}T00:00:00.000Z`,
    dayFirst: (year, month, day) => `${day}/${month}/${year}`,
    monthFirst: (year, month, day) => `${zero(month)}-${zero(day)}-${year}`,
    named: (year, month, day) => `${day} ${MONTHS[month - 1]} ${year}`,
  };
  const MONTHS = ['Jan', 'Feb', 'March', 'Apr', 'May', 'Jun', 'July', 'Aug', 'Sept', 'Oct', 'Nov', 'December'];

  it('is read with the sizes that were written', async () => {
    const start = Date.UTC(2000, 0, 1) / 86_400_000;
    const sizes = fc.uniqueArray(fc.tuple(fc.nat(9999), fc.nat(2_000_000)), { minLength: 1, selector: ([day]) => day });
    const form = fc.record({
      name: fc.constantFrom(...Object.keys(FORMS)),
      separator: fc.constantFrom(',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n'),
      header: fc.constantFrom('', 'date', 'Tag'),
      isQuoted: fc.boolean(),
      isSwapped: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, form, async (points, { name, separator, end, header, isQuoted, isSwapped }) => {
        const quoted = (cell: string) => (isQuoted ? `"${cell}"` : cell);
        const line = (date: string, size: string) =>
          (isSwapped ? [size, date] : [date, size]).map(quoted).join(separator);
        const rows = points.map(([day, size]) => {
          const date = new Date((start + day) * 86_400_000);
          return line(FORMS[name]!(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()), String(size));
        });
        const head = header === '' ? [] : [line(header, 'size')];
        const order =
          name === 'dayFirst'
            ? ['--date-format', 'day-first']
            : name === 'monthFirst'
              ? ['--date-format', 'month-first']
              : [];
        const { code, stdout, stderr } = await imported([...head, ...rows, ''].join(end), ...order);
        expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
        const written = points.map(([day, size]) => [
          new Date((start + day) * 86_400_000).toISOString().slice(0, 10),
          size,
        ]);
        expect(pointsIn(stdout)).toEqual(Object.fromEntries(written));
      }),
      { numRuns: 100 },
    );
  });

  it('is read, or refused with a sentence and nothing written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...Array.from('0123456789-/.,;\t\n"TZ: aJn')) }),
        async (text) => {
          const { code, stdout, stderr } = await imported(text);
          if (code === 0) expect(pointsIn(stdout)).toEqual(expect.any(Object));
          else expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^error: /)]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a date', () => {
  it.each([
    ['2024-01-03'],
    ['2024-1-3'],
    ['20240103'],
    ['2024/01/03'],
    ['2024.01.03'],
    ['2024-01-03T00:00:00Z'],
    ['2024-01-03T00:00:00+00:00'],
    ['2024-01-03 00:00:00'],
    ['2024-01-03 23:59:59.999 UTC'],
    ['2024-01-03 01:00:00+01'],
    ['3 January 2024'],
    ['03-Jan-2024'],
    ['"Jan 3, 2024"'],
    ['"Wed, 3 Jan 2024 12:30"'],
  ])('has one meaning: %s', async (text) => {
    expect(await accepted(`date,size\n${text},5\n`)).toBe('2024-01-03=5');
  });

  it.each([
    ['2024-02-30'],
    ['2023-02-29'],
    ['2024-13-01'],
    ['13/13/2024'],
    ['01/02/24'],
    ['2024-01-03T00:30:00+01:00'],
    ['2024-01-03T23:30:00-01:00'],
    ['2024-01-03T25:00:00Z'],
    ['3 Foo 2024'],
    ['2024-01/03'],
  ])('is refused with its line: %s', async (text) => {
    const problems = await refused(`date,size\n2024-01-01,5\n2024-01-02,5\n"${text}",5\n`);
    expect(problems).toEqual([expect.stringMatching(/^error: line 4: date: found ".*", expected a date such as/)]);
  });

  it.each([
    ['day first', '03/04/2024,1\n13/04/2024,2\n', [], '2024-04-03=1 2024-04-13=2'],
    ['month first', '04-03-2024,1\n4-13-2024,2\n', [], '2024-04-03=1 2024-04-13=2'],
    ['either way the same', '01/01/2024,1\n02.02.2024,2\n', [], '2024-01-01=1 2024-02-02=2'],
    ['day first by the flag', '03/04/2024,1\n', ['--date-format', 'day-first'], '2024-04-03=1'],
    ['month first by the flag', '03/04/2024,1\n', ['--date-format', 'month-first'], '2024-03-04=1'],
  ])('in a column that is %s', async (_how, csv, args, points) => {
    expect(await accepted(csv, ...args)).toBe(points);
  });

  it('that can be two days is rejected, with a remedy', async () => {
    expect(await refused('date,size\n01/01/2024,1\n03/04/2024,2\n04/04/2024,3\n')).toEqual([
      'error: line 3: date: found "03/04/2024", day first or month first, and no other date of the column decides it; write YYYY-MM-DD, or give --date-format day-first or month-first',
    ]);
  });

  it('of another order than the rest is rejected, with both lines', async () => {
    const csv = '03/04/2024,1\n13/04/2024,2\n04/14/2024,3\n';
    expect(await refused(csv)).toEqual([
      'error: line 3: date: found "04/14/2024", month first, but on line 2 "13/04/2024", day first; write YYYY-MM-DD, or give --date-format day-first or month-first',
    ]);
    expect(await refused(csv, '--date-format', 'day-first')).toEqual([
      'error: line 3: date: found "04/14/2024", expected a date that is day-first, as --date-format says',
    ]);
  });

  it('reports the order that was found', async () => {
    expect((await imported('13/04/2024,5\n')).stderr).toContain('dates: column 1 (day-first); sizes: column 2\n');
  });
});

describe('a size', () => {
  it.each([
    ['0', 0],
    ['007', 7],
    ['5.0', 5],
    ['"1,234"', 1234],
    ['"1,234,567"', 1_234_567],
    ['1.234.567', 1_234_567],
    ['1 234', 1234],
    ['1\u00A0234\u202F567', 1_234_567],
    ["1'234", 1234],
    [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ])('%s is %i', async (text, size) => {
    expect(await accepted(`date,size\n2024-01-03,${text}\n`)).toBe(`2024-01-03=${size}`);
  });

  it('has separated thousands if another size in the column shows it', async () => {
    expect(await accepted('2024-01-01;1.234\n2024-01-02;1.000.000\n')).toBe('2024-01-01=1234 2024-01-02=1000000');
    expect(await accepted('2024-01-01\t1,234\n2024-01-02\t1,000,000\n')).toBe('2024-01-01=1234 2024-01-02=1000000');
  });

  it.each([
    '1.234',
    '1;234',
    '-5',
    '1.5',
    '"1,5"',
    '"12,34"',
    '"1,2345"',
    '1e5',
    '50%',
    'many',
    '',
    '9007199254740992',
    '0x10',
  ])('is refused with its line: %s', async (text) => {
    const problems = await refused(`date,size\n2024-01-01,5\n2024-01-02,6\n2024-01-03,${text}\n`);
    expect(problems).toEqual([expect.stringMatching(/^error: line 4: size: found ".*", expected /)]);
  });

  it('with a decimal comma is not read as thousands', async () => {
    expect((await refused('2024-01-01;1,234\n'))[0]).toContain('this can be a fraction or have a thousands separator');
  });
});

describe('the days', () => {
  it('reports equal duplicates and gaps, and sorts by day', async () => {
    const { code, stdout, stderr } = await imported(
      '2024-01-05,5\n2024-01-01,1\n2024-01-05,5\n2024-01-02,2\n2024-01-09,9\n2024-01-01,1\n',
    );
    expect(code).toBe(0);
    expect(Object.keys(pointsIn(stdout) ?? {})).toEqual(['2024-01-01', '2024-01-02', '2024-01-05', '2024-01-09']);
    expect(stderr).toContain('duplicates: ignored on lines 3, 6\n');
    expect(stderr).toContain('gaps, days without a row: 5, 2024-01-03 to 2024-01-04, 2024-01-06 to 2024-01-08\n');
  });

  it('refuses contradictions with both lines', async () => {
    expect(await refused('date,size\n2024-01-01,1\n"Jan 1, 2024",2\n2024-01-01,1\n')).toEqual([
      'error: line 3: found 2 for 2024-01-01, which has 1 on line 2',
    ]);
  });

  it('reports all problems by line, and at most 20', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, index) => `2024-01-${String(index + 1).padStart(2, '0')},-${index + 1}`,
    );
    const problems = await refused(['date,size', '2024-02-31,0', ...rows].join('\n'));
    expect(problems.length).toBe(21);
    expect(problems[0]).toContain('line 2: date: found "2024-02-31"');
    expect(problems[1]).toContain('line 3: size: found "-1"');
    expect(problems[20]).toBe('error: 11 more problems like these');
  });
});

describe('the command', () => {
  const run = (...args: string[]) => commandInProcess(['import', ...args]).ended;

  it.each<[string, string[], RegExp]>([
    ['without a segment', ['x.csv'], /^error: --segment: found nothing, expected/],
    [
      'with an unknown format',
      ['x.csv', '--segment', 'a', '--date-format', 'us'],
      /--date-format: found "us", expected "day-first" or "month-first"/,
    ],
    ['with two files', ['x.csv', 'y.csv', '--segment', 'a'], /y\.csv: found an unknown argument/],
    [
      'without its file',
      ['/nowhere/x.csv', '--segment', 'a'],
      /\/nowhere\/x\.csv: cannot be read: ENOENT.*expected a CSV file/,
    ],
    ['on a folder', ['src', '--segment', 'a'], /src: cannot be read: it is a folder/],
    [
      'onto an existing file',
      ['x.csv', '--segment', 'a', '--out', 'package.json'],
      /package\.json, which exists.*--force/,
    ],
  ])('%s is wrong usage', async (_how, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('reads - as standard input, and no UTF-16', async () => {
    expect(await accepted('2024-01-01,5\n', '-')).toBe('2024-01-01=5');
    const { code, stderr } = await imported(Buffer.from('\uFEFF2024-01-01\t5\n', 'utf16le'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is UTF-16, not UTF-8; save it as UTF-8')]);
  });

  it('overwrites only with --force, and leaves no file when it fails', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out.json');
    expect((await imported('2024-01-01,-5\n', '--out', out)).code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(out, 'old');
    expect((await imported('2024-01-01,5\n', '--out', out)).code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect((await imported('2024-01-01,5\n', '--out', out, '--force')).code).toBe(0);
    expect(pointsIn(readFileSync(out, 'utf8'))).toEqual({ '2024-01-01': 5 });
  });

  it('ends when it is interrupted while it reads', async () => {
    const running = commandInProcess(['import', '--segment', 'vip']);
    running.stop('SIGINT');
    expect(await running.ended).toEqual({ code: 1, stdout: '', stderr: 'error: stopped before the end\n' });
  });

  it('has --help with examples', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: braze-segments-mock import .*--date-format.*Exit codes: 0 .*Examples:\n {2}braze/s);
  });
});

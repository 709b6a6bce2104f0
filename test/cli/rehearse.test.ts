import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTimeout } from '../../src/cli/rehearse.js';
import { Report } from '../../src/cli/report/report.js';
import { checker } from '../../src/schema/checker.js';
import { BEHAVING, client, HAMMERING } from '../support/clients.js';
import { commandInProcess } from '../support/command.js';
import { API_KEY } from '../support/server.js';
import { temporaryFolder } from '../support/tls.js';
import { elementsOf } from '../support/xml.js';

const { PATH: SEARCH = '' } = process.env;

function start(flags: string[], command: string[], environment: Record<string, string> = {}) {
  return commandInProcess(['rehearse', ...flags, '--', ...command], { PATH: SEARCH, ...environment });
}

/** The report as JSON, checked by its schema. */
async function reportOf(flags: string[], command: string[]): Promise<Report & { code: number | null }> {
  const { stdout, stderr, code } = await start(['--report=json', ...flags], command).ended;
  expect(stderr).toBe('');
  const checked = checker(Report)(JSON.parse(stdout));
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return { ...checked.value, code };
}

const resultsOf = ({ runs }: Report) => runs.map(({ storyboard, result }) => [storyboard ?? 'baseline', result]);

/** Gives up at the first reply that is not a success. */
const IMPATIENT = client(`const { status } = await get(SERIES + '01'); if (status !== 200) process.exit(3);`);

/** The words of a line, as the shell reads it: those behind `npx braze-segments-mock`. */
function wordsOf(line: string): string[] {
  const script = `npx() { for word; do printf '%s\\0' "$word"; done; }; ${line}`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(1, -1);
}

/** Also false for a process that has ended and that its new parent has not collected yet, as Linux shows it. */
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  try {
    process.kill(pid, 0);
    return !existsSync(stat) || !readFileSync(stat, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('rehearse', () => {
  it('runs the command in each cell and prints a matrix, and each cell can be repeated by its line', async () => {
    const flags = ['--storyboards', 'baseline,outage', '--profiles', 'both', '--seed', "it's a $EED"];
    const { code, stdout, stderr } = await start(flags, IMPATIENT).ended;
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^\nstoryboard +documented +observed\nbaseline +ok +ok\n/);
    expect(stdout).toMatch(
      /\noutage +failed with exit code 3: gave-up {2}failed with exit code 3: gave-up\n\n2 of 4 cells are fine/,
    );
    const { runs } = await reportOf(flags, IMPATIENT);
    const { repeat = '' } = runs.at(-1) ?? {};
    expect(stdout).toContain(`\n  repeat    ${repeat}\n`);
    const [command, ...words] = wordsOf(repeat);
    expect([command, ...words.slice(0, 4)]).toEqual([
      'rehearse',
      '--storyboards=outage',
      '--profiles=observed',
      "--seed=it's a $EED",
      '--',
    ]);
    expect(words.slice(4)).toEqual(IMPATIENT);
    const again = await commandInProcess(['rehearse', ...words], { PATH: SEARCH }).ended;
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/\n0 of 1 cells are fine/);
  });

  it('runs the baseline and all built-in storyboards by default, at the scale of their clocks', async () => {
    const script = client(`
      const { status, wait } = await get(SERIES + '01');
      process.exit(status === 429 ? wait : 0);`);
    const report = await reportOf(['--jobs', '4', '--fail-on=never', '--clock', '2024-01-31T12:00:00Z'], script);
    expect(report.runs).toHaveLength(14);
    expect(report.runs[0]).toMatchObject({ storyboard: null, result: 'ok' });
    // An hour's wait, at a scale of 900.
    expect(report.runs.find(({ storyboard }) => storyboard === 'quota-squeeze')?.exitCode).toBe(4);
    expect(report.runs.map(({ requests }) => requests.total)).toEqual(Array.from({ length: 14 }, () => 1));
  });

  it('runs many cells at the same time without a warning of Node', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const { code } = await start(['--jobs', '14'], ['sleep', '0.5']).ended;
    process.off('warning', note);
    expect([code, warnings]).toEqual([0, []]);
  });

  it('names the first error of a run with its exit code in the matrix', async () => {
    const { stdout } = await start(['--storyboards=baseline'], HAMMERING).ended;
    expect(stdout).toMatch(/\nbaseline {4}failed: hammered-unauthorized\n\n0 of 1 cells/);
  });

  it.each<[string, string[], string[], number]>([
    ['a behaving client', [], BEHAVING, 0],
    ['findings', [], HAMMERING, 1],
    ['findings that may not fail', ['--fail-on=never'], HAMMERING, 0],
    ['a failure', [], ['sh', '-c', 'exit 99'], 1],
    ['a command that does not exist', [], ['no-such-command'], 1],
    ['an unknown storyboard', ['--storyboards', 'outag'], BEHAVING, 2],
  ])('exits after %s with %j, running %j: %i', async (_what, flags, command, code) => {
    const storyboards = flags.includes('--storyboards') ? [] : ['--storyboards', 'baseline'];
    expect((await start([...storyboards, ...flags], command).ended).code).toBe(code);
  });

  it.each<[string[], RegExp]>([
    [
      ['--storyboards', 'outag,all'],
      /^error: --storyboards: found "outag", expected "all" or some of baseline, outage, .*; did you mean outage\?\n$/,
    ],
    [
      ['--jobs', '0', '--timeout', '5x'],
      /^error: --jobs: found "0", expected .*\nerror: --timeout: found "5x", expected a time from 1 ms/,
    ],
    [['--report-file', '/none/x'], /^error: --report-file: /],
    [['--ui'], /^error: --ui: found an unknown flag/],
  ])('refuses %j', async (flags, words) => {
    const { code, stdout, stderr } = await start(flags, ['true']).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });

  it('rehearses a storyboard of the fixtures, in their profile, and plays it in no other cell', async () => {
    const file = join(temporaryFolder(), 'own.json');
    const faults = [{ trigger: {}, effect: { status: 503 } }];
    const workspace = {
      name: 'own',
      apiKeys: [{ key: 'OWN' }],
      segments: [{ id: 'segment_1234' }],
      storyboards: ['outage', { name: 'mine', faults }],
      profile: 'observed',
    };
    writeFileSync(file, JSON.stringify({ workspaces: [workspace] }));
    const report = await reportOf(['--fixtures', file, '--storyboards', 'mine,baseline'], IMPATIENT);
    expect(resultsOf(report)).toEqual([
      ['mine', 'failed'],
      ['baseline', 'ok'],
    ]);
    expect(report.runs.map(({ profile }) => profile)).toEqual(['observed', 'observed']);
  });

  it('shows the last forty lines of a failed cell, without keys', async () => {
    const script = client(
      `for (let i = 1; i <= 50; i++) console.log(i === 50 ? '\\x1b[31m' + key : i); process.exit(1);`,
    );
    const { runs } = await reportOf(
      ['--storyboards=baseline', '--control-token', 'T0PSECRET-TOKEN'],
      [...script, API_KEY],
    );
    expect(runs[0]?.output).toEqual([...Array.from({ length: 39 }, (_, index) => String(index + 11)), 'YOUR…']);
    expect(JSON.stringify(runs)).not.toMatch(new RegExp(`${API_KEY}|T0PSECRET`));
    expect(runs[0]?.repeat).toContain(' --control-token="$BRAZE_MOCK_CONTROL_TOKEN" ');
  });

  it('can be JUnit or Markdown in a file', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'report');
    const flags = ['--storyboards=baseline,outage', '--report-file', file];
    const { stdout } = await start([...flags, '--report=junit'], IMPATIENT).ended;
    expect(stdout).toContain('1 of 2 cells are fine');
    const elements = elementsOf(readFileSync(file, 'utf8'));
    const names = elements.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes['name']);
    expect(names).toEqual(['baseline', 'outage']);
    expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(1);
    await start([...flags, '--report=markdown'], IMPATIENT).ended;
    expect(readFileSync(file, 'utf8')).toMatch(
      /\| storyboard \| documented \|\n\| --- \| --- \|\n\| baseline \| ok \|\n/,
    );
  });
});

describe('a command that hangs', () => {
  /** A shell and its child that ignore SIGTERM, and print their process ids. */
  const STUBBORN = ['sh', '-c', `trap '' TERM; sleep 60 & echo $$ $!; wait; wait`];

  it('is killed with its children after the timeout', async () => {
    const { runs, code } = await reportOf(['--storyboards=baseline', '--timeout', '300ms'], STUBBORN);
    expect([code, runs[0]?.result, runs[0]?.exitCode]).toEqual([1, 'hung', null]);
    const pids = runs[0]?.output?.[0]?.split(' ').map(Number) ?? [];
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });

  it('is stopped by a signal, and no further cell begins', async () => {
    const file = join(temporaryFolder(), 'pids');
    const run = start(['--jobs', '2', '--report=json'], ['sh', '-c', `sleep 60 & echo $! >> ${file}; wait`]);
    await expect.poll(() => linesOf(file)).toHaveLength(2);
    run.stop('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(resultsOf(JSON.parse(stdout) as Report)).toEqual([
      ['baseline', 'stopped'],
      ['outage', 'stopped'],
    ]);
    await expect.poll(() => linesOf(file).filter((pid) => isRunning(Number(pid)))).toEqual([]);
    expect(linesOf(file)).toHaveLength(2);
  });

  function linesOf(file: string): string[] {
    try {
      return readFileSync(file, 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  }

  it('leaves no child behind when it ends by itself', async () => {
    const { runs } = await reportOf(['--storyboards=baseline'], ['sh', '-c', 'sleep 60 & echo $!; exit 1']);
    await expect.poll(() => isRunning(Number(runs[0]?.output?.[0]))).toBe(false);
  });
});

it.each<[string, number | undefined]>([
  ['10s', 10_000],
  ['500ms', 500],
  ['2m', 120_000],
  ['PT1M30S', 90_000],
  ['120', 120_000],
  ['0.5', 500],
  ['1.5s', 1500],
  ['24m', 1_440_000],
  ['P1D', 86_400_000],
  ['0', undefined],
  ['0s', undefined],
  ['P2D', undefined],
  ['10h', undefined],
  ['-1', undefined],
  ['', undefined],
  ['1e3', undefined],
  [' 5', undefined],
])('reads the timeout %j as %j ms', (text, ms) => {
  expect(parseTimeout(text)).toBe(ms);
});

import { describe, expect, it } from 'vitest';
import { FORMATS, RENDERERS } from '../../../src/cli/report/render.js';
import { exitCodeOf, type Report, reportOf, type Run, type RunFinding } from '../../../src/cli/report/report.js';
import { quoted } from '../../../src/start/quote.js';
import { elementsOf } from '../../support/xml.js';

const NASTY = 'a "b" <c> & \u0000\u001b[31m\u0085\ufffe\ud800 ]]> %0A 50% | `x` ``y`` \r\n::error::forged, x: y';

const finding = (changes: Partial<RunFinding> = {}): RunFinding => ({
  workspace: 'default',
  rule: 'retry-too-early',
  level: 'error',
  count: 1,
  requests: ['3'],
  message: 'too early; wait',
  ...changes,
});

const run = (changes: Partial<Run> = {}): Run => ({
  storyboard: null,
  profile: 'documented',
  result: 'ok',
  exitCode: 0,
  durationMs: 1234,
  requests: { total: 1, outcomes: { success: 1 } },
  slowest: [],
  findings: [],
  ...changes,
});

const nastyRuns = (repeat?: string): Run[] => [
  run({
    result: 'failed',
    exitCode: 1,
    findings: [finding({ message: NASTY, workspace: NASTY }), finding({ level: 'unjudged', message: NASTY })],
    slowest: [
      { workspace: null, request: '1', method: 'GET', target: NASTY, status: null, outcome: NASTY, durationMs: 5 },
    ],
    output: [NASTY],
    storyboard: 'outage',
    ...(repeat !== undefined && { repeat }),
  }),
];

describe.each([
  ['exec', undefined],
  ['rehearse', NASTY],
])('a report of %s with texts full of markup', (_name, repeat) => {
  const report = reportOf(NASTY, 'error', 1, nastyRuns(repeat));

  it('is well-formed XML that says the same', () => {
    const elements = elementsOf(RENDERERS.junit(report));
    const failure = elements.findLast(({ name }) => name === 'failure');
    const shown = 'a "b" <c> & \ufffd\ufffd[31m\u0085\ufffd\ufffd ]]> %0A 50% | `x` ``y`` \r\n::error::forged, x: y';
    expect(failure?.attributes['message']).toContain(shown);
  });

  it('has one workflow command for each rule for GitHub', () => {
    const lines = RENDERERS.github(report).split(/\r?\n/);
    const commands = lines.filter((line) => line.trimStart().startsWith('::'));
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatch(
      /^::error title=retry-too-early::a "b" .* %250A 50%25 \| `x` ``y`` %0D%0A::error::forged/,
    );
  });

  it('has its texts in code blocks of Markdown, and rows as long as their head', () => {
    const rest = RENDERERS.markdown(report).replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, '');
    expect(rest).toMatch(/^## Exit code 1\n/);
    expect(rest).not.toContain('forged');
    const rows = rest.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(repeat === undefined ? 0 : 3);
    expect(new Set(rows.map((row) => row.split('|').length)).size).toBeLessThan(2);
  });

  it('is its data in JSON', () => {
    expect(JSON.parse(RENDERERS.json(report))).toEqual(JSON.parse(JSON.stringify(report)));
  });
});

it('annotates each rule once, at its level, and leaves out what is unjudged', () => {
  const findings = [
    finding(),
    finding({ workspace: 'other' }),
    finding({ rule: 'gave-up', level: 'warning' }),
    finding({ rule: 'overlap', level: 'note' }),
    finding({ rule: 'no-backoff', level: 'unjudged' }),
  ];
  const runs = [run({ findings }), run({ findings, profile: 'observed' })];
  const commands = RENDERERS.github(reportOf('x', 'error', 99, runs)).match(/^::.*$/gm);
  expect(commands?.map((line) => line.split('::')[1])).toEqual([
    'error title=retry-too-early',
    'warning title=gave-up',
    'notice title=overlap',
  ]);
  expect(commands?.[0]).toContain('and in 3 more');
});

it.each<[string, Report['failOn'], Partial<Run>[], number]>([
  ['no finding', 'error', [{}], 0],
  ['a note', 'warning', [{ findings: [finding({ level: 'note' })] }], 0],
  ['what could not be judged', 'warning', [{ findings: [finding({ level: 'unjudged' })] }], 0],
  ['a warning', 'error', [{ findings: [finding({ level: 'warning' })] }], 0],
  ['a warning that fails', 'warning', [{ findings: [finding({ level: 'warning' })] }], 99],
  ['an error in the second run', 'error', [{}, { findings: [finding()] }], 99],
  ['an error that may not fail', 'never', [{ findings: [finding()] }], 0],
  ['two failures', 'error', [{ exitCode: 1 }, { exitCode: 143, findings: [finding()] }], 143],
])('exits after %s with --fail-on %s: %j → %i', (_what, failOn, runs, code) => {
  expect(exitCodeOf(runs.map(run), failOn)).toBe(code);
});

it('has every format', () => {
  expect(Object.keys(RENDERERS)).toEqual([...FORMATS]);
});

it('quotes words as a shell reads them', () => {
  expect(quoted(['npm', 'run', "it's", 'a b', '', '$HOME', '--x=1', '*', 'a\nb'])).toBe(
    `npm run 'it'\\''s' 'a b' '' '$HOME' --x=1 '*' 'a\nb'`,
  );
});

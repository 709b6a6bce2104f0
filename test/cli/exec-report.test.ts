import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checker } from '../../src/schema/checker.js';
import { Report } from '../../src/cli/report/report.js';
import { BEHAVING, client, HAMMERING, REPEATING } from '../support/clients.js';
import { commandInProcess } from '../support/command.js';
import { API_KEY } from '../support/server.js';
import { temporaryFolder } from '../support/tls.js';
import { elementsOf } from '../support/xml.js';

const { PATH: SEARCH = '' } = process.env;

function execHere(flags: string[], command: string[], environment: Record<string, string> = {}) {
  return commandInProcess(['exec', ...flags, '--', ...command], { PATH: SEARCH, ...environment }).ended;
}

/** The report as JSON, checked by its schema. */
async function reportOf(flags: string[], command: string[]): Promise<Report & { code: number | null }> {
  const { stderr, code } = await execHere(['--report=json', ...flags], command);
  const checked = checker(Report)(JSON.parse(stderr));
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return { ...checked.value, code };
}

const inShell = (script: string, command: string[]) => ['/bin/sh', '-c', `"$@"; ${script}`, 'sh', ...command];

describe('the exit code of exec with a report', () => {
  it.each<[string, string[], string[], number]>([
    ['a behaving client', ['--report'], BEHAVING, 0],
    ['an error', ['--report'], HAMMERING, 99],
    ['an error, without --fail-on', ['--report=json'], HAMMERING, 99],
    ['an error that may not fail', ['--report', '--fail-on=never'], HAMMERING, 0],
    ['a warning', ['--report'], REPEATING, 0],
    ['a warning that fails', ['--report', '--fail-on', 'warning'], REPEATING, 99],
    ['a warning that fails, without --report', ['--fail-on', 'warning'], REPEATING, 99],
    ['an error where warnings fail', ['--fail-on', 'warning'], HAMMERING, 99],
    ['no report', [], HAMMERING, 0],
    ['a failure of its own', ['--report'], inShell('exit 3', HAMMERING), 3],
    ['a failure of its own without findings', ['--report'], inShell('exit 3', BEHAVING), 3],
    ['a signal', ['--report'], inShell('kill -KILL $$', HAMMERING), 137],
    ['a command that does not exist', ['--report'], ['no-such-command'], 127],
  ])('after %s, with %j', async (_what, flags, command, code) => {
    expect((await execHere(flags, command)).code).toBe(code);
  });

  it('can be used in a shell script', () => {
    const script = `
      cli() { "$NODE" dist/cli.js exec --report --fail-on warning -- "$@" 2>/dev/null; }
      cli true && echo fine
      cli sh -c 'exit 4' || echo "own code $?"
      cli "$@" || case $? in 99) echo 'bad manners' ;; *) echo "something else" ;; esac`;
    const env = { NODE: process.execPath, PATH: SEARCH };
    const printed = execFileSync('/bin/sh', ['-ec', script, 'sh', ...REPEATING], { env, encoding: 'utf8' });
    expect(printed).toBe('fine\nown code 4\nbad manners\n');
  });

  it.each<[string[], RegExp]>([
    [['--report=xml'], /^error: --report: found "xml", expected "text", "json", "junit", "github" or "markdown"\n$/],
    [['--fail-on', 'all'], /^error: --fail-on: found "all", expected "error", "warning" or "never"\n$/],
    [['--profiles', 'each'], /^error: --profiles: found "each", expected "both", "documented" or "observed"\n$/],
    [['--report', '--report=json'], /^error: --report: found a second time, expected once\n$/],
    [['--report-file'], /^error: --report-file: found "", expected the path of a file\n$/],
    [
      ['--fail-onn=never', '--seed='],
      /^error: --fail-onn: found an unknown flag.*did you mean --fail-on\?\nerror: --seed/,
    ],
  ])('is 2 for %j, without a run of the command', async (flags, words) => {
    const file = join(temporaryFolder(), 'ran');
    const { code, stderr } = await execHere(flags, ['touch', file]);
    expect([code, existsSync(file)]).toEqual([2, false]);
    expect(stderr).toMatch(words);
  });
});

describe('the report of exec', () => {
  it('has requests by outcome, the slowest, and findings of workspaces and of requests without a valid key', async () => {
    const script = client(`
      await get(SERIES + '01'); await get(SERIES + '01'); await get('/segments/data_series');
      for (let i = 0; i < 4; i++) await get(SERIES + '01', 'nope-nope-nope');`);
    const report = await reportOf(['--storyboard', 'late-processing'], script);
    expect(report).toMatchObject({ version: 1, failOn: 'error', exitCode: 99, code: 99 });
    const [run] = report.runs;
    expect(run).toMatchObject({ storyboard: 'late-processing', profile: 'documented', result: 'failed', exitCode: 0 });
    expect(run?.requests).toEqual({ total: 7, outcomes: { api_key_invalid: 4, success: 2, segment_id_required: 1 } });
    expect(run?.slowest).toHaveLength(5);
    const durations = run?.slowest.map(({ durationMs }) => durationMs) ?? [];
    expect(durations).toEqual(durations.toSorted((one, other) => other - one));
    const found = run?.findings.map(({ workspace, rule, level }) => `${workspace} ${rule} ${level}`);
    expect(found).toEqual(
      expect.arrayContaining(['null hammered-unauthorized error', 'default duplicate-window warning']),
    );
  });

  it('has findings of workspaces that were deleted or reset meanwhile, by the faults as they were', async () => {
    const script = client(`
      const misbehave = async (bearer) => { await get(SERIES + '01', bearer); await get(SERIES + '01', bearer); };
      const { name, apiKey } = JSON.parse(await control('POST', '/workspaces', '{"name":"brief"}'));
      await misbehave(apiKey);
      await control('DELETE', '/workspaces/' + name);
      await control('POST', '/workspaces/default/faults', '{"trigger":{"times":1},"effect":{"status":503}}');
      await get(SERIES + '01'); await get(SERIES + '02');
      await control('POST', '/workspaces/default/reset');
      await misbehave(); await control('POST', '/reset'); await misbehave();`);
    const { runs } = await reportOf([], script);
    const found = runs[0]?.findings.map(({ workspace, rule, count }) => `${workspace} ${rule} ${count}`);
    expect(found).toEqual(['brief duplicate-window 1', 'default gave-up 1', 'default duplicate-window 2']);
    expect(runs[0]?.requests.total).toBe(8);
  });

  it('judges a reset workspace by the faults as they were before', async () => {
    const script = client(`
      for (const day of ['01', '01', '01', '01']) await get(SERIES + day);
      await control('POST', '/workspaces/default/reset');
      for (const day of ['01', '01', '01', '01']) await get(SERIES + day);`);
    const { runs } = await reportOf(['--storyboard', 'outage'], script);
    expect(runs[0]?.requests.outcomes).toEqual({ fault: 6, success: 2 });
    expect(runs[0]?.findings.map(({ rule }) => rule)).not.toContain('fault-never-met');
  });

  it('forgets what the command deletes from the journal, as the control API does', async () => {
    const script = client(`
      await get(SERIES + '01'); await get(SERIES + '01'); await control('DELETE', '/workspaces/default/requests');`);
    expect((await reportOf([], script)).runs[0]?.findings).toEqual([]);
  });

  it('never contains a key', async () => {
    const script = client(`await get(SERIES + '01&api_key=' + key); await get(SERIES + '01&x=' + key);`);
    for (const format of ['text', 'json', 'junit', 'github', 'markdown']) {
      const { stderr } = await execHere([`--report=${format}`], [...script, API_KEY]);
      expect(stderr).toContain('duplicate-window');
      expect(stderr).not.toContain(API_KEY);
    }
  });

  it('is one text on stderr that says where to find more', async () => {
    const { stderr, stdout } = await execHere(['--report'], HAMMERING);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^documented: failed with 1 error, after [\d.]+ m?s\n {2}requests {2}5: 5 api_key_invalid\n/,
    );
    expect(stderr).toMatch(/\n +error hammered-unauthorized \(without a valid key, requests .*\): .*\n/);
    expect(stderr).toMatch(/\n {2}slowest .*\n/);
    expect(stderr).toMatch(
      /\n {2}look at .*--ui\nexit code 99: there are findings at the level error \(--fail-on\)\n$/,
    );
    const { stderr: withUi } = await execHere(['--report', '--ui'], BEHAVING);
    expect(withUi).toMatch(/\n {2}look at {3}http:\/\/127\.0\.0\.1:\d+\/__mock\/ui\n/);
  });

  it('is well-formed JUnit XML: a case for the command and for each rule', async () => {
    const { stderr } = await execHere(['--report=junit'], inShell('exit 3', HAMMERING));
    const elements = elementsOf(stderr);
    const cases = elements.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes['name']);
    expect(cases).toEqual(expect.arrayContaining(['command', 'hammered-unauthorized', 'gave-up']));
    const [all] = elements;
    expect(all).toMatchObject({ name: 'testsuites', attributes: { tests: String(cases.length), failures: '2' } });
    expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(2);
  });

  it('has one annotation for each rule for GitHub, and everything in the step summary', async () => {
    const summary = join(temporaryFolder(), 'summary.md');
    writeFileSync(summary, 'before\n');
    const both = inShell('true', HAMMERING);
    const { stderr, code } = await execHere(['--report=github', '--profiles', 'both'], both, {
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(code).toBe(99);
    const annotations = stderr.split('\n').filter((line) => line.startsWith('::'));
    expect(annotations).toHaveLength(1);
    expect(annotations[0]).toMatch(/^::error title=hammered-unauthorized::.*observed/);
    const written = readFileSync(summary, 'utf8');
    expect(written).toMatch(/^before\n## Exit code 99\n/);
    expect(written.split('error hammered-unauthorized (without a valid key, requests')).toHaveLength(3);
  });
});

describe('--report-file', () => {
  it('gets the complete report, and stderr gets the text', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'report.json');
    writeFileSync(file, 'old');
    const { code, stderr } = await execHere(['--report=json', '--report-file', file], HAMMERING);
    expect([code, readdirSync(folder)]).toEqual([99, ['report.json']]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ exitCode: 99 });
    expect(stderr).toContain('hammered-unauthorized');
  });

  it.each<[string, (folder: string) => string, RegExp]>([
    [
      'without a folder',
      (folder) => join(folder, 'none', 'report'),
      /in a folder that does not exist, expected a file/,
    ],
    ['that is a folder', (folder) => folder, /which is a folder/],
    ['beneath a file', (folder) => join(folder, 'file', 'report'), /^error: --report-file: found .*file.report, /],
  ])('%s is refused before the command runs', async (_what, place, words) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await execHere(['--report-file', place(folder)], ['touch', join(folder, 'ran')]);
    expect([code, readdirSync(folder)]).toEqual([2, ['file']]);
    expect(stderr).toMatch(words);
  });

  it('that cannot be written after the run is an error, with exit code 1 after a success', async () => {
    const folder = join(temporaryFolder(), 'inner');
    mkdirSync(folder);
    const remove = ['/bin/sh', '-c', 'rm -r "$0"', folder];
    const { code, stderr } = await execHere(['--report=json', '--report-file', join(folder, 'report')], remove);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\nerror: the report: cannot write .*report/) as string]);
  });
});

describe('exec --profiles', () => {
  /** The form of `time` tells the profile. */
  const perProfile = (documented: number, observed: number) =>
    client(
      `const { body } = await get(SERIES + '01'); process.exit(body.includes('T00:00') ? ${documented} : ${observed});`,
    );

  it.each<[number, number, number]>([
    [0, 0, 0],
    [1, 0, 1],
    [0, 1, 1],
    [2, 1, 2],
    [1, 2, 2],
    [1, 127, 127],
  ])('both: %i in documented and %i in observed is %i', async (documented, observed, worse) => {
    expect((await execHere(['--profiles', 'both'], perProfile(documented, observed))).code).toBe(worse);
  });

  it('both: a failure of the command is worse than findings, and those are worse than a success', async () => {
    const hammerIn = (profile: string, code: number) =>
      client(`
        const { body } = await get(SERIES + '01');
        const isHere = body.includes('T00:00') === ${profile === 'documented'};
        for (let i = 0; isHere && i < 5; i++) await get(SERIES + '01', 'no-such-key-at-all');
        process.exit(isHere ? 0 : ${code});`);
    expect(await reportOf(['--profiles=both'], hammerIn('documented', 0))).toMatchObject({ code: 99 });
    const { code, runs } = await reportOf(['--profiles=both'], hammerIn('observed', 2));
    expect([code, runs.map(({ profile, result, exitCode }) => [profile, result, exitCode])]).toEqual([
      2,
      [
        ['documented', 'failed', 2],
        ['observed', 'failed', 0],
      ],
    ]);
  });

  it.each(['documented', 'observed'])('%s overrides the profile of a workspace', async (profile) => {
    const file = join(temporaryFolder(), 'own.json');
    const workspace = {
      name: 'own',
      apiKeys: [{ key: 'OWN' }],
      segments: [{ id: 'segment_1234' }],
      profile: 'observed',
    };
    writeFileSync(file, JSON.stringify({ workspaces: [workspace] }));
    const expected = profile === 'documented' ? 5 : 6;
    expect((await execHere(['--fixtures', file, '--profiles', profile], perProfile(5, 6))).code).toBe(expected);
  });
});

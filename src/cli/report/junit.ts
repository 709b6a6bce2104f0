import { RULE_NAMES } from '../../core/conduct/rules.js';
import { reaches, type Report, type Run } from './report.js';
import { findingLine, isMatrix, problemOf, requestsLine, storyboardOf } from './words.js';

interface Case {
  name: string;
  seconds: number;
  failure?: string | undefined;
  skipped?: string | undefined;
  /** Lines beside the result. */
  out: string[];
}

/** JUnit's XML: a suite for each profile; its cases are the storyboards, or the command and the rules of conduct. */
export function junit(report: Report): string {
  const { runs, command } = report;
  const cases = isMatrix(report) ? (run: Run) => [cellCase(run)] : (run: Run) => execCases(run, report);
  const suites = [...new Set(runs.map(({ profile }) => profile))].map((profile) => ({
    profile,
    cases: runs.filter((run) => run.profile === profile).flatMap(cases),
  }));
  const all = suites.flatMap((suite) => suite.cases);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xml(command)}" ${counts(all)}>
${suites.map((suite) => `<testsuite name="${suite.profile}" ${counts(suite.cases)}>\n${suite.cases.map((one) => element(suite.profile, one)).join('')}</testsuite>\n`).join('')}</testsuites>
`;
}

function cellCase(run: Run): Case {
  const { result, durationMs, findings, output = [], repeat = '' } = run;
  const out = [`requests ${requestsLine(run)}`, ...findings.map(findingLine), ...output, repeat];
  const failure = result === 'ok' || result === 'stopped' ? undefined : problemOf(run);
  const skipped = result === 'stopped' ? 'stopped by a signal' : undefined;
  return { name: storyboardOf(run), seconds: durationMs / 1000, failure, skipped, out };
}

function execCases(run: Run, { failOn }: Report): Case[] {
  const { exitCode, durationMs, findings } = run;
  const failure = exitCode === 0 ? undefined : `exit code ${exitCode}`;
  const command: Case = {
    name: 'command',
    seconds: durationMs / 1000,
    failure,
    out: [`requests ${requestsLine(run)}`],
  };
  const rules = RULE_NAMES.map((rule): Case => {
    const found = findings.filter((finding) => finding.rule === rule);
    const bad = found.filter((finding) => reaches(finding, failOn));
    const unjudged = found.find(({ level }) => level === 'unjudged');
    return {
      name: rule,
      seconds: 0,
      failure: bad.length === 0 ? undefined : bad.map(findingLine).join('\n'),
      skipped: bad.length === 0 ? unjudged?.message : undefined,
      out: found.map(findingLine),
    };
  });
  return [command, ...rules];
}

function counts(cases: readonly Case[]): string {
  const count = (name: 'failure' | 'skipped') => cases.filter((one) => one[name] !== undefined).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return `tests="${cases.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`;
}

function element(className: string, { name, seconds, failure, skipped, out }: Case): string {
  const parts = [
    ...(failure === undefined ? [] : [`<failure message="${xml(failure)}">${xml(failure)}</failure>`]),
    ...(skipped === undefined ? [] : [`<skipped message="${xml(skipped)}"/>`]),
    ...(out.length === 0 ? [] : [`<system-out>${xml(out.join('\n'))}</system-out>`]),
  ];
  const opening = `<testcase classname="${className}" name="${xml(name)}" time="${seconds.toFixed(3)}"`;
  return parts.length === 0 ? `${opening}/>\n` : `${opening}>${parts.join('')}</testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes a text; characters that XML 1.0 cannot have become U+FFFD. */
function xml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are what XML 1.0 excludes
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
      .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}

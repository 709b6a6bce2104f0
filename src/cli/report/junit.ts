import { type JunitCase, junitXml } from '../../contract/junit.js';
import { RULE_NAMES } from '../../core/conduct/rules.js';
import { reaches, type Report, type Run } from './report.js';
import { findingLine, isMatrix, problemLine, requestsLine, storyboardOf } from './words.js';

/** JUnit's XML: a suite for each profile; its cases are the storyboards, or the command and the rules of conduct. */
export function junit(report: Report): string {
  const { runs, command } = report;
  const cases = isMatrix(report) ? (run: Run) => [cellCase(run)] : (run: Run) => execCases(run, report);
  const profiles = [...new Set(runs.map(({ profile }) => profile))];
  const suites = profiles.map((name) => ({
    name,
    cases: runs.filter(({ profile }) => profile === name).flatMap(cases),
  }));
  return junitXml(command, suites);
}

function cellCase(run: Run): JunitCase {
  const { result, durationMs, findings, output = [], repeat = '' } = run;
  const out = [`requests ${requestsLine(run)}`, ...findings.map(findingLine), ...output, repeat];
  const failure = result === 'ok' || result === 'stopped' ? undefined : problemLine(run);
  const skipped = result === 'stopped' ? 'stopped by a signal' : undefined;
  return { name: storyboardOf(run), seconds: durationMs / 1000, failure, skipped, out };
}

function execCases(run: Run, { failOn }: Report): JunitCase[] {
  const { exitCode, durationMs, findings } = run;
  const failure = exitCode === 0 ? undefined : `exit code ${exitCode}`;
  const command: JunitCase = {
    name: 'command',
    seconds: durationMs / 1000,
    failure,
    out: [`requests ${requestsLine(run)}`],
  };
  const rules = RULE_NAMES.map((rule): JunitCase => {
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

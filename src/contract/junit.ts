export interface JunitCase {
  name: string;
  seconds?: number;
  failure?: string | undefined;
  skipped?: string | undefined;
  /** Lines beside the result. */
  out?: readonly string[];
}

/** The XML of JUnit, which CI servers read. */
export function junitXml(command: string, suites: readonly { name: string; cases: readonly JunitCase[] }[]): string {
  const elements = suites.map(
    ({ name, cases }) =>
      `<testsuite name="${xml(name)}" ${counts(cases)}>\n${cases.map((one) => element(name, one)).join('')}</testsuite>\n`,
  );
  const all = suites.flatMap(({ cases }) => cases);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xml(command)}" ${counts(all)}>
${elements.join('')}</testsuites>
`;
}

function counts(cases: readonly JunitCase[]): string {
  const count = (name: 'failure' | 'skipped') => cases.filter((one) => one[name] !== undefined).length;
  const seconds = cases.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  return `tests="${cases.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`;
}

function element(className: string, { name, seconds = 0, failure, skipped, out = [] }: JunitCase): string {
  const parts = [
    ...(failure === undefined ? [] : [`<failure message="${xml(failure)}">${xml(failure)}</failure>`]),
    ...(skipped === undefined ? [] : [`<skipped message="${xml(skipped)}"/>`]),
    ...(out.length === 0 ? [] : [`<system-out>${xml(out.join('\n'))}</system-out>`]),
  ];
  const opening = `<testcase classname="${xml(className)}" name="${xml(name)}" time="${seconds.toFixed(3)}"`;
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

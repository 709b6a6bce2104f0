import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Evidence, type Verdict } from '../../src/contract/verdicts.js';
import { parsed } from '../../src/contract/shape.js';
import { checker } from '../../src/schema/checker.js';
import { ConfigurationError } from '../../src/schema/configuration-error.js';
import { describeProblem } from '../../src/schema/problems.js';

const check = checker(Evidence);

/** The evidence in a folder. @throws ConfigurationError with the file and every problem. */
export function readEvidence(folder: string): Evidence[] {
  const problems: string[] = [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const found = files.toSorted().flatMap((file) => {
    const checked = check(parsed(readFileSync(join(folder, file), 'utf8')));
    if (checked.ok) return checked.value;
    problems.push(...checked.problems.map((problem) => `${file}: ${describeProblem(problem)}`));
    return [];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return found;
}

/** The verdict of the evidence on each row, such as `confirmed 2026-11-26, 2 accounts`. The latest verdict of an account counts. */
export function standings(evidence: readonly Evidence[]): Record<string, string> {
  const latest = new Map<string, Map<string, { date: string; row: Verdict }>>();
  for (const { account, date, rows } of evidence.toSorted((one, other) => (one.date < other.date ? -1 : 1)))
    for (const row of rows.filter(({ verdict }) => verdict !== 'not probed'))
      latest.set(row.id, (latest.get(row.id) ?? new Map()).set(account, { date, row }));
  const entries = [...latest].map(([id, accounts]): [string, string] => {
    const words = (['contradicted', 'confirmed'] as const).flatMap((verdict) => {
      const said = [...accounts.values()].filter(({ row }) => row.verdict === verdict);
      const last = said.toSorted((one, other) => (one.date < other.date ? -1 : 1)).at(-1);
      if (last === undefined) return [];
      const drift = last.row.verdict === 'contradicted' ? ` (${last.row.drift.join('; ')})` : '';
      return `${verdict} ${last.date}, ${said.length} ${said.length === 1 ? 'account' : 'accounts'}${drift}`;
    });
    return [id, words.join('; ')];
  });
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The module from which the fidelity table takes the verdicts. */
export function verifiedModule(evidence: readonly Evidence[]): string {
  return `/** What the files of \`fixtures/evidence\` say of rows of the fidelity table; \`npm run generate\` writes this file. */
export const VERIFIED: Readonly<Record<string, string>> = ${JSON.stringify(standings(evidence))};\n`;
}

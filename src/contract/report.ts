import { FIDELITY } from '../operations/fidelity.js';
import type { Verdict } from './verdicts.js';

export interface Report {
  against: string;
  profile: string;
  requests: number;
  rows: Verdict[];
}

const behaviours = new Map(FIDELITY.map(({ id, behaviour }) => [id, behaviour]));

/** Writes a report for people, programs or CI servers. */
export function reportAs(format: 'text' | 'json' | 'junit', report: Report): string {
  if (format === 'junit') return asJunit(report);
  return format === 'text' ? asText(report) : `${JSON.stringify(withBehaviours(report), undefined, 2)}\n`;
}

function withBehaviours({ rows, ...report }: Report) {
  return { ...report, rows: rows.map(({ id, ...row }) => ({ id, behaviour: behaviours.get(id), ...row })) };
}

function asText({ against, profile, requests, rows }: Report): string {
  const order = ['confirmed', 'not probed', 'contradicted'] as const;
  const of = (verdict: Verdict['verdict']) => rows.filter((row) => row.verdict === verdict);
  const lines = order.flatMap(of).flatMap((row) => {
    const head = `${row.verdict.padEnd(12)}  ${row.id}: ${behaviours.get(row.id) ?? ''}`;
    if (row.verdict === 'contradicted') return [head, ...row.drift.map((drift) => `              ${drift}`)];
    return [row.verdict === 'confirmed' ? head : `${head} (${row.why})`];
  });
  const counts = order.map((verdict) => `${of(verdict).length} ${verdict}`).join(', ');
  return `${lines.join('\n')}\n\n${against}, profile ${profile}, ${requests} requests: ${counts}\n`;
}

function asJunit({ against, profile, rows }: Report): string {
  const count = (verdict: Verdict['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const cases = rows.map((row) => {
    const start = `    <testcase classname="fidelity.${profile}" name="${xml(`${row.id}: ${behaviours.get(row.id) ?? ''}`)}"`;
    if (row.verdict === 'confirmed') return `${start}/>`;
    const [tag, text] = row.verdict === 'contradicted' ? ['failure', row.drift.join('\n')] : ['skipped', row.why];
    return `${start}>\n      <${tag} message="${xml(text)}"/>\n    </testcase>`;
  });
  const numbers = `tests="${rows.length}" failures="${count('contradicted')}" skipped="${count('not probed')}"`;
  const suite = `  <testsuite name="${xml(`verify ${against}`)}" ${numbers}>\n${cases.join('\n')}\n  </testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}\n</testsuites>\n`;
}

/** As the value of an attribute, without the characters that XML cannot have. */
function xml(text: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '�').toWellFormed();
  return plain.replace(/[&<>"\n\t\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { FIDELITY } from '../operations/fidelity.js';
import { junitXml } from './junit.js';
import type { Evidence, Verdict } from './verdicts.js';

interface VerifyReport extends Pick<Evidence, 'profile' | 'rows'> {
  against: string;
  requests: number;
}

const behaviours = new Map(FIDELITY.map(({ id, behaviour }) => [id, behaviour]));

/** Writes a report for people, programs or CI servers. */
export function reportAs(format: 'text' | 'json' | 'junit', report: VerifyReport): string {
  if (format === 'junit') return asJunit(report);
  if (format === 'text') return asText(report);
  const rows = report.rows.map(({ id, ...row }) => ({ id, behaviour: behaviours.get(id), ...row }));
  return `${JSON.stringify({ ...report, rows }, undefined, 2)}\n`;
}

function asText({ against, profile, requests, rows }: VerifyReport): string {
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

function asJunit({ against, profile, rows }: VerifyReport): string {
  const cases = rows.map((row) => ({
    name: `${row.id}: ${behaviours.get(row.id) ?? ''}`,
    failure: row.verdict === 'contradicted' ? row.drift.join('\n') : undefined,
    skipped: row.verdict === 'not probed' ? row.why : undefined,
  }));
  return junitXml(`verify ${against}`, [{ name: `fidelity.${profile}`, cases }]);
}

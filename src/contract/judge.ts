import { PAGE_SIZE } from '../core/endpoints/list.js';
import type { ProfileName } from '../core/profiles/names.js';
import { dayOf } from '../core/time/calendar.js';
import { FIDELITY, UNVERIFIABLE } from '../operations/fidelity.js';
import type { Verdict } from './verdicts.js';
import { limitFindings } from './limits.js';
import * as probes from './probes.js';
import type { ProbeReply, Settled, VerifyRun } from './probes.js';
import { shadowOf } from './shadow.js';
import { compare, daysIn, listIn, parsed, type Reply } from './shape.js';

/** What the replies say of each row of the profile. */
export function judge(run: VerifyRun, profile: ProfileName): Verdict[] {
  const shadow = shadowOf(run, profile);
  const replies = [...run.asked.values()];
  const settled = [
    ...replies.flatMap((one) => settledIn(one, shadow(one), run, profile)),
    ...limitFindings(run, profile),
  ];
  const shown = (text: string) => run.hide(text).slice(0, 300);
  const whyNot = reasons(run, profile);
  return FIDELITY.filter((row) => row.profile === 'both' || row.profile === profile).map(({ id }) => {
    const findings = settled.filter(([row]) => row === id);
    const drift = findings.flatMap(([, { aspect, found, expected }, request]) =>
      found === expected ? [] : `${request}: ${aspect}: found ${shown(found)}, expected ${shown(expected)}`,
    );
    if (drift.length > 0) return { id, verdict: 'contradicted', drift: [...new Set(drift)].slice(0, 3) };
    if (findings.length > 0) return { id, verdict: 'confirmed' };
    return { id, verdict: 'not probed', why: whyNot.get(id) ?? 'the replies do not settle it' };
  });
}

function settledIn(one: ProbeReply, ours: Reply, run: VerifyRun, profile: ProfileName): Settled[] {
  const { probe, reply } = one;
  const isForbidden = reply.status === 403 && run.forbidden.has(probes.endpointOf(probe));
  const rows = probes.rowsOf(probe, ours.status, isForbidden);
  const findings = compare(reply, ours, dayOf(one.at)).flatMap((finding) =>
    probes.settledBy(finding, rows, profile).map((row): Settled => [row, finding, describeRequest(probe, run)]),
  );
  const isSuccess = reply.status === ours.status && reply.status === 200;
  return isSuccess ? [...findings, ...furtherFindings(one, run, profile)] : findings;
}

/** A request without ids and dates, with the name of its probe, because some differ only by these or by headers. */
export function describeRequest({ name, method, target }: probes.Probe, { hide }: Pick<VerifyRun, 'hide'>): string {
  return `${hide(`${method ?? 'GET'} ${target}`).replace(/\d{4}-\d{2}-\d{2}/g, 'DATE')} (${name})`;
}

/** Why rows are not settled, where that is known. */
function reasons({ asked, skipped, forbidden }: VerifyRun, profile: ProfileName): Map<string, string> {
  const whyNot = new Map<string, string>();
  const refused = [...asked.values()].flatMap(({ probe, reply }) => (reply.status === 403 ? probe : []));
  for (const probe of [...skipped, ...refused.filter((one) => forbidden.has(probes.endpointOf(one)))])
    for (const named of Object.values(probes.rowsOf(probe, 200, false)))
      for (const row of probes.rowsIn(named, profile)) whyNot.set(row, probe.why ?? probes.lacking(probe));
  for (const [why, rows] of Object.entries(probes.UNSETTLED)) for (const row of rows.split(' ')) whyNot.set(row, why);
  return new Map([...whyNot, ...UNVERIFIABLE]);
}

/** What the rows of a reply tell beyond their form, by themselves or beside another reply. */
function furtherFindings(
  { probe, reply }: ProbeReply,
  { facts, asked, hide }: VerifyRun,
  profile: ProfileName,
): Settled[] {
  const body = parsed(reply.text);
  const settle = (row: string, found: number, expected: number, what: string): Settled => {
    const words = (count: number) => `${count} ${what}`;
    return [row, { aspect: 'rows', found: words(found), expected: words(expected) }, describeRequest(probe, { hide })];
  };
  const isFull = probe.name === 'list' && facts.listed >= PAGE_SIZE;
  if (isFull) return [settle('list-page-size', facts.listed, PAGE_SIZE, 'segments on a page')];
  const sizes = (listIn(body, 'data') ?? []).map(({ size }) => size);
  const days = daysIn(body) ?? [];
  if (probe.name === 'window') {
    const longer = parsed(asked.get('newest')?.reply.text ?? '');
    const other = new Map(daysIn(longer)?.map((day, index) => [day, listIn(longer, 'data')?.[index]?.['size']]));
    const differing = days.filter((day, index) => other.has(day) && other.get(day) !== sizes[index]);
    return [settle('windows-agree', differing.length, 0, 'days have another size in a longer window')];
  }
  const isBefore = (index: number) => (days[index] as number) < (facts.created ?? 0);
  // A segment that is empty on its first days tells nothing.
  const isTelling = sizes.every(Number.isFinite) && sizes.some((size, index) => size !== 0 && !isBefore(index));
  if (probe.name !== 'creation' || !isTelling) return [];
  const before = sizes.filter((_, index) => isBefore(index));
  const zeros = before.filter((size) => size === 0).length;
  const sized = settle('no-day-before-creation', before.length - zeros, 0, 'days with a size before the creation');
  if (profile === 'documented')
    return [sized, settle('missing-day-left-out', zeros, 0, 'days of size 0 before the creation')];
  return zeros === 0 ? [sized] : [sized, ['missing-day-zero', sized[1], sized[2]]];
}

import { randomUUID, scryptSync } from 'node:crypto';
import type { Static } from '@sinclair/typebox';
import { ProfileName } from '../core/profiles/names.js';
import { dayOf, formatDay, midnight, parseHttpDate, parseInstant } from '../core/time/calendar.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { Braze } from './braze.js';
import { API_KEY_FILE, readApiKey, ServerUrl } from './connection.js';
import { ACCOUNT, type Evidence, type Verdict } from './verdicts.js';
import { Failure } from '../system/failure.js';
import type { ContractIo } from './io.js';
import { judge, describeRequest } from './judge.js';
import { OUTPUT, refuseExisting, writeOutput, writeWhole } from './output.js';
import { endpointOf, type AccountFacts, type Probe, type ProbeReply, PROBES, type VerifyRun } from './probes.js';
import { redactorOf } from './redact.js';
import { reportAs } from './report.js';
import { daysIn, formOf, headerForms, listIn, parsed, wordsIn } from './shape.js';

export const VerifyOptions = exactly({
  against: ServerUrl('Base URL of the server to compare with.'),
  ...optional({
    profile: Field.of(
      ProfileName,
      'The profile whose behaviour is verified. Default: the one that the replies contradict less.',
    ),
  }),
  format: Field.oneOf(['text', 'json', 'junit'], 'Format of the report.', { default: 'text' }),
  ...optional({
    segment: Field.nonEmpty(
      'Segment to probe. Default: the first listed with analytics tracking.',
      'the id of a segment',
      { maxLength: 256 },
    ),
    write: Field.nonEmpty('File for the evidence, without keys, ids, names and sizes.', 'the path of a file'),
    account: Field.text('Name of the account in the evidence. Default: a salted hash of host and API key.', ACCOUNT),
  }),
  force: OUTPUT.force,
  ...API_KEY_FILE,
});
export type VerifyOptions = Static<typeof VerifyOptions>;

/** Days between the newest day and the server's `date` that processing and time zones explain. */
const MOST_DAYS_OFF = 2;
const NOON = 43_200_000;

/** Requests besides those of the probes, for what is to be tried again. */
const MOST_RETRIES = 15;

/** Compares a server with the fidelity table. Returns whether nothing contradicts it. */
export async function verify(options: VerifyOptions, io: ContractIo): Promise<boolean> {
  const { format, write, force, against } = options;
  refuseExisting({ ...(write !== undefined && { out: write }), force }, '--write');
  const apiKey = readApiKey(options.apiKeyFile, io);
  const run = await askAll(options, apiKey, io);
  const profiles: ProfileName[] = options.profile === undefined ? ['observed', 'documented'] : [options.profile];
  const judged = profiles.map((profile) => ({ profile, rows: judge(run, profile) }));
  const { profile, rows } = judged.reduce((best, one) => (drifts(one.rows) < drifts(best.rows) ? one : best));
  const { origin } = new URL(against);
  const redact = redactorOf(apiKey);
  const report = { against: origin, profile, requests: run.asked.size, rows };
  await writeOutput(redact(reportAs(format, report)), { force: false }, io.stdout);
  if (write !== undefined) {
    const account = options.account ?? scryptSync(apiKey, `braze-segments-mock ${origin}`, 8).toString('hex');
    const replies = Array.from(run.asked.values(), (one) => kept(one, run));
    const evidence: Evidence = { account, date: formatDay(dayOf(io.now())), profile, rows, replies };
    writeWhole(write, redact(`${JSON.stringify(evidence, undefined, 2)}\n`), force);
  }
  return drifts(rows) === 0;
}

/** How many rows are contradicted. */
const drifts = (rows: readonly Verdict[]) => rows.filter(({ verdict }) => verdict === 'contradicted').length;

/** Sends the probes, one after the other. */
async function askAll({ against, segment }: VerifyOptions, apiKey: string, io: ContractIo): Promise<VerifyRun> {
  const braze = new Braze(against, apiKey, PROBES.length + MOST_RETRIES, io);
  const ours = { apiKey, unknown: randomUUID(), today: dayOf(io.now()), offset: 0 };
  const facts: AccountFacts = { ...ours, tracked: segment, listed: 0, etag: '*' };
  const [asked, skipped] = [new Map<string, ProbeReply>(), [] as Probe[]];
  const [forbidden, allowed] = [new Set<string>(), new Set<string>()];
  for (const make of PROBES) {
    const probe = make(facts);
    const path = endpointOf(probe);
    const { target, method, headers = { authorization: `Bearer ${apiKey}` } } = probe;
    const isOurs = headers['authorization']?.endsWith(apiKey) === true;
    if (probe.why !== undefined || (isOurs && forbidden.has(path))) {
      skipped.push(probe);
      continue;
    }
    io.progress(`${asked.size + 1} of at most ${PROBES.length}: ${probe.name}`);
    const reply = await braze.ask(target, headers, method);
    const at = parseHttpDate(reply.headers.date ?? '') ?? io.now();
    const one = { probe, headers, reply: { ...reply, text: reply.body.toString('utf8') }, at };
    asked.set(probe.name, one);
    if (isOurs) (reply.status === 403 && !allowed.has(path) ? forbidden : allowed).add(path);
    if (probe.name === 'newest' && segment !== undefined && ![200, 403].includes(reply.status))
      throw new Failure(`--segment ${segment} was answered ${reply.status}; name one with analytics tracking`);
    learn(facts, one, against, io);
  }
  for (const one of asked.values()) one.at += facts.offset;
  return { facts, asked, skipped, forbidden, hide: accountRedactor(facts) };
}

/** Takes what further probes need from a reply. @throws Failure if nothing can be probed. */
function learn(facts: AccountFacts, { probe, reply, at }: ProbeReply, against: string, io: ContractIo): void {
  const body = parsed(reply.text);
  if (probe.name === 'list') {
    if (typeof body === 'symbol' || reply.status === 401) {
      const hint = reply.status === 401 ? 'the instance of the API key' : 'a REST host of Braze';
      const what = `${reply.status} with ${formOf(body)}`;
      throw new Failure(`GET ${probe.target} of ${new URL(against).origin} was answered ${what}; is this ${hint}?`);
    }
    const segments = (reply.status === 200 && listIn(body, 'segments')) || [];
    const [tracked, untracked] = [true, false].map(
      (isTracked) => segments.find((one) => (one['analytics_tracking_enabled'] !== false) === isTracked)?.['id'],
    );
    const idOf = (id: unknown) => (typeof id === 'string' ? id : undefined);
    facts.tracked ??= idOf(tracked);
    Object.assign(facts, { today: dayOf(at), listed: segments.length, untracked: idOf(untracked) });
  } else if (probe.name === 'details') {
    const created = parseInstant(String((body as Record<string, unknown> | null)?.['created_at']));
    facts.created = created === undefined ? undefined : dayOf(created);
  } else if (probe.name === 'window') {
    facts.etag = String(reply.headers['etag'] ?? '*');
  } else if (probe.name === 'newest') {
    const newest = Math.max(...(daysIn(body) ?? []));
    // A mock can have a clock of its own.
    if (!Number.isFinite(newest) || Math.abs(newest - facts.today) <= MOST_DAYS_OFF) return;
    Object.assign(facts, { today: newest, offset: midnight(newest) + NOON - at });
    io.note(`the newest day of the server is ${formatDay(newest)}: its clock is taken to be there`);
  }
}

/** Hides what texts quote of the account and of the probes. */
function accountRedactor({ apiKey, tracked, untracked, unknown }: AccountFacts): (text: string) => string {
  const redact = redactorOf(apiKey);
  const names = Object.entries({ SEGMENT: tracked, UNTRACKED: untracked, UNKNOWN: unknown });
  const patterns = names.flatMap(([name, id]) =>
    id === undefined ? [] : [id, encodeURIComponent(id)].map((text): [RegExp, string] => [wholeWord(text), name]),
  );
  return (text) => redact(patterns.reduce((hidden, [pattern, name]) => hidden.replace(pattern, name), text));
}

function wholeWord(text: string): RegExp {
  return new RegExp(`(?<![\\w-])${text.replace(/\W/g, String.raw`\$&`)}(?![\\w-])`, 'g');
}

/** A reply as evidence keeps it: forms, and the words of refusals. */
function kept({ probe, reply }: ProbeReply, run: Pick<VerifyRun, 'hide'>): Evidence['replies'][number] {
  const body = parsed(reply.text);
  const words = reply.status >= 400 ? ` ${run.hide(wordsIn(body) ?? '')}` : '';
  const request = describeRequest(probe, run);
  return { request, status: reply.status, headers: headerForms(reply), body: `${formOf(body)}${words}`.slice(0, 1000) };
}

import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { requestOf } from '../core/exchanges/fixture.js';
import { EntryView } from '../core/journal/entry.js';
import { formatInstant, parseInstant } from '../core/time/calendar.js';
import { FixtureFile, WorkspaceName } from '../core/workspaces/fixture.js';
import { loadFixtureFiles } from '../fixtures/load.js';
import { parse } from '../fixtures/parse.js';
import { checker } from '../schema/checker.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { show } from '../schema/problems.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { ServerUrl } from './connection.js';
import { Failure } from '../system/failure.js';
import { harOf, type HttpMessagePair, pairOfEntry } from './har.js';
import type { ContractIo } from './io.js';
import { OUTPUT, refuseExisting, writeOutput } from './output.js';
import { redactorOf } from './redact.js';
import { Upstream } from './upstream.js';

export const ExportOptions = exactly({
  to: Field.oneOf(['fixture', 'har', 'schema'], 'What to write; `schema` is the JSON Schema of fixtures.'),
  ...optional({
    url: ServerUrl('URL of the mock to read, without a base path.'),
    workspace: Field.of(WorkspaceName, 'Workspace to read. Default: `default`, or the first one.'),
    exchanges: Field.nonEmpty('Folder of exchanges, for --to har.', 'the path of a folder'),
  }),
  ...OUTPUT,
});
export type ExportOptions = Static<typeof ExportOptions>;

const DEFAULT_SEED = 'braze-segments-mock';
/** Of a reply: a journal alone may take 64 MiB in memory. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Writes a workspace of a running mock, or a folder of exchanges, in a format that other tools read. */
export async function exportTo(options: ExportOptions, io: ContractIo): Promise<void> {
  refuseCombination(options);
  refuseExisting(options);
  await writeOutput(`${JSON.stringify(await exportedContent(options, io), undefined, 2)}\n`, options, io.stdout);
}

function refuseCombination({ to, url, workspace, exchanges }: ExportOptions): void {
  const sources = [url === undefined ? [] : '--url', exchanges === undefined ? [] : '--exchanges'].flat();
  const possible: string[] = { fixture: ['--url'], har: ['--url', '--exchanges'], schema: [] }[to];
  const problems = sources
    .filter((source) => !possible.includes(source))
    .map((source) => `${source}: not used by --to ${to}`);
  if (possible.length > 0 && sources.length !== 1 && problems.length === 0)
    problems.push(`--to ${to}: found ${sources.join(' and ') || 'no source'}, expected ${possible.join(' or ')}`);
  if (workspace !== undefined && url === undefined) problems.push('--workspace: only used with --url');
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `${problem}; see --help`));
}

async function exportedContent({ to, url, workspace, exchanges }: ExportOptions, io: ContractIo): Promise<object> {
  if (to === 'schema') return (await import('../../fixtures/schema.json', { with: { type: 'json' } })).default;
  if (url === undefined) return harOf(exchangesAt(exchanges ?? '', io.note));
  const get = controlOf(url, io);
  const { seed } = await get('/version', VersionReply);
  const names = (await get('/workspaces', WorkspacesReply)).workspaces.map(({ name }) => name);
  const name = workspace ?? (names.includes('default') ? 'default' : names[0]) ?? '';
  if (!names.includes(name)) throw new Failure(`unknown workspace ${show(name)}; known: ${names.join(', ')}`);
  if (to === 'fixture') return fixtureWithoutKeys(await get(`/workspaces/${name}/fixture`, FixtureFile), seed, io.note);
  const { requests } = await get(`/workspaces/${name}/requests`, RequestsReply);
  const ended = requests.filter(({ outcome }) => outcome !== 'pending');
  return harOf(ended.toReversed().map((entry) => pairOfEntry(url, entry)));
}

const VersionReply = Type.Object({ version: Type.String(), seed: Type.String() });
const WorkspacesReply = Type.Object({ workspaces: Type.Array(Type.Object({ name: WorkspaceName })) });
const RequestsReply = Type.Object({ requests: Type.Array(EntryView) });

/** Reads the control API of a mock. */
function controlOf(url: string, { environment, signal }: ContractIo) {
  const token = environment['BRAZE_MOCK_CONTROL_TOKEN'];
  const upstream = new Upstream(url, signal, { timeoutMs: 60_000, bytes: MOST_BYTES });
  return async <S extends TSchema>(path: string, schema: S): Promise<Static<S>> => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { status, body } = await upstream.get(`/__mock${path}`, headers);
    if (status === 401) throw new Failure(`${url} expects its --control-token in BRAZE_MOCK_CONTROL_TOKEN`);
    const text = body.toString('utf8');
    const checked = checker(schema)(parse('reply.json', text).document);
    if (status === 200 && checked.ok) return checked.value;
    const shown = redactorOf(token ?? 'none')(text).slice(0, 200);
    throw new Failure(`${url} is not a mock of this version: GET /__mock${path} was answered ${status}: ${shown}`);
  };
}

/** A fixture without its API keys; the server that loads it makes one up. */
function fixtureWithoutKeys({ workspaces }: FixtureFile, seed: string, note: ContractIo['note']): object {
  const keys = workspaces.flatMap(({ apiKeys = [] }) => apiKeys.map(({ key }) => key.replaceAll('$${', () => '${')));
  const text = JSON.stringify({ workspaces: workspaces.map(({ apiKeys: _keys, ...workspace }) => workspace) });
  note(`without its API keys (${keys.length}); a mock that loads it makes one up`);
  if (seed !== DEFAULT_SEED) note(`a mock answers the same generated sizes with --seed ${show(seed)}`);
  return JSON.parse(keys.reduce((inner, key) => redactorOf(key)(inner), text)) as object;
}

/** The exchanges of a folder, oldest first. @throws ConfigurationError with the problems of every file. */
function exchangesAt(folder: string, note: ContractIo['note']): HttpMessagePair[] {
  const loaded = loadFixtureFiles(folder).flatMap(({ exchanges }) => exchanges);
  if (loaded.length === 0) throw new ConfigurationError([`--exchanges: found no exchange in ${folder}, expected one`]);
  const pairs = loaded.flatMap(({ file, exchange }) => {
    const { class: evidence, provenance, recorded, replay } = exchange;
    const { host, date = '' } = (provenance ?? {}) as Partial<Record<string, string>>;
    const { status, headers = {}, body } = recorded;
    if (status === undefined) note(`${file}: left out, because the status of its reply is not known`);
    const { method, target } = requestOf(exchange);
    // Where no host is known, the address of a mock with the default settings: tools can send the request there.
    const isOther = host !== undefined && !/^(?:localhost|127\.|\[::1])/.test(host);
    const url = new URL(target, isOther ? `https://${host}` : `http://${host ?? '127.0.0.1:27293'}`);
    const sent = evidence === 'sibling' ? undefined : replay?.request.headers;
    const at = formatInstant(parseInstant(date) ?? 0);
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const pair = { at, method, url, headers: sent ?? {}, replyHeaders: headers, body: text, comment: evidence };
    return status === undefined ? [] : [{ ...pair, status }];
  });
  return pairs.toSorted((one, other) => (one.at < other.at ? -1 : 1));
}

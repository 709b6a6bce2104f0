import { JOURNAL_BYTES } from '../../src/core/journal/journal.js';
import { type Apart, startApart } from '../support/apart.js';
import { call } from '../support/server.js';
import { abandon, CLOSING_OUTCOMES, PIPELINED_OUTCOMES, reset, send, sendAlone, workspaces } from './outcomes.js';
import { mebibytes, type Report } from './report.js';

/** Limit of the bytes of an entry with any outcome, and of one that quotes much of its request. */
const MOST_AN_ENTRY = 0.7 * 1024;
const MOST_OF_A_LONG_ENTRY = 1024;
const LONG = new Set([
  'success with warnings',
  'a segment_id of 257 characters',
  'an ending_at to come',
  'three bad parameters',
]);
/** Compiled code, caches, and memory not yet collected. */
const TOLERANCE = 8 * 1024 * 1024;
const WORKSPACES = 100;

/** Sends an amount of requests, to all workspaces in turn. */
type Load = (server: Apart, amount: number) => Promise<void>;

const inTurn = (request: (workspace: number) => string) => (index: number) => request(index % WORKSPACES);

const LOADS: [name: string, load: Load][] = [
  ...[...PIPELINED_OUTCOMES].map(([name, request]): [string, Load] => [
    name,
    (server, amount) => send(server, amount, inTurn(request)),
  ]),
  ...[...CLOSING_OUTCOMES].map(([name, request]): [string, Load] => [
    name,
    (server, amount) => sendAlone(server, amount, inTurn(request)),
  ]),
  ['no answer', abandon],
];

/** The journals of 100 workspaces full of each outcome in turn: bytes an entry, before anything is forgotten. */
export async function* outcomeTrials(entries: number): AsyncGenerator<Report> {
  // Requests without a workspace share one journal.
  const server = await startApart({ settings: { journalSize: entries }, workspaces: workspaces(WORKSPACES) });
  try {
    for (const [name, load] of LOADS) {
      await load(server, WORKSPACES * 10);
      await reset(server);
      const before = await server.settled();
      await load(server, entries);
      const { bytes } = await server.settled();
      const journal = await journalOf(server);
      const measured = Math.round((bytes - before.bytes) / journal.entries);
      const most = LONG.has(name) ? MOST_OF_A_LONG_ENTRY : MOST_AN_ENTRY;
      const estimated = Math.round(journal.bytes / journal.entries);
      yield {
        name: `an entry of ${name}`,
        measured: `${measured} bytes, estimated ${estimated}`,
        problems: [
          ...(journal.entries === entries ? [] : [`${journal.entries} entries instead of ${entries}`]),
          ...(measured <= most ? [] : [`more than ${most}`]),
          ...(measured <= estimated ? [] : ['more than estimated']),
        ],
      };
      await reset(server);
    }
  } finally {
    await server.stop();
  }
}

/** The memory of many full journals, or a large one, and after as many requests again. */
export async function plateauTrials(): Promise<Report[]> {
  return [
    await plateau('100 workspaces at the default size', 1000, 200_000),
    await plateau('100 workspaces with --journal-size 1000000', 1_000_000, 200_000),
  ];
}

async function plateau(name: string, journalSize: number, amount: number): Promise<Report> {
  const server = await startApart({ settings: { journalSize }, workspaces: workspaces(WORKSPACES) });
  // In the same order each time: the last outcomes fill the same share of the journals.
  const mixed = async (all: number) => {
    for (const [, load] of LOADS) await load(server, Math.ceil(all / LOADS.length / WORKSPACES) * WORKSPACES);
  };
  try {
    await mixed(LOADS.length * WORKSPACES);
    await reset(server);
    const before = await server.settled();
    const grown: number[] = [];
    const counted: number[] = [];
    for (let again = 0; again < 3; again++) {
      await mixed(amount / 2);
      grown.push((await server.settled()).bytes - before.bytes);
      counted.push((await journalOf(server)).bytes);
    }
    const [, second = 0, third = 0] = grown;
    return {
      name: `${1.5 * amount} requests into ${name}`,
      measured: `${grown.map(mebibytes).join(', then ')}; estimated ${counted.map(mebibytes).join(', then ')}`,
      problems: [
        ...grown.filter((bytes) => bytes > JOURNAL_BYTES + TOLERANCE).map(mebibytes),
        ...counted.filter((bytes) => bytes > JOURNAL_BYTES).map((bytes) => `estimated ${mebibytes(bytes)}`),
        ...(third <= second + TOLERANCE ? [] : [`${mebibytes(third - second)} more at the end`]),
      ],
    };
  } finally {
    await server.stop();
  }
}

/** The journals, as the health endpoint shows them. */
async function journalOf({ url }: Apart): Promise<{ entries: number; bytes: number }> {
  const { body } = await call(`${url}/__mock/health?verbose`, { headers: { connection: 'close' } });
  return (body as { journal: { entries: number; bytes: number } }).journal;
}

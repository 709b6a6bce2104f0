/** Requests ten million windows each from the mock and bare Fastify, and prints their memory. */
import { parseArgs } from 'node:util';
import { median } from '../support/statistics.js';
import { circumstances } from './circumstances.js';
import { expectFullJournal } from './journal.js';
import { FULL, Lab } from './lab.js';
import { hasWrk, type LoadTool } from './load.js';
import type { Server } from './server.js';
import * as cells from './table.js';
import { type Asked, HOT, NEVER_ASKED } from './windows.js';

const HELP = `Usage: npm run bench:soak -- [options]

  --requests <n>  Requests to each server; default 10000000
  --autocannon    Load with autocannon, even where wrk is there
`;

/** Seconds of load between measurements, and between turns of the mock and bare Fastify. */
const SLICE = 5;
/** Limit of the growth from the median of the second fifth to that of the last one, in MB: a heap fluctuates. */
const FLAT = 10;
const MEMORY_LIMIT = 40;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    requests: { type: 'string', default: '10000000' },
    autocannon: { type: 'boolean' },
  },
});
const wanted = Number(values.requests);
if (values.help === true || !Number.isInteger(wanted) || wanted < 1) {
  process.stdout.write(HELP);
  process.exit(values.help === true ? 0 : 2);
}
const tool: LoadTool = hasWrk && values.autocannon !== true ? 'wrk' : 'autocannon';
const lab = new Lab(tool, FULL);

/** A server under load. */
interface Soaked {
  server: Server;
  /** Loaded in turns. */
  asked: Asked[];
  requests: number;
  samples: { requests: number; resident: number }[];
}

const { mock, bare } = await lab.pair();
const soaked = {
  mock: { server: mock, asked: [HOT, NEVER_ASKED], requests: 0, samples: [] } as Soaked,
  bare: { server: bare, asked: [HOT], requests: 0, samples: [] } as Soaked,
};
for (let slice = 1; Object.values(soaked).some(({ requests }) => requests < wanted); slice++) {
  for (const one of Object.values(soaked)) {
    if (one.requests < wanted) await soak(one, slice);
  }
  lab.tell(Object.values(soaked).map(progress).join(' · '));
}
const rows = [...fifths(), limitRow(), flatRow(soaked.mock)];
await expectFullJournal(mock);
process.stdout.write(`${circumstances(tool)}\n\n${cells.table(rows)}`);
await lab.stopPair();

async function soak(one: Soaked, slice: number): Promise<void> {
  const asked = one.asked[slice % one.asked.length] as Asked;
  one.requests += (await lab.measure(one.server, asked, SLICE, slice)).requests;
  one.samples.push({ requests: one.requests, resident: one.server.usage().resident });
}

function progress({ server, requests, samples }: Soaked): string {
  return `${server.name}: ${cells.whole(requests)} requests, ${cells.megabytes(samples.at(-1)?.resident ?? NaN)}`;
}

/** The median of the memory in a fifth of the requests, counted from 1. */
function fifth({ samples, requests }: Soaked, number: number): number {
  const within = samples.filter((sample) => Math.ceil((sample.requests / requests) * 5) === number);
  return within.length === 0 ? NaN : median(within.map(({ resident }) => resident));
}

function fifths(): cells.Row[] {
  return [1, 2, 3, 4, 5].map((number) => row(`resident, fifth ${number} of ${cells.whole(wanted)} requests`, number));
}

function limitRow(): cells.Row {
  const more = fifth(soaked.mock, 5) - fifth(soaked.bare, 5);
  return {
    ...row(`resident after ${cells.whole(wanted)} requests, journal full`, 5),
    ...cells.atMost(MEMORY_LIMIT, more, { unit: ' MB' }),
  };
}

function row(figure: string, number: number): cells.Row {
  const [ours, theirs] = [fifth(soaked.mock, number), fifth(soaked.bare, number)];
  return {
    figure,
    mock: cells.megabytes(ours),
    beside: `bare Fastify ${cells.megabytes(theirs)}`,
    compared: cells.difference(ours - theirs),
    ...cells.FOR_YOUR_INFORMATION,
  };
}

function flatRow(one: Soaked): cells.Row {
  const growth = fifth(one, 5) - fifth(one, 2);
  return {
    figure: 'flat: the last fifth beside the second',
    mock: cells.megabytes(fifth(one, 5)),
    beside: cells.megabytes(fifth(one, 2)),
    compared: cells.difference(growth),
    ...cells.atMost(FLAT, growth, { unit: ' MB' }),
  };
}

/** Measures the speed and memory figures of the README, and prints them as one table. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { besidePeers } from './beside-peers.js';
import { circumstances } from './circumstances.js';
import { temporaryFolder } from './cleanup.js';
import { commands } from './commands.js';
import { growth } from './growth.js';
import { FULL, Lab, QUICK } from './lab.js';
import { library } from './library.js';
import { hasWrk, type LoadTool } from './load.js';
import { npx } from './npx.js';
import { speedCode } from './speed-code.js';
import { start } from './start.js';
import { type Row, table } from './table.js';
import { throughput } from './throughput.js';

const HELP = `Usage: npm run bench -- [options]

  --quick            Shorter and rougher, in less than two minutes instead of five
  --only <part>      throughput, start, library, peers, growth or speed-code; may be repeated
  --no-peers         Leave out the other mock servers
  --packages <path>  Keep the packages of the peers there for the next run; else a temporary folder
  --autocannon       Load with autocannon, even where wrk is there
`;

/** In this order, because later parts reuse the servers of earlier ones. */
const PARTS = ['throughput', 'peers', 'growth', 'start', 'library', 'speed-code'] as const;
type Part = (typeof PARTS)[number];

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    quick: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    peers: { type: 'boolean', default: true },
    packages: { type: 'string' },
    autocannon: { type: 'boolean' },
  },
  allowNegative: true,
});
if (values.help === true) {
  process.stdout.write(HELP);
  process.exit();
}
const unknown = (values.only ?? []).filter((name) => !PARTS.includes(name as Part));
if (unknown.length > 0) {
  process.stderr.write(`error: --only ${unknown.join(', ')}: expected one of ${PARTS.join(', ')}\n`);
  process.exit(2);
}

const tool: LoadTool = hasWrk && values.autocannon !== true ? 'wrk' : 'autocannon';
const lab = new Lab(tool, values.quick === true ? QUICK : FULL);
const packages = values.packages ?? join(temporaryFolder(), 'packages');
const run: Record<Part, () => Promise<Row[]>> = {
  throughput: () => throughput(lab),
  peers: () => besidePeers(lab, packages),
  growth: () => growth(lab),
  start: async () => [...(await start(lab)), ...(await commands(lab)), ...(await npx(lab))],
  library: () => library(lab),
  'speed-code': () => speedCode(lab),
};

const began = performance.now();
const rows: Row[] = [];
for (const part of PARTS) {
  if (values.only?.includes(part) === false || (part === 'peers' && !values.peers)) continue;
  if (part === 'start' || part === 'library') await lab.stopPair();
  rows.push(...(await run[part]()));
}
process.stdout.write(`${circumstances(tool)}\n\n${table(rows)}`);
lab.tell(`took ${((performance.now() - began) / 1000).toFixed(0)} s`);
await lab.stopPair();

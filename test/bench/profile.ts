/** Prints where the mock and bare Fastify spend their time on a request, from CPU profiles taken under load. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { circumstances } from './circumstances.js';
import { temporaryFolder } from './cleanup.js';
import { type CpuProfile, type Hotspot, hotspotsOf, ownersOf, sourcesNamedIn } from './hotspots.js';
import { FULL, Lab } from './lab.js';
import { hasWrk } from './load.js';
import { type NodeOptions, type Server, startBare, startMock } from './server.js';
import { type Asked, HOT, NEVER_ASKED } from './windows.js';

const HELP = `Usage: npm run bench:profile -- [options]

  --seconds <n>    Seconds of load on each; default 10
  --functions <n>  Functions to name of each; default 25
`;

/** The minimum share of the total to list an owner. */
const NOTEWORTHY = 0.005;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    seconds: { type: 'string', default: '10' },
    functions: { type: 'string', default: '25' },
  },
});
if (values.help === true) {
  process.stdout.write(HELP);
  process.exit();
}
const tool = hasWrk ? 'wrk' : 'autocannon';
const lab = new Lab(tool, FULL);
const sources = sourcesNamedIn((url) => readFileSync(new URL(url), 'utf8'));
const body = (await lab.body()).file;

process.stdout.write(
  `${circumstances(tool)}\nMicroseconds a request, once warm: each function's own time, not that of what it calls.\n`,
);
await profile('mock, hot windows', HOT, (options) => startMock(lab.fixture, options));
await profile('mock, new windows', NEVER_ASKED, (options) => startMock(lab.fixture, options));
await profile('bare Fastify', HOT, (options) => startBare(body, options));

async function profile(title: string, asked: Asked, start: (options: NodeOptions) => Promise<Server>): Promise<void> {
  lab.tell(title);
  const folder = join(temporaryFolder(), title.replaceAll(/\W+/g, '-'));
  mkdirSync(folder);
  const began = performance.now();
  const server = await start({ node: ['--cpu-prof', '--cpu-prof-dir', folder] });
  await lab.warm(server, asked);
  const warm = (performance.now() - began) * 1000;
  const { requests } = await lab.measure(server, asked, Number(values.seconds), 1);
  await server.stop();
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error(`${title}: Node wrote no profile`);
  const hotspots = hotspotsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, sources, warm);
  process.stdout.write(`\n## ${title}: ${requests} requests\n\n${report(hotspots, requests)}`);
}

function report(hotspots: readonly Hotspot[], requests: number): string {
  const total = hotspots.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const line = (microseconds: number, name: string) =>
    `${(microseconds / requests).toFixed(2).padStart(8)}  ${((microseconds / total) * 100).toFixed(1).padStart(5)} %  ${name}\n`;
  const owners = [...ownersOf(hotspots)]
    .filter(([, microseconds]) => microseconds >= total * NOTEWORTHY)
    .map(([owner, microseconds]) => line(microseconds, owner));
  const functions = hotspots
    .slice(0, Number(values.functions))
    .map(({ owner, name, microseconds }) => line(microseconds, `${name} (${owner})`));
  return `${line(total, 'all')}\n${owners.join('')}\n${functions.join('')}`;
}

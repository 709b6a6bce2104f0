import { parseArgs } from 'node:util';
import { endAmidDribbles, endUnderLoad, type Ending } from './sigterm.js';
import { TRIALS, returns } from './memory.js';
import { outcomeTrials, plateauTrials } from './full-journals.js';
import { listenerTrials } from './listeners.js';
import { estimateTrials, readingTrial, survivalTrial } from './refusals.js';
import { mebibytes, type Report } from './report.js';

const HELP = `npm run stress [-- <trial>… [--times <number>] [--entries <number>] [--amount <number>]]

Trials, all of them unless some are named:
  sigterm    SIGTERM under load: nothing that was read is lost, and the process is gone within a second
  dribbles   SIGTERM amid a thousand dribbled replies: all arrive whole, and the process is gone within a second
  memory     bytes of an entry with each outcome, 100 workspaces full of them, and what loads leave behind
  refusals   bytes of large entries; reading a full journal, and a million refusals, with a heap of 256 MB
  listeners  what 1,000 listeners to a journal cost, compared to one

  --times    how often each SIGTERM is tried (default: 20)
  --entries  how many entries are kept of each outcome (default: 20000)
  --amount   how many refusals the small heap must survive (default: 1000000)
`;
const TRIAL_NAMES = new Set(['sigterm', 'dribbles', 'memory', 'refusals', 'listeners']);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '20' },
    entries: { type: 'string', default: '20000' },
    amount: { type: 'string', default: '1000000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const wanted = (what: string) => positionals.length === 0 || positionals.includes(what);
const unknown = positionals.filter((what) => !TRIAL_NAMES.has(what));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) print(`unknown: ${unknown.join(', ')}\n`);
  print(HELP);
  process.exit(values.help ? 0 : 2);
}

const times = Number(values.times);
let failures = 0;
if (wanted('sigterm')) failures += await sigterm('under load', endUnderLoad);
if (wanted('dribbles')) failures += await sigterm('amid dribbles', endAmidDribbles);
if (wanted('memory')) failures += await memory(Number(values.entries));
if (wanted('refusals')) failures += await refusals(Number(values.amount));
if (wanted('listeners')) failures += await reportAll(await listenerTrials());
process.exitCode = failures === 0 ? 0 : 1;

async function sigterm(when: string, end: () => Promise<Ending>): Promise<number> {
  const took: number[] = [];
  let passed = 0;
  let answered = 0;
  for (let time = 1; time <= times; time++) {
    const ending = await end();
    took.push(ending.milliseconds);
    answered += ending.answered;
    const problems = [
      ...ending.losses,
      ...(ending.code === 0 ? [] : [`exit code ${ending.code}`]),
      ...(ending.milliseconds < 1000 ? [] : [`${Math.round(ending.milliseconds)} ms`]),
    ];
    if (problems.length === 0) passed++;
    else print(`SIGTERM ${when}, ${time}: ${problems.join('; ')}`);
  }
  const sorted = took.toSorted((one, other) => one - other);
  const at = (share: number) =>
    `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)} ms`;
  print(
    `SIGTERM ${when}: ${passed} of ${times} lost nothing and exited 0 within a second, ${answered} requests answered`,
  );
  print(`exit after: shortest ${at(0)}, median ${at(0.5)}, nine of ten ${at(0.9)}, longest ${at(1)}`);
  return times - passed;
}

async function memory(entries: number): Promise<number> {
  let failed = await reportAll(outcomeTrials(entries));
  failed += await reportAll(await plateauTrials());
  for (const trial of TRIALS) {
    const { grown, tolerance, problems } = await returns(trial);
    const measured = `${mebibytes(grown)} more than before, ${mebibytes(tolerance)} allowed`;
    failed += await reportAll([{ name: `memory after ${trial.name}`, measured, problems }]);
  }
  return failed;
}

async function refusals(amount: number): Promise<number> {
  let failed = await reportAll(await estimateTrials());
  failed += await reportAll([await readingTrial()]);
  failed += await reportAll([await survivalTrial(amount)]);
  return failed;
}

/** Prints reports; returns the number of those that failed. */
async function reportAll(reports: Iterable<Report> | AsyncIterable<Report>): Promise<number> {
  let failed = 0;
  for await (const { name, measured, problems } of reports) {
    print(`${name}: ${measured}${problems.length === 0 ? '' : `; FAILED: ${problems.join('; ')}`}`);
    if (problems.length > 0) failed++;
  }
  return failed;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

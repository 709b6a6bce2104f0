import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { onServerCore } from './cores.js';
import type { Lab } from './lab.js';
import { inTurns, medianOf, ratioOf } from './measure.js';
import { startMock } from './server.js';
import * as cells from './table.js';

/** Limit: the time of a command relative to that of Node without a program. */
const TIMES = 1.5;

/** Measures the commands that start no mock, beside `node -e 0`. */
export async function commands(lab: Lab): Promise<cells.Row[]> {
  const runs = lab.effort.starts;
  lab.tell(`commands: ${runs} runs each, in turn`);
  const server = await startMock(lab.fixture);
  const { port } = new URL(server.url);
  const ours = { help: ['--help'], version: ['--version'], healthcheck: ['healthcheck', '--port', port] };
  const turn = (words: readonly string[]) => () => Promise.resolve(milliseconds([process.execPath, ...words]));
  const { bare, ...times } = await inTurns(runs, {
    bare: turn(['-e', '0']),
    help: turn(['dist/cli.js', ...ours.help]),
    version: turn(['dist/cli.js', ...ours.version]),
    healthcheck: turn(['dist/cli.js', ...ours.healthcheck]),
  });
  await server.stop();
  return (Object.keys(ours) as (keyof typeof ours)[]).map((name) => {
    const compared = ratioOf(times[name], bare, (one) => one);
    return {
      figure: `command ${ours[name][0]}`,
      mock: cells.milliseconds(medianOf(times[name], (one) => one)),
      beside: `node -e 0 ${cells.milliseconds(medianOf(bare, (one) => one))}`,
      compared: cells.ratio(compared),
      ...cells.atMost(TIMES, compared.median),
    };
  });
}

function milliseconds(command: readonly string[]): number {
  const [program = '', ...args] = onServerCore(command);
  const from = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} exited with ${status}: ${stderr}`);
  return performance.now() - from;
}

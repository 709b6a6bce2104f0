import { median } from '../support/statistics.js';
import { load, type LoadTool, type Seen } from './load.js';
import type { Server } from './server.js';
import type { Asked } from './windows.js';

export interface Measured extends Seen {
  perSecond: number;
  /** CPU time per request in microseconds; hardly affected by other load on the machine. */
  cpu: number;
  /** The share of a core that the server used. */
  busy: number;
}

/** Loads a server and measures it. Rejects if a request did not get a 2xx. */
export async function measure(
  tool: LoadTool,
  server: Server,
  asked: Asked,
  seconds: number,
  seed: number,
): Promise<Measured> {
  server.emptyLog();
  const before = server.usage();
  const seen = await load(tool, server.url, asked, seconds, seed);
  const cpu = server.usage().cpu - before.cpu;
  if (seen.failures > 0 || seen.requests === 0) {
    throw new Error(`${server.name}: ${seen.failures} of ${seen.requests} requests were not answered with a 2xx`);
  }
  return {
    ...seen,
    perSecond: seen.requests / seen.seconds,
    cpu: (cpu / seen.requests) * 1e6,
    busy: cpu / seen.seconds,
  };
}

/** Runs the candidates in turn in every round, so that drift of the machine affects all of them. */
export async function inTurns<Name extends string, Result>(
  rounds: number,
  turns: Record<Name, (round: number) => Promise<Result>>,
): Promise<Record<Name, Result[]>> {
  const results = Object.fromEntries(Object.keys(turns).map((name) => [name, [] as Result[]])) as Record<
    Name,
    Result[]
  >;
  for (let round = 1; round <= rounds; round++) {
    for (const [name, turn] of Object.entries(turns) as [Name, (round: number) => Promise<Result>][]) {
      results[name].push(await turn(round));
    }
  }
  return results;
}

export function medianOf<Result>(results: readonly Result[], pick: (result: Result) => number): number {
  return median(results.map(pick));
}

/** Compares two candidates by the ratios of the rounds. */
export interface Ratio {
  median: number;
  least: number;
  most: number;
}

export function ratioOf<Result>(
  ones: readonly Result[],
  others: readonly Result[],
  pick: (result: Result) => number,
): Ratio {
  const ratios = ones.map((one, round) => pick(one) / pick(others[round] as Result));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** Below this share of its core, the throughput of a server depends on other load on the machine. */
const UNDISTURBED = 0.9;

/** Did the server have its core to itself? */
export function undisturbed(...runs: (readonly Measured[])[]): boolean {
  return runs.every((run) => medianOf(run, ({ busy }) => busy) >= UNDISTURBED);
}

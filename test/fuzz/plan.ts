import type { Parameters } from 'fast-check';

/** Requests in a normal test run; `npm run fuzz` sends many more. */
const SHORT = 1_500;

const total = Number(process.env['FUZZ_RUNS'] ?? SHORT);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Is this a long run, instead of the short one in `npm test`? */
const isLong = total > SHORT;

/** Parameters of fast-check for a share of the requests, with the given number per run. */
export function planned(share: number, requestsEach: number): Parameters<unknown> {
  return { seed, numRuns: Math.ceil((total * share) / requestsEach) };
}

/** Timeout in milliseconds of a test with the given number of requests. */
export const PATIENCE = 60_000 + total * 20;

/** Counts of the replies. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string | number): void {
    this.#counts.set(String(what), (this.#counts.get(String(what)) ?? 0) + 1);
  }

  /** Prints the counts of a long run. */
  tell(title: string): void {
    if (!isLong) return;
    const sum = [...this.#counts.values()].reduce((one, other) => one + other, 0);
    const counts = [...this.#counts].toSorted(([one], [other]) => one.localeCompare(other));
    process.stdout.write(`${title}: ${sum}: ${counts.map(([what, times]) => `${what} ×${times}`).join(', ')}\n`);
  }
}

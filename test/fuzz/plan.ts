import type { Parameters } from 'fast-check';

/** Requests that a plain test run generates; `npm run fuzz` asks for many more. */
const SHORT = 1_500;

const total = Number(process.env['FUZZ_RUNS'] ?? SHORT);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Is this more than the short run that stands among the tests? */
const isLong = total > SHORT;

/** How fast-check is to make a share of the requests, where each of its runs makes so many. */
export function planned(share: number, requestsEach: number): Parameters<unknown> {
  return { seed, numRuns: Math.ceil((total * share) / requestsEach) };
}

/** Milliseconds that a test of so many requests may take. */
export const PATIENCE = 60_000 + total * 20;

/** What came back, counted. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string | number): void {
    this.#counts.set(String(what), (this.#counts.get(String(what)) ?? 0) + 1);
  }

  /** Tells of a long run what it saw. */
  tell(title: string): void {
    if (!isLong) return;
    const sum = [...this.#counts.values()].reduce((one, other) => one + other, 0);
    const counts = [...this.#counts].toSorted(([one], [other]) => one.localeCompare(other));
    process.stdout.write(`${title}: ${sum}: ${counts.map(([what, times]) => `${what} ×${times}`).join(', ')}\n`);
  }
}

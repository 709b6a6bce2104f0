import type { Problem } from './problems.js';

/** The most problems reported for one value: 100,000 wrong entries make no useful message. */
export const MAX_PROBLEMS = 100;
/** Problems of one kind that are reported one by one. */
const MAX_ALIKE = 3;

/**
 * Problems without repetitions and, where many are alike, only the first with the number of the others. They are alike
 * if the same is expected at places that differ in indices and quoted keys alone.
 */
export function groupProblems(problems: Iterable<Problem>): Problem[] {
  const groups = new Map<string, Set<string>>();
  const shown: { problem: Problem; places: Set<string>; index: number }[] = [];
  for (const problem of problems) {
    const { path, found, expected, more } = problem;
    const kind =
      more === undefined ? `${path.replace(/\[(\d+|"(?:[^"\\]|\\.)*")\]/g, '[]')} ${expected}` : path + found;
    const places = groups.get(kind) ?? new Set<string>();
    const index = places.size;
    groups.set(kind, places.add(`${path} ${found}`));
    if (places.size === index || index >= MAX_ALIKE) continue;
    shown.push({ problem, places, index });
    if (shown.length > MAX_ALIKE * MAX_PROBLEMS) break;
  }
  const lines = shown
    .filter(({ places, index }) => index === 0 || places.size <= MAX_ALIKE)
    .map(({ problem, places }) => (places.size <= MAX_ALIKE ? problem : { ...problem, more: places.size - 1 }));
  if (lines.length <= MAX_PROBLEMS) return lines;
  const rest = { path: '$', found: `more problems than these ${MAX_PROBLEMS}`, expected: 'none' };
  return [...lines.slice(0, MAX_PROBLEMS), rest];
}

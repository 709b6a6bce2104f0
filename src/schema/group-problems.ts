import type { Problem } from './problems.js';

/** The most problems reported for one value: 100,000 wrong entries make no useful message. */
export const MAX_PROBLEMS = 100;
/** Problems of one kind that are reported one by one. */
const MAX_ALIKE = 3;

/** Problems of one kind among which repetitions are found; later ones are only counted. It bounds the memory. */
const MAX_COMPARED = 10_000;

interface Group {
  /** By place and value. */
  compared: Map<string, Problem>;
  /** How many were not compared. */
  others: number;
}

/**
 * Problems without repetitions and, where many are alike, only the first with the number of the others. They are alike
 * if the same is expected at places that differ in indices and quoted keys alone.
 */
export function groupProblems(problems: Iterable<Problem>): Problem[] {
  const groups = new Map<string, Group>();
  const shown: { problem: Problem; group: Group; index: number }[] = [];
  for (const problem of problems) {
    const { path, found, expected } = problem;
    const kind = `${path.replace(/\[(\d+|"(?:[^"\\]|\\.)*")\]/g, '[]')} ${expected}`;
    const group = groups.get(kind) ?? { compared: new Map<string, Problem>(), others: 0 };
    groups.set(kind, group);
    const { size } = group.compared;
    if (size === MAX_COMPARED) group.others++;
    else if (!group.compared.has(`${path} ${found}`)) {
      group.compared.set(`${path} ${found}`, problem);
      if (size < MAX_ALIKE) shown.push({ problem, group, index: size });
    }
    if (shown.length > MAX_ALIKE * MAX_PROBLEMS) break;
  }
  const lines = shown.flatMap(({ problem: { path, found, expected }, group: { compared, others }, index }) => {
    const more = [...compared.values()].reduce((sum, alike) => sum + (alike.more ?? 0), others + compared.size - 1);
    if (more < MAX_ALIKE) return [{ path, found, expected }];
    return index === 0 ? [{ path, found, expected, more }] : [];
  });
  if (lines.length <= MAX_PROBLEMS) return lines;
  const rest = { path: '$', found: `more problems than these ${MAX_PROBLEMS}`, expected: 'none' };
  return [...lines.slice(0, MAX_PROBLEMS), rest];
}

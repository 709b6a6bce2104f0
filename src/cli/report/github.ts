import { type Report, type RunFinding } from './report.js';
import { storyboardOf } from './words.js';

const WORKFLOW_COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Workflow commands of GitHub Actions, one a rule: it shows ten errors and ten warnings of a step, and hides the rest. */
export function annotations({ runs }: Report): string {
  const byRule = new Map<
    string,
    { finding: RunFinding; level: keyof typeof WORKFLOW_COMMANDS; count: number; where: string[] }
  >();
  for (const run of runs)
    for (const finding of run.findings) {
      const { rule, level, count, workspace } = finding;
      if (level === 'unjudged') continue;
      const known = byRule.get(rule) ?? { finding, level, count: 0, where: [] };
      const where = `${storyboardOf(run)}, ${run.profile}, ${workspace ?? 'without a valid key'}`;
      byRule.set(rule, { ...known, count: known.count + count, where: [...known.where, where] });
    }
  return [...byRule.values()]
    .map(({ finding: { rule, message }, level, where }) => {
      const others = where.length === 1 ? '' : ` (and in ${where.length - 1} more: ${where.slice(1).join('; ')})`;
      return `::${WORKFLOW_COMMANDS[level]} title=${property(rule)}::${data(`${message} [${String(where[0])}]${others}`)}\n`;
    })
    .join('');
}

/** Escapes as GitHub's runner unescapes [@actions/core, command.ts]. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

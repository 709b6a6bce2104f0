import type { Report } from './report.js';
import { storyboardOf } from './words.js';

const WORKFLOW_COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Workflow commands of GitHub Actions, one a rule: it shows ten errors and ten warnings of a step, and hides the rest. */
export function annotations({ runs }: Report): string {
  const found = runs.flatMap((run) =>
    run.findings.flatMap(({ rule, level, message, workspace }) => {
      const where = `${storyboardOf(run)}, ${run.profile}, ${workspace ?? 'without a valid key'}`;
      return level === 'unjudged' ? [] : [{ rule, command: WORKFLOW_COMMANDS[level], message, where }];
    }),
  );
  const rules = [...new Set(found.map(({ rule }) => rule))];
  const lines = rules.map((rule) => {
    const [first, ...others] = found.filter((one) => one.rule === rule) as [(typeof found)[0], ...typeof found];
    const more = ` (and in ${others.length} more: ${others.map(({ where }) => where).join('; ')})`;
    const text = `${first.message} [${first.where}]${others.length === 0 ? '' : more}`;
    return `::${first.command} title=${property(rule)}::${data(text)}\n`;
  });
  return lines.join('');
}

/** Escapes as GitHub's runner unescapes [@actions/core, command.ts]. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

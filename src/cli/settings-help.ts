import { expectedOf } from '../schema/problems.js';
import { type Flag, settings } from '../start/settings.js';

/** The help on flags; settings name their variables. */
export function settingsHelp(flags: readonly (Flag & { variable?: string })[] = settings): string {
  const width = Math.max(...flags.map(({ flag }) => flag.length)) + 2;
  return flags
    .map(({ flag, variable, schema }) => {
      const lead = ' '.repeat(width + 2);
      const fallback = 'default' in schema ? `default ${String(schema['default'])}` : '';
      const notes = [variable ?? '', fallback].filter((note) => note !== '').join(', ');
      const lines = [...String(schema.description).matchAll(HELP_LINE)].map(([, line]) => line);
      const description = lines.join(`\n${lead}`);
      return `  ${flag.padEnd(width)}${description}\n${lead}${expectedOf(schema)}${notes && ` (${notes})`}`;
    })
    .join('\n');
}

/** Words of at most 100 characters together, or one longer word. */
const HELP_LINE = /(.{1,100}|\S+)(?: |$)/g;

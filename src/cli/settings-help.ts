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
      const description = wrap(String(schema.description), HELP_COLUMNS).join(`\n${lead}`);
      return `  ${flag.padEnd(width)}${description}\n${lead}${expectedOf(schema)}${notes && ` (${notes})`}`;
    })
    .join('\n');
}

const HELP_COLUMNS = 100;

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

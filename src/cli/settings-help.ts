import { expectedOf } from '../schema/problems.js';
import { settings } from '../start/settings.js';

export function settingsHelp(): string {
  const width = Math.max(...settings.map(({ flag }) => flag.length)) + 2;
  return settings
    .map(({ flag, variable, schema }) => {
      const lead = ' '.repeat(width + 2);
      const fallback = 'default' in schema ? `, default ${String(schema['default'])}` : '';
      const description = wrap(String(schema.description), HELP_COLUMNS).join(`\n${lead}`);
      return `  ${flag.padEnd(width)}${description}\n${lead}${expectedOf(schema)} (${variable}${fallback})`;
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

import type { TSchema } from '@sinclair/typebox';

/** One row for each property of a schema. */
export function fields({
  properties,
  required = [],
}: {
  properties: Record<string, TSchema>;
  required?: string[] | undefined;
}): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    required.includes(name) ? 'required' : defaultOf(schema),
    schema.description ?? '',
  ]);
  const hasDefaults = rows.some(([, fallback]) => fallback !== '');
  return hasDefaults
    ? table(['Field', 'Default', 'Description'], rows)
    : table(
        ['Field', 'Description'],
        rows.map(([name = '', , description = '']) => [name, description]),
      );
}

function defaultOf(schema: TSchema): string {
  return 'default' in schema ? code(JSON.stringify(schema['default'])) : '';
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A Markdown table; `npm run generate` aligns it. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

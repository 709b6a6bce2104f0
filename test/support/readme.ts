import type { TSchema } from '@sinclair/typebox';
import { REFUSALS } from '../../src/refusals/refusals.js';
import { SegmentFixture } from '../../src/segments/fixture.js';
import { settings } from '../../src/settings.js';
import { expectedOf } from '../../src/validation.js';
import { ApiKeyFixture, WorkspaceFixture } from '../../src/workspaces/fixture.js';
import { BUILT_IN, loadFixtures } from '../../src/workspaces/load.js';

/** The sections of the README that code knows better than a writer, by the name between their markers. */
const SECTIONS: Record<string, () => string> = {
  'built-in keys': builtInKeys,
  'built-in segments': builtInSegments,
  outcomes,
  settings: settingsTable,
  'workspace fields': () => fields(WorkspaceFixture),
  'key fields': () => fields(ApiKeyFixture),
  'segment fields': () => fields(SegmentFixture),
};

/** The README with every such section made anew. */
export function renewReadme(readme: string): string {
  let text = readme;
  for (const [name, render] of Object.entries(SECTIONS)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md has no section between ${start} and ${end}`);
    text = `${text.slice(0, from)}${start}\n\n${render()}\n\n${text.slice(to)}`;
  }
  return text;
}

function builtInKeys(): string {
  const apiKeys = loadFixtures(BUILT_IN).flatMap((workspace) => workspace.apiKeys ?? []);
  const rows = apiKeys.map(({ key, permissions }) => [
    code(key),
    permissions === undefined ? 'all' : permissions.map(code).join(', ') || 'none',
    permissions === undefined ? '200' : '403',
  ]);
  return table(['API key', 'permissions', 'status'], rows);
}

function builtInSegments(): string {
  const rows = loadFixtures(BUILT_IN).flatMap(({ segments = [] }) =>
    segments.map((segment) => {
      const refused = segment.analyticsTrackingEnabled === false ? 422 : 200;
      const status = segment.fault?.status ?? refused;
      return [
        code(segment.id),
        status === 200 ? (segment.type ?? 'dynamic') : '',
        status === 200 ? (segment.size ?? 0).toLocaleString('en') : '',
        `${segment.description ?? ''}${recorded(Object.keys(segment.points ?? {}))}`,
        String(status),
      ];
    }),
  );
  return table(['`segment_id`', 'type', 'size', 'what it is', 'status'], rows);
}

function recorded(days: string[]): string {
  return days.length === 0 ? '' : `; the sizes of ${days[0] ?? ''} to ${days.at(-1) ?? ''} are recorded`;
}

function outcomes(): string {
  const rows = Object.entries(REFUSALS).map(([name, { check, status, when }]) => [
    check,
    when,
    String(status),
    code(name),
  ]);
  return table(['check', 'refused when', 'status', '`code`'], rows);
}

function settingsTable(): string {
  const rows = settings.map(({ flag, variable, schema }) => [
    code(flag),
    code(variable),
    'default' in schema ? code(String(schema['default'])) : '',
    expectedOf(schema),
    String(schema.description),
  ]);
  return table(['flag', 'variable', 'default', 'takes', 'what it does'], rows);
}

function fields({ properties, required = [] }: { properties: Record<string, TSchema>; required?: string[] }): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    required.includes(name) ? 'required' : defaultOf(schema),
    schema.description ?? '',
  ]);
  return table(['field', 'default', 'what it is'], rows);
}

function defaultOf(schema: TSchema): string {
  return 'default' in schema ? code(JSON.stringify(schema['default'])) : '';
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

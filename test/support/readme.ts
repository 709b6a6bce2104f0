import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { TSchema } from '@sinclair/typebox';
import type { RouteOptions } from 'fastify';
import { appOptions } from './app.js';
import { buildApp } from '../../src/server/app.js';
import { CONTROL_CODES } from '../../src/operations/errors.js';
import { STATES } from '../../src/operations/states.js';
import { FIDELITY, NO_RAW_REPLY } from '../../src/operations/fidelity.js';
import { RULES } from '../../src/core/conduct/rules.js';
import { BUILT_IN_STORYBOARDS } from '../../src/core/faults/built-in-storyboards.js';
import { Effect, Trigger } from '../../src/core/faults/fault.js';
import { BOUNDS } from '../../src/server/transport/limits.js';
import { PREFERABLE } from '../../src/core/faults/prefer.js';
import { REFUSALS } from '../../src/core/refusals/codes.js';
import { SegmentFixture } from '../../src/core/segments/fixture.js';
import type { Segment } from '../../src/core/segments/segment.js';
import { type SettingName, settings } from '../../src/start/settings.js';
import { expectedOf } from '../../src/schema/problems.js';
import { ApiKeyFixture, WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { INSTANCES } from '../../src/core/workspaces/instances.js';
import { BUILT_IN } from '../../src/fixtures/built-in.js';
import { mockOf } from './mock.js';
import { code, fields, table } from './tables.js';

/** The sections of README and docs/ that are generated from code, by the name in their markers. */
const SECTIONS: Record<string, () => string | Promise<string>> = {
  endpoints,
  fidelity,
  'built-in keys': builtInKeys,
  'built-in segments': builtInSegments,
  'control API': controlApi,
  'control codes': controlCodes,
  states,
  'fault triggers': () => fields(Trigger),
  'fault effects': faultEffects,
  storyboards,
  'conduct rules': conductRules,
  preferable: () => PREFERABLE.map(String).map(code).join(', '),
  'start mock': () => example('start-mock.ts'),
  'use mock': () => example('use-mock.test.ts'),
  'create mock': () => example('create-mock.test.ts'),
  'node test': () => example('sizes.node-test.js'),
  'test in Jest': () => example('sizes.jest.test.js'),
  'mock test': () => example('mock-test.test.ts'),
  'in a shell': () => example('in-a-shell.sh'),
  'test in Python': () => example('test_sizes.py'),
  'test in pytest': () => example('test_sizes_pytest.py'),
  limits,
  outcomes,
  settings: settingsTable,
  'main settings': mainSettings,
  instances,
  'workspace fields': () => fields(WorkspaceFixture),
  'key fields': () => fields(ApiKeyFixture),
  'segment fields': () => fields(SegmentFixture),
};

export const SECTION_NAMES: readonly string[] = Object.keys(SECTIONS);

const MARKED = /<!-- ([\w -]+) -->\n.*?<!-- \/\1 -->/gs;

/** The names of the generated sections of a document, in their order. */
export function sectionNames(text: string): string[] {
  return [...text.matchAll(MARKED)].map(([, name = '']) => name);
}

/** Renders every generated section of a document again. */
export async function renewSections(text: string): Promise<string> {
  const rendered = new Map<string, string>();
  for (const name of sectionNames(text)) {
    const render = SECTIONS[name];
    if (render === undefined)
      throw new Error(`nothing generates the section "${name}"; known: ${SECTION_NAMES.join(', ')}`);
    rendered.set(name, `<!-- ${name} -->\n\n${await render()}\n\n<!-- /${name} -->`);
  }
  return text.replaceAll(MARKED, (_whole, name: string) => rendered.get(name) ?? '');
}

/** The actual routes of the server, without HEAD. */
export async function routes(): Promise<RouteOptions[]> {
  const { fastify } = buildApp(mockOf(), appOptions());
  const found: RouteOptions[] = [];
  fastify.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') found.push(route);
  });
  await fastify.ready();
  await fastify.close();
  return found;
}

export function isControl({ url }: RouteOptions): boolean {
  return url.startsWith('/__mock');
}

function isEndpoint({ config }: RouteOptions): boolean {
  return config?.endpoint !== undefined;
}

async function endpoints(): Promise<string> {
  const rows = (await routes()).filter(isEndpoint).map(({ method, url, config }) => [
    code(`${String(method)} ${url}`),
    Object.entries(config?.endpoint?.parameters.properties ?? {})
      .map(([name, { description = '' }]) => `${code(name)}: ${description}`)
      .join('<br>'),
    code(config?.endpoint?.permission ?? ''),
  ]);
  return table(['Endpoint', 'Parameters', 'Permission'], rows);
}

async function controlApi(): Promise<string> {
  const shown = (await routes()).filter((route) => isControl(route) && route.schema?.hide !== true);
  const rows = shown.map(({ method, url, schema }) => {
    if (schema?.summary === undefined) throw new Error(`${String(method)} ${url} needs a summary in its schema`);
    const { properties = {} } = (schema.querystring ?? {}) as TSchema;
    const query = Object.keys(properties as object)
      .map(code)
      .join(', ');
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    return [code(String(method)), code(path), schema.summary + (query && `; takes ${query}`)];
  });
  return table(['Method', 'Path', 'Description'], rows);
}

function controlCodes(): string {
  const statuses = [...new Set<number>(Object.values(CONTROL_CODES))];
  const codesOf = (status: number) => Object.entries(CONTROL_CODES).filter(([, one]) => one === status);
  return statuses
    .map(
      (status) =>
        `${status} ${codesOf(status)
          .map(([name]) => code(name))
          .join(', ')}`,
    )
    .join(' · ');
}

function states(): string {
  const rows = Object.entries(STATES).map(([name, { about, params }]) => {
    const names = Object.keys((params['properties'] ?? {}) as object);
    return [
      code(name),
      names.length > 5 ? 'the fields of a [segment](fixtures.md#segment-fields)' : names.map(code).join(', '),
      about,
    ];
  });
  return table(['State', 'Params', 'Description'], rows);
}

/** One row for each field of an effect, or for each of its variants. */
function faultEffects(): string {
  const rows = Object.entries(Effect['properties'] as Record<string, TSchema>).flatMap(([name, schema]) => {
    const kinds = ((schema['anyOf'] ?? []) as TSchema[]).filter(({ description }) => description !== undefined);
    return (kinds.length === 0 ? [schema] : kinds).map((kind) => [
      code(`"${name}": ${shapeOf(kind)}`),
      kind.description ?? '',
    ]);
  });
  return table(['Effect', 'Result'], rows);
}

function storyboards(): string {
  const rows = BUILT_IN_STORYBOARDS.map(({ name, sentence, scale = 1 }) => [code(name), sentence, String(scale)]);
  return table(['Name', 'What happens', 'Scale'], rows);
}

function conductRules(): string {
  const rows = RULES.map(({ rule, level, when, remedy }) => [code(rule), level, when, remedy]);
  return table(['Rule', 'Level', 'When', 'What to do'], rows);
}

function shapeOf(schema: TSchema): string {
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (schema['type'] !== 'object' || schema['properties'] === undefined) return '…';
  const properties = Object.entries(schema['properties'] as Record<string, TSchema>);
  return `{ ${properties.map(([name, property]) => `"${name}": ${shapeOf(property)}`).join(', ')} }`;
}

/** An example that is run as a test. */
function example(file: string): string {
  const text = readFileSync(new URL(`../examples/${file}`, import.meta.url), 'utf8');
  return `\`\`\`${extname(file).slice(1)}\n${text}\`\`\``;
}

function fidelity(): string {
  const rows = FIDELITY.map(({ id, behaviour, profile, evidence, source = '', verified }) => [
    code(id),
    behaviour,
    profile,
    evidence,
    source,
    verified,
  ]);
  return `${NO_RAW_REPLY}\n\n${table(['Id', 'Behaviour', 'Profile', 'Evidence', 'Source', 'Verified'], rows)}`;
}

function builtInKeys(): string {
  const apiKeys = BUILT_IN.flatMap((workspace) =>
    (workspace.apiKeys ?? []).map((apiKey) => ({ ...apiKey, workspace: workspace.name })),
  );
  const rows = apiKeys.map(({ key, permissions, workspace }) => [
    code(key),
    code(workspace),
    permissions === undefined ? 'all' : permissions.map(code).join(', ') || 'none',
    permissions === undefined ? '200' : '403',
  ]);
  return table(['API key', 'Workspace', 'Permissions', 'Status'], rows);
}

function builtInSegments(): string {
  const { segments = [] } = BUILT_IN.find(({ name }) => name === 'default') ?? {};
  const rows = segments.map((segment) => {
    const refused = segment.analyticsTrackingEnabled === false ? 422 : 200;
    const status = segment.fault?.status ?? refused;
    return [
      code(segment.id),
      status === 200 ? (segment.type ?? 'dynamic') : '',
      status === 200 ? (segment.size ?? subsetSize(segment.id)).toLocaleString('en') : '',
      `${segment.description ?? ''}${recorded(Object.keys(segment.points ?? {}))}${shared(segment)}`,
      String(status),
      segment.listed === false ? 'no' : 'yes',
    ];
  });
  return table(['`segment_id`', 'Type', 'Size', 'Description', 'Status', 'Listed'], rows);
}

/** The true size of a built-in subset on its anchor. */
function subsetSize(id: string): number {
  const mock = mockOf();
  const segment = mock.workspaces.default?.catalogue.find(id) as Segment;
  const { from } = segment.definitions[0];
  return mock.seriesOf(segment).snapshots({ first: from, last: from })[0]?.trueSize ?? 0;
}

function shared({ subsetOf }: SegmentFixture): string {
  if (subsetOf === undefined) return '';
  const lag = subsetOf.lagDays === undefined ? '' : `, ${subsetOf.lagDays} day earlier`;
  return `: ${subsetOf.share * 100} % of ${code(subsetOf.segment)}${lag}`;
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
  return table(['Check', 'Cause', 'Status', 'Code'], rows);
}

function limits(): string {
  const rows = Object.values(BOUNDS)
    .filter(({ whenExceeded }) => whenExceeded !== '')
    .map(({ value, unit, of, whenExceeded }) => [of, `${value.toLocaleString('en')} ${unit}`, whenExceeded]);
  return table(['Bound', 'Limit', 'Beyond the limit'], rows);
}

function instances(): string {
  const rows = Object.entries(INSTANCES).map(([name, hosts]) => [name, hosts.map(code).join(', ')]);
  return table(['Instance', 'REST hosts'], rows);
}

function settingsTable(): string {
  const rows = settings.map(({ flag, variable, schema }) => [
    code(flag),
    code(variable),
    'default' in schema ? code(String(schema['default'])) : '',
    expectedOf(schema),
    String(schema.description),
  ]);
  return table(['Flag', 'Variable', 'Default', 'Value', 'Description'], rows);
}

/** The most common settings, each with the first sentence of its description. */
const MAIN_SETTINGS = new Set<SettingName>([
  'port',
  'host',
  'profile',
  'fixtures',
  'watch',
  'clock',
  'seed',
  'rateLimit',
  'unknownSegments',
  'tls',
]);

function mainSettings(): string {
  const rows = settings
    .filter(({ name }) => MAIN_SETTINGS.has(name as SettingName))
    .map(({ flag, schema }) => [
      code(flag),
      'default' in schema ? code(String(schema['default'])) : '',
      String(schema.description).split(/(?<=\.) /)[0] ?? '',
    ]);
  return table(['Flag', 'Default', 'Description'], rows);
}

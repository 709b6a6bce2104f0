import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { ProfileName } from './profiles/names.js';
import { parseInstant } from './series/calendar.js';
import { type Checked, checker, described, describeProblem, expectedOf, InstantText, show } from './validation.js';

const literals = <T extends string>(...values: T[]) => values.map((value) => Type.Literal(value));

/**
 * Every setting there is. Flags, environment variables, types, defaults, the help and the README's table are
 * made from it.
 */
export const Settings = Type.Object(
  {
    port: Type.Integer({
      default: 27293,
      minimum: 0,
      maximum: 65535,
      expected: 'a port from 0 to 65535, 0 being any free one',
      description: 'Port to listen on; 0 picks a free one. `PORT` is honoured too.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      expected: 'a host name or an IP address',
      description: 'Address to listen on.',
    }),
    fixtures: Type.Optional(
      Type.String({
        minLength: 1,
        expected: 'the path of a file or a folder',
        description: 'Fixture file, or folder of `*.json`, that replaces the built-in workspaces.',
      }),
    ),
    profile: described(ProfileName, {
      default: 'documented',
      description: 'How replies are worded: as the endpoint reference says, or as recorded from the real service.',
    }),
    seed: Type.String({
      default: 'braze-segments-mock',
      minLength: 1,
      expected: 'any text that is not empty',
      description: 'Seed of all generated sizes.',
    }),
    clock: Type.Union([Type.Literal('system'), InstantText()], {
      default: 'system',
      expected: '"system" or an ISO 8601 instant, such as 2024-01-31T12:00:00Z',
      description: '`system`, or an ISO 8601 instant at which the clock stands frozen.',
    }),
    rateLimit: Type.Union([Type.Integer({ minimum: 1, maximum: 1e9 }), Type.Literal('off')], {
      default: 250_000,
      expected: 'a whole number of requests an hour from 1 to 1000000000, or "off"',
      description: 'Requests an hour for every workspace that sets none, or `off`.',
    }),
    unknownSegments: Type.Union(literals('not-found', 'generate'), {
      default: 'not-found',
      description: 'Whether an unknown segment id is a 404, or has a series made up for it.',
    }),
    strictParameters: Type.Boolean({
      default: false,
      expected: 'true, false, 1 or 0',
      description: 'Refuse unknown query parameters (400) instead of ignoring them.',
    }),
    prefer: Type.Boolean({
      default: true,
      expected: 'true, false, 1 or 0',
      description: 'Honour `Prefer: code=…`, which forces a documented outcome.',
    }),
    journalSize: Type.Integer({
      default: 1000,
      minimum: 0,
      maximum: 1_000_000,
      description: 'Requests remembered for each workspace; 0 keeps none.',
    }),
    watch: Type.Boolean({
      default: false,
      expected: 'true, false, 1 or 0',
      description: 'Reload fixture files when they change.',
    }),
    noControl: Type.Boolean({
      default: false,
      expected: 'true, false, 1 or 0',
      description: 'Leave out the control API; health and readiness still answer.',
    }),
    controlToken: Type.Optional(
      Type.String({
        minLength: 1,
        pattern: '^[!-~]+$',
        expected: 'visible ASCII characters',
        description: 'Token that the control API wants as `Authorization: Bearer …`. Default: none wanted.',
      }),
    ),
    controlHost: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9.-]+$',
        expected: 'a host name without a port',
        description: 'Public-looking host name under which the control API may be called too.',
      }),
    ),
    logLevel: Type.Union(literals('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
      default: 'info',
      description: 'Least severe level that is logged. Requests are logged at `info`.',
    }),
    logFormat: Type.Optional(
      Type.Union(literals('json', 'pretty'), {
        description: 'How log lines are written. Default: `pretty` on a terminal, else `json`.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Settings = Static<typeof Settings>;

type Name = keyof typeof Settings.properties;
export interface Setting {
  name: Name;
  flag: string;
  variable: string;
  schema: TSchema;
}

const PREFIX = 'BRAZE_MOCK_';

/** The settings in the order of the schema, under all their names. */
export const settings: readonly Setting[] = (Object.entries(Settings.properties) as [Name, TSchema][]).map(
  ([name, schema]) => {
    const words = name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
    return { name, flag: `--${words}`, variable: PREFIX + words.replaceAll('-', '_').toUpperCase(), schema };
  },
);

export const defaultSettings = Object.fromEntries(
  settings.flatMap(({ name, schema }) => ('default' in schema ? [[name, schema['default'] as unknown]] : [])),
) as Settings;

/** Names of things that can be wrong: what was found under a flag or a variable, and where. */
interface Found {
  setting: Setting;
  source: string;
  text: string;
}

export interface ReadSettings {
  settings: Settings;
  /** What was passed over, a sentence each. */
  warnings: string[];
  /** Every problem of every flag and variable, a sentence each; the settings serve only where there is none. */
  problems: string[];
}

/** Reads the settings from flags, then `BRAZE_MOCK_…` variables, then `PORT` (the port only), then defaults. */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): ReadSettings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const flags = readFlags(args, problems);
  const { variables, injected } = readVariables(environment, problems);
  for (const found of [...platformPort(environment, [...variables, ...flags]), ...variables, ...flags]) {
    const checked = checkText(found.setting, found.text);
    if (checked.ok) values[found.setting.name] = checked.value;
    else problems.push(...checked.problems.map((problem) => describeProblem({ ...problem, path: found.source })));
  }
  const warnings =
    injected.length === 0
      ? []
      : [`passed over ${injected.join(', ')}: Kubernetes injects such variables for a service called braze-mock`];
  return { settings: { ...defaultSettings, ...values }, warnings, problems };
}

function readFlags(args: readonly string[], problems: string[]): Found[] {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      settings.map(({ flag, schema }) => [
        flag.slice(2),
        { type: schema['type'] === 'boolean' ? 'boolean' : 'string' },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const found: Found[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'positional' && !belongsTo(tokens[index - 1], token.value)) {
      problems.push(`${token.value}: found an unknown argument, expected flags alone; see --help`);
    }
    if (token.kind !== 'option') continue;
    const setting = settings.find(({ flag }) => flag === token.rawName);
    const next = tokens[index + 1];
    if (setting === undefined) {
      const known = settings.map(({ flag }) => flag);
      problems.push(unknownName('flag', token.rawName, known));
    } else if (isFlagForValue(token)) {
      problems.push(`${token.rawName}: found the flag ${token.value}, expected ${expectedOf(setting.schema)}`);
    } else if (setting.schema['type'] !== 'boolean') {
      found.push({ setting, source: token.rawName, text: token.value ?? '' });
    } else {
      const text = next?.kind === 'positional' && belongsTo(token, next.value) ? next.value : (token.value ?? 'true');
      found.push({ setting, source: token.rawName, text });
    }
  }
  return found;
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/**
 * Is an argument the value of the flag before it, though `parseArgs` does not see it so? To it a boolean flag has
 * none, as in `--strict-parameters false`, and neither has a flag that it does not know.
 */
function belongsTo(token: Token | undefined, text: string): boolean {
  if (token?.kind !== 'option' || token.inlineValue === true) return false;
  const setting = settings.find(({ flag }) => flag === token.rawName);
  return setting === undefined || isFlagForValue(token) || (setting.schema['type'] === 'boolean' && BOOLEANS.has(text));
}

/** `--seed --log-level silent`: `parseArgs` takes the second flag for the value of the first. */
function isFlagForValue({ inlineValue, value }: Token & { kind: 'option' }): boolean {
  return inlineValue === false && value.startsWith('--');
}

/** `PORT`, as many platforms set it for whatever they run, where nothing else names the port. */
function platformPort(environment: NodeJS.ProcessEnv, others: Found[]): Found[] {
  const { PORT: text } = environment;
  const setting = settings.find(({ name }) => name === 'port');
  if (text === undefined || setting === undefined || others.some((found) => found.setting === setting)) return [];
  return [{ setting, source: 'PORT', text }];
}

function readVariables(environment: NodeJS.ProcessEnv, problems: string[]): { variables: Found[]; injected: string[] } {
  const injected: string[] = [];
  const variables: Found[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const setting = settings.find((candidate) => candidate.variable === variable);
    if (isInjected(variable, text)) injected.push(variable);
    else if (setting !== undefined) variables.push({ setting, source: variable, text });
    else {
      const known = settings.map((candidate) => candidate.variable);
      problems.push(unknownName('variable', variable, known));
    }
  }
  return { variables, injected };
}

/** What Kubernetes puts into every pod of a namespace for a service whose name starts with braze-mock. */
function isInjected(variable: string, text: string): boolean {
  if (/_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/.test(variable) || /_PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?$/.test(variable))
    return true;
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);
const checks = new Map(settings.map(({ name, schema }) => [name, checker(schema)]));

/** A text may stand for itself, for a whole number or for a boolean: whichever the setting takes. */
function checkText({ name, schema }: Setting, text: string): Checked<unknown> {
  const check = checks.get(name) as (value: unknown) => Checked<unknown>;
  const readings: unknown[] = [text];
  if (/^(0|[1-9]\d*)$/.test(text)) readings.unshift(Number(text));
  if (BOOLEANS.has(text)) readings.unshift(BOOLEANS.get(text));
  const fitting = readings.map(check).find(({ ok }) => ok);
  return fitting ?? { ok: false, problems: [{ path: '$', found: show(text), expected: expectedOf(schema) }] };
}

function unknownName(kind: string, name: string, known: string[]): string {
  const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0] as string;
  const hint = distance(nearest, name) <= 4 ? `; did you mean ${nearest}?` : '; see --help';
  return `${name}: found an unknown ${kind}, expected one of ${known.join(', ')}${hint}`;
}

/** The instant of a frozen clock, or `undefined` for the system's. */
export function frozenAt({ clock }: Pick<Settings, 'clock'>): number | undefined {
  return clock === 'system' ? undefined : parseInstant(clock);
}

/** What `--help` says of the settings. */
export function settingsHelp(): string {
  const width = Math.max(...settings.map(({ flag }) => flag.length)) + 2;
  return settings
    .map(({ flag, variable, schema }) => {
      const lead = ' '.repeat(width + 2);
      const fallback = 'default' in schema ? `, default ${String(schema['default'])}` : '';
      return `  ${flag.padEnd(width)}${String(schema.description)}\n${lead}${expectedOf(schema)} (${variable}${fallback})`;
    })
    .join('\n');
}

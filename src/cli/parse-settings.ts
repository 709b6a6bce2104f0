import { parseArgs } from 'node:util';
import { ConfigurationError } from '../schema/configuration-error.js';
import { defaultSettings, PREFIX, type Setting, type Settings, settings } from '../start/settings.js';
import { closestName } from '../schema/did-you-mean.js';
import { describeProblem, expectedOf, show, showSecret } from '../schema/problems.js';
import { type Checked, checker } from '../schema/checker.js';
import { isSecretName } from '../schema/secrets.js';

/** The text of a flag or a variable, and where it was found. A flag that adds up may have several. */
interface Found {
  setting: Setting;
  source: string;
  texts: string[];
}

export interface ReadSettings {
  settings: Settings;
  /** Warnings about what was ignored, one sentence each. */
  warnings: string[];
  /** Every problem of every flag and variable, one sentence each. The settings are valid only if there is none. */
  problems: string[];
}

/** Reads the settings from flags, then `BRAZE_MOCK_…` variables, then `PORT` (the port only), then defaults. */
export function readSettings(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  defaults: Settings = defaultSettings,
): ReadSettings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const taken = flagsTakenByNpm(environment);
  const flags = readFlags(args, taken, problems);
  const { variables, injected } = readVariables(environment, problems);
  for (const found of [...platformPort(environment, [...variables, ...flags]), ...variables, ...flags]) {
    const checked = checkTexts(found);
    if (checked.ok) values[found.setting.name] = checked.value;
    else problems.push(...checked.problems.map((problem) => describeProblem({ ...problem, path: found.source })));
  }
  const warnings = [
    ...(injected.length === 0
      ? []
      : [`ignored ${injected.join(', ')}: Kubernetes injects such variables for a service called braze-mock`]),
    ...(taken.length === 0 ? [] : [tellOfNpm(taken)]),
  ];
  return { settings: { ...defaults, ...values }, warnings, problems };
}

/** Reads the settings without fixtures. @throws ConfigurationError with every problem. */
export function readOnlySettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const read = readSettings(args, environment);
  if (read.problems.length > 0) throw new ConfigurationError(read.problems);
  return read.settings;
}

/** Reads the tokens of `parseArgs`. Its strict mode would throw at the first mistake; this reports all. */
function readFlags(args: readonly string[], taken: readonly string[], problems: string[]): Found[] {
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
    if (token.kind === 'positional' && !belongsTo(tokens[index - 1])) {
      const hint = taken.length === 0 ? 'see --help' : tellOfNpm(taken);
      problems.push(`${token.value}: found an unknown argument, expected flags alone; ${hint}`);
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
      found.push({ setting, source: token.rawName, texts: [token.value ?? ''] });
    } else {
      const text = next?.kind === 'positional' && belongsTo(token) ? next.value : (token.value ?? 'true');
      found.push({ setting, source: token.rawName, texts: [text] });
    }
  }
  return addUp(found, problems);
}

/** Combines what was given several times; only settings that take several values may be. */
function addUp(found: readonly Found[], problems: string[]): Found[] {
  const combined = new Map<Setting, Found>();
  for (const one of found) {
    const first = combined.get(one.setting);
    if (first === undefined) combined.set(one.setting, one);
    else if (isList(one.setting) || one.setting.name === 'tlsHosts') first.texts.push(...one.texts);
    else problems.push(`${one.source}: found a second time, expected once`);
  }
  return [...combined.values()];
}

function isList({ schema }: Setting): boolean {
  return schema['type'] === 'array';
}

/** Flags of ours that npm read as its own: `npm start --port 8080` sets `npm_config_port` and may pass `8080` on. */
function flagsTakenByNpm(environment: NodeJS.ProcessEnv): string[] {
  const isTaken = (name: string) => environment[`npm_config_${name.replaceAll('-', '_')}`] !== undefined;
  return settings
    .map(({ flag }) => flag)
    .filter((flag) => isTaken(flag.slice(2)) || (flag.startsWith('--no-') && isTaken(flag.slice(5))));
}

function tellOfNpm(flags: readonly string[]): string {
  const example = flags.map((flag) => `${flag} …`).join(' ');
  return `npm took ${flags.join(', ')} for itself; flags of the mock follow "--", as in npm start -- ${example}`;
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/**
 * Is the argument after a token its value, although `parseArgs` reports a positional? It does so after a boolean flag,
 * as in `--strict-parameters false`, and after an unknown flag.
 */
function belongsTo(token: Token | undefined): boolean {
  if (token?.kind !== 'option' || token.inlineValue === true) return false;
  const setting = settings.find(({ flag }) => flag === token.rawName);
  return setting === undefined || isFlagForValue(token) || setting.schema['type'] === 'boolean';
}

/** `--seed --log-level silent`: `parseArgs` takes the second flag for the value of the first. */
function isFlagForValue({ inlineValue, value }: Token & { kind: 'option' }): boolean {
  return inlineValue === false && value.startsWith('--');
}

/** `PORT`, which many platforms set, unless a flag or a `BRAZE_MOCK_…` variable sets the port. */
function platformPort(environment: NodeJS.ProcessEnv, others: Found[]): Found[] {
  const { PORT: text } = environment;
  const setting = settings.find(({ name }) => name === 'port');
  if (text === undefined || setting === undefined || others.some((found) => found.setting === setting)) return [];
  return [{ setting, source: 'PORT', texts: [text] }];
}

function readVariables(environment: NodeJS.ProcessEnv, problems: string[]): { variables: Found[]; injected: string[] } {
  const injected: string[] = [];
  const variables: Found[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const setting = settings.find((candidate) => candidate.variable === variable);
    if (isInjected(variable, text)) injected.push(variable);
    else if (setting !== undefined)
      variables.push({ setting, source: variable, texts: isList(setting) ? text.split(',') : [text] });
    else {
      const known = settings.map((candidate) => candidate.variable);
      problems.push(unknownName('variable', variable, known));
    }
  }
  return { variables, injected };
}

/** Is this a variable that Kubernetes injects into every pod for a service whose name starts with braze-mock? */
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
const settingCheckers = new Map(settings.map(({ name, schema }) => [name, checker(schema)]));

/** Reads a text as a boolean, an integer or a string, whichever the setting accepts, and several as a list. */
function checkTexts({ setting, texts }: Found): Checked<unknown> {
  const { name, schema } = setting;
  const check = settingCheckers.get(name) as (value: unknown) => Checked<unknown>;
  const text = texts.join(',');
  const candidates: unknown[] = isList(setting) ? [texts] : [text];
  if (/^(0|[1-9]\d*)$/.test(text)) candidates.unshift(Number(text));
  if (BOOLEANS.has(text)) candidates.unshift(BOOLEANS.get(text));
  const accepted = candidates.map(check).find(({ ok }) => ok);
  if (accepted !== undefined) return accepted;
  const found = isSecretName(name) ? showSecret(text) : show(text);
  return { ok: false, problems: [{ path: '$', found, expected: expectedOf(schema) }] };
}

function unknownName(kind: string, name: string, known: string[]): string {
  const meant = closestName(name, known, (text) => text.replace(/^(--|BRAZE_MOCK_)/, ''));
  const hint = meant === undefined ? '; see --help' : `; did you mean ${meant}?`;
  return `${name}: found an unknown ${kind}, expected one of ${known.join(', ')}${hint}`;
}

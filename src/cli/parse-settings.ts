import { ConfigurationError } from '../schema/configuration-error.js';
import { PREFIX } from '../start/defaults.js';
import { defaultSettings, type Flag, type Setting, type Settings, settings } from '../start/settings.js';
import { type Found, isList, readFlags, readValue, unknownName } from './flags.js';

export interface ReadSettings {
  settings: Settings;
  /** The values of the flags of the command alone. */
  own: Record<string, unknown>;
  /** The flags that were given, of both kinds. */
  given: Found[];
  /** Warnings about what was ignored, one sentence each. */
  warnings: string[];
  /** Every problem of every flag and variable, one sentence each. The settings are valid only if there is none. */
  problems: string[];
}

/** Reads the settings, and flags of one command, from flags, then `BRAZE_MOCK_…` variables, then `PORT` (the port only), then defaults. */
export function readSettings(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  defaults: Settings = defaultSettings,
  ownFlags: readonly Flag[] = [],
): ReadSettings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  const taken = flagsTakenByNpm(environment);
  const given = readFlags<Flag>(args, [...settings, ...ownFlags], problems, (argument) => {
    const hint = taken.length === 0 ? 'see --help' : tellOfNpm(taken);
    problems.push(`${argument}: found an unknown argument, expected only flags; ${hint}`);
  });
  const { variables, injected } = readVariables(environment, problems);
  for (const found of [...platformPort(environment, [...variables, ...given]), ...variables, ...given])
    readValue(found, ownFlags.includes(found.setting) ? own : values, problems);
  const warnings: string[] = [];
  if (injected.length > 0)
    warnings.push(`ignored ${injected.join(', ')}: Kubernetes injects such variables for a service called braze-mock`);
  if (taken.length > 0) warnings.push(tellOfNpm(taken));
  return { settings: { ...defaults, ...values }, own, given, warnings, problems };
}

/** Reads the settings without fixtures. @throws ConfigurationError with every problem. */
export function readOnlySettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const read = readSettings(args, environment);
  if (read.problems.length > 0) throw new ConfigurationError(read.problems);
  return read.settings;
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

/** `PORT`, which many platforms set, unless a flag or a `BRAZE_MOCK_…` variable sets the port. */
function platformPort(environment: NodeJS.ProcessEnv, others: Found[]): Found<Setting>[] {
  const { PORT: text } = environment;
  const setting = settings.find(({ name }) => name === 'port');
  if (text === undefined || setting === undefined || others.some((found) => found.setting === setting)) return [];
  return [{ setting, source: 'PORT', texts: [text] }];
}

const BY_VARIABLE = new Map(settings.map((setting) => [setting.variable, setting]));

function readVariables(environment: NodeJS.ProcessEnv, problems: string[]) {
  const injected: string[] = [];
  const variables: Found<Setting>[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const setting = BY_VARIABLE.get(variable);
    if (isInjected(variable, text)) injected.push(variable);
    else if (setting === undefined) problems.push(unknownName('variable', variable, [...BY_VARIABLE.keys()]));
    else variables.push({ setting, source: variable, texts: isList(setting) ? text.split(',') : [text] });
  }
  return { variables, injected };
}

/** Is this a variable that Kubernetes injects into every pod for a service whose name starts with braze-mock? */
function isInjected(variable: string, text: string): boolean {
  if (/_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/.test(variable) || /_PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?$/.test(variable))
    return true;
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}

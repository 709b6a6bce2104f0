import { isIP } from 'node:net';
import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import { NO_RAW_REPLY } from '../operations/fidelity.js';
import { BuiltInName, STORYBOARD_NAMES } from '../core/faults/storyboards.js';
import { ProfileName } from '../core/profiles/names.js';
import type { Problem } from '../schema/problems.js';
import { defaultsOf, textType } from '../schema/checker.js';
import { InstantText } from '../core/time/text.js';
import { hostNamesIn } from '../server/tls/hosts.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { DEFAULT_HOST, DEFAULT_PORT, PREFIX } from './defaults.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

const HostNamesText = textType(
  'host-names',
  (value) => hostNamesIn(value).every((name) => isIP(name) !== 0 || HOST_NAME.test(name)),
  'host names or IP addresses without brackets and ports, separated by commas',
  {},
);

const BasePath = textType(
  'base-path',
  (value) =>
    value.length <= 200 && /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(value) && !/^\/__mock(?:\/|$)/.test(value),
  'a path such as /v1, not /__mock, without a slash at its end: at most 200 letters, digits, "-._~" and "/"',
  {},
);

const booleanSetting = (fallback: boolean, description: string) =>
  Type.Boolean({ default: fallback, expected: 'true, false, 1 or 0', description });
const portSetting = (fallback: number, description: string) =>
  Type.Integer({ default: fallback, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535', description });
const pathSetting = (of: string, description = '') =>
  textType('path', (value) => value !== '', `the path of ${of}`, { minLength: 1 })(description);

/** Every setting. Flags, environment variables, defaults, the help and the tables in the docs are derived from it. */
export const Settings = exactly({
  port: portSetting(DEFAULT_PORT, 'Port to listen on; 0 picks a free one. `PORT` is read too.'),
  host: Field.text('Address to listen on.', {
    default: DEFAULT_HOST,
    pattern: '^(?![^:]*:[^:]*$)[^\\s/[\\]]+$',
    expected: 'a host name or an IP address without brackets and port, such as 127.0.0.1 or ::1',
  }),
  ...optional({
    basePath: BasePath("Prefix of the paths of Braze's endpoints. The control API stays at `/__mock`."),
    fixtures: Field.list(
      pathSetting('a file or a folder'),
      'Fixture file, folder, or `folder/**` with its subfolders, instead of the built-in workspaces. ' +
        'Repeat the flag for more; the variable separates paths with commas.',
      { expected: 'the path of a file or a folder' },
    ),
  }),
  profile: Field.of(
    ProfileName,
    'Which replies to give: those of the endpoint reference, or those in public recordings of the real service, ' +
      `mostly of its other endpoints. ${NO_RAW_REPLY}`,
    { default: 'documented' },
  ),
  seed: Field.nonEmpty('Seed of all generated sizes.', 'non-empty text', { default: 'braze-segments-mock' }),
  clock: Type.Union([Type.Literal('system'), InstantText()], {
    default: 'system',
    expected: '"system" or an ISO 8601 instant, such as 2024-01-31T12:00:00Z',
    description: '`system`, or an ISO 8601 instant at which the clock is frozen.',
  }),
  rateLimit: Type.Union([Type.Integer({ minimum: 1, maximum: 1e9 }), Type.Literal('off')], {
    default: 250_000,
    expected: 'a whole number of requests an hour from 1 to 1000000000, or "off"',
    description: 'Requests per hour for workspaces without their own `rateLimit`, or `off`.',
  }),
  unknownSegments: Field.oneOf(
    ['not-found', 'generate'],
    'Answer an unknown segment id with a 404, or with a generated series.',
    { default: 'not-found' },
  ),
  strictParameters: booleanSetting(false, 'Refuse unknown query parameters (400) instead of ignoring them.'),
  prefer: booleanSetting(true, 'Obey `Prefer: code=…`, which forces a documented outcome.'),
  storyboard: Type.Optional(
    Field.of(
      BuiltInName,
      `Storyboard that workspaces begin with, unless they have their own: ${STORYBOARD_NAMES.join(', ')}.`,
      { expected: 'the name of a built-in storyboard' },
    ),
  ),
  journalSize: Field.integer(
    'Requests kept in the journal of each workspace; all journals together take at most 64 MiB; 0 keeps none.',
    { default: 1000, minimum: 0, maximum: 1_000_000 },
  ),
  watch: booleanSetting(false, 'Reload fixture files when they change.'),
  cors: booleanSetting(
    false,
    "Answer preflights and send CORS headers, so that scripts of any origin can call Braze's endpoints; never the control API.",
  ),
  noControl: booleanSetting(false, 'Leave out the control API; health and readiness still answer.'),
  ...optional({
    controlToken: Field.nonEmpty(
      'Token that the control API requires as `Authorization: Bearer …`. Default: none.',
      'visible ASCII characters',
      { pattern: '^[!-~]+$' },
    ),
    controlHost: HostNamesText('Public-looking host names under which the control API also answers.'),
  }),
  tls: Field.oneOf(
    ['off', 'auto'],
    '`auto` also serves https, with a certificate of a local CA that is created on first use.',
    { default: 'off' },
  ),
  ...optional({
    tlsCert: pathSetting('a PEM file', 'Certificate for https, with its chain; requires `--tls-key`.'),
    tlsKey: pathSetting('a PEM file', 'Private key of `--tls-cert`, not encrypted.'),
    tlsDir: pathSetting(
      'a folder',
      "Folder of the CA of `--tls auto`. Default: `braze-segments-mock` in the user's data folder.",
    ),
  }),
  tlsHosts: HostNamesText(
    "Additional names in the certificate of `--tls auto`, besides this machine's and Braze's REST hosts.",
    { default: 'braze-mock' },
  ),
  httpsPort: portSetting(27294, 'Port for https, if TLS is on; 0 picks a free one.'),
  logLevel: Field.oneOf(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'Minimum level that is logged. Requests are logged at `info`.',
    { default: 'info' },
  ),
  logFormat: Type.Optional(
    Field.oneOf(['json', 'pretty'], 'Format of log lines. Default: `pretty` on a terminal, otherwise `json`.'),
  ),
});
export type Settings = Static<typeof Settings>;

export type SettingName = keyof typeof Settings.properties;
/** A flag of a command: `schema` describes its value. */
export interface Flag {
  name: string;
  flag: string;
  schema: TSchema;
}
export interface Setting extends Flag {
  variable: string;
}

/** The settings in the order of the schema, with their flags and variables. */
export const settings: readonly Setting[] = flagsOf(Settings).map((one) => ({
  ...one,
  variable: PREFIX + one.flag.slice(2).replaceAll('-', '_').toUpperCase(),
}));

/** The fields of a schema as flags. */
export function flagsOf({ properties }: TObject): Flag[] {
  return Object.entries(properties).map(([name, schema]) => ({ name, flag: flagNameOf(name), schema }));
}

export function flagNameOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

export const defaultSettings = defaultsOf(Settings) as Settings;

export function servesTls({ tls, tlsCert }: Pick<Settings, 'tls' | 'tlsCert'>): boolean {
  return tls === 'auto' || tlsCert !== undefined;
}

/** Problems of combinations: settings that require or exclude each other. `called` returns the name to show. */
export function clashesOf(chosen: Settings, called: (name: SettingName) => string): Problem[] {
  const { tlsCert, tlsKey, tls, port, httpsPort } = chosen;
  const problems: Problem[] = [];
  const files = (['tlsCert', 'tlsKey'] as const).filter((name) => chosen[name] !== undefined).map(called);
  if (tls === 'auto' && files[0] !== undefined) {
    problems.push({ path: called('tls'), found: `auto together with ${files[0]}`, expected: 'only one of them' });
  } else if (files.length === 1) {
    const missing = called(tlsCert === undefined ? 'tlsCert' : 'tlsKey');
    problems.push({ path: missing, found: 'nothing', expected: `a file to go with ${String(files[0])}` });
  }
  if ((tls === 'auto' || tlsKey !== undefined) && port !== 0 && port === httpsPort)
    problems.push({ path: called('httpsPort'), found: String(port), expected: `another port than ${called('port')}` });
  return problems;
}

/** The options of a mock, as the library's callers give them: the settings of the command, checked like its flags. */
import { Type } from '@sinclair/typebox';
import { Exchanges } from '../core/exchanges/exchanges.js';
import { clashesWithin, FixtureFile } from '../core/workspaces/fixture.js';
import { maskOwnKeys } from '../core/workspaces/mask-fixture.js';
import { type Content, contentOf, loadFixtureFiles } from '../fixtures/load.js';
import type { Environment } from '../fixtures/variables.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { groupProblems } from '../schema/group-problems.js';
import { describeProblem, type Problem } from '../schema/problems.js';
import { exactly, isObject } from '../schema/shapes.js';
import type { Logger } from '../server/logger.js';
import { clashesOf, defaultSettings, Settings } from '../start/settings.js';
import type { Given, Url } from './given.js';
import type * as inputs from './inputs.js';
import { checkInput, plainData } from './plain-data.js';

/** The settings of the command under the same names, all optional; fixtures can also be an object. */
export type MockOptions = Given<Partial<Omit<Settings, 'fixtures' | 'watch' | 'logFormat'>>> & {
  /** Paths of fixture files or folders, or the content of a file. Default: the built-in workspaces. */
  fixtures?: string | Url | readonly (string | Url)[] | inputs.FixtureFile | inputs.Fixture;
  /** Variables that `${NAME}` in the API keys of fixture files stands for, such as `process.env`. Default: none. */
  environment?: Environment;
  /** Where the log goes, instead of standard output: pino, or an object with its methods. Default: silent. */
  logger?: Logger;
};

const { fixtures: paths, watch: _watch, logFormat: _format, ...shared } = Settings.properties;
const environmentOption = Type.Record(Type.String(), Type.String(), { expected: 'variables by name' });
const Options = exactly({
  ...shared,
  environment: Type.Optional(environmentOption),
  // Known by name alone: fixtures have a schema of their own, and a logger is not data.
  fixtures: Type.Optional(Type.Unknown()),
  logger: Type.Optional(Type.Unknown()),
});

/** An option that is `undefined` counts as not given. @throws ConfigurationError with every problem. */
export function readOptions(options: unknown) {
  const { watch, ...defaults } = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'silent' };
  const given = plainData(options, Options);
  const { fixtures, logger, ...data } = isObject(given) ? given : {};
  const checked = checkInput(Options, isObject(given) ? { ...defaults, ...data } : given);
  const problems = [
    ...(checked.ok ? clashesOf(checked.value as Settings, (name) => `$.${name}`) : checked.problems),
    ...loggerProblems(logger),
  ];
  if (!checked.ok || problems.length > 0) throw new ConfigurationError(problems.map(describeProblem));
  const { environment, fixtures: _fixtures, logger: _logger, ...settings } = checked.value;
  return { settings: { ...settings, watch }, fixtures, environment, logger: logger as Logger | undefined };
}

const LOG_METHODS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const;

function loggerProblems(logger: unknown): Problem[] {
  if (logger === undefined) return [];
  const methods = (typeof logger === 'object' && logger !== null ? logger : {}) as Record<string, unknown>;
  const missing = LOG_METHODS.filter((name) => typeof methods[name] !== 'function');
  const found = `a logger without ${missing.join(', ')}`;
  return missing.length === 0 ? [] : [{ path: '$.logger', found, expected: "an object with pino's methods" }];
}

const FixturePaths = Type.Array(paths.items, { minItems: 1 });
const FixturesOption = Type.Union([paths.items, FixturePaths, FixtureFile]);

export function contentIn(given: unknown, environment?: Environment): Content {
  if (given === undefined) return contentOf();
  const fixtures = plainData(given, FixturesOption);
  const load = (files: string[]) => contentOf(loadFixtureFiles(files, environment));
  if (typeof fixtures === 'string') return load([fixtures]);
  if (Array.isArray(fixtures) && fixtures.length > 0) {
    const checked = checkInput(FixturePaths, fixtures);
    if (checked.ok) return load(checked.value);
    throw fixturesError(checked.problems);
  }
  const checked = checkInput(FixtureFile, fixtures);
  const problems = [...(checked.ok ? [] : checked.problems), ...clashesWithin(fixtures)];
  if (checked.ok && problems.length === 0) return { workspaces: checked.value.workspaces, exchanges: new Exchanges() };
  throw fixturesError(maskOwnKeys(problems, [fixtures]));
}

function fixturesError(problems: readonly Problem[]): ConfigurationError {
  return new ConfigurationError(
    groupProblems(problems).map((problem) => describeProblem({ ...problem, path: `fixtures: ${problem.path}` })),
  );
}

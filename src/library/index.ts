/**
 * The library: a mock inside a test or script. Like the control API, it exposes all operations in `src/operations/`.
 */
import { Type } from '@sinclair/typebox';
import { pino } from 'pino';
import { ConfigurationError } from '../schema/configuration-error.js';
import { maskingErrors } from '../operations/errors.js';
import type * as inputs from './inputs.js';
import { checkInput, plainData, valid } from './plain-data.js';
import { WorkspaceFace } from './workspace-handle.js';
import { listRequests, RequestFilter } from '../operations/requests.js';
import { PutWorkspace, putWorkspace } from '../operations/snapshot.js';
import { createWorkspace, NewWorkspace, startingWorkspace, strongestKey } from '../operations/workspaces.js';
import type { EntryView } from '../core/journal/entry.js';
import { pinoTimestamp } from '../start/log-stream.js';
import { clashesOf, defaultSettings, Settings } from '../start/settings.js';
import { start } from '../start/start.js';
import { groupProblems } from '../schema/group-problems.js';
import { describeProblem, type Problem } from '../schema/problems.js';
import type { Logger } from '../server/logger.js';
import { clashesWithin, FixtureFile, type WorkspaceFixture } from '../core/workspaces/fixture.js';
import { maskOwnKeys } from '../core/workspaces/mask-fixture.js';
import { loadFixtures } from '../fixtures/load.js';
import type { Environment } from '../fixtures/variables.js';
import { exactly } from '../schema/shapes.js';
import { BUILT_IN } from '../start/package.js';

export { ConfigurationError } from '../schema/configuration-error.js';
export type { Advance, ClockView } from '../operations/clock.js';
export { ControlError } from '../operations/errors.js';
export type { WorkspaceFace } from './workspace-handle.js';
export type { RateLimitSetting } from '../operations/rate-limit.js';
export type { AgainQuery, AgainView, PreviewView } from '../operations/replies.js';
export type { SeriesDay, TrendView } from '../operations/series.js';
export type { NewApiKey } from '../operations/workspaces.js';
export type { Delay, Effect } from '../core/faults/fault.js';
export type { FaultView } from '../core/faults/faults.js';
export type { EntryView, ExplainStep } from '../core/journal/entry.js';
export type { LimitState } from '../core/rate-limit/limiter.js';
export type { Logger } from '../server/logger.js';
export type { WrittenSegment } from '../core/segments/segment.js';
export type { Permission } from '../core/workspaces/fixture.js';
export type {
  ClockSetting,
  DayRange,
  FaultPlan,
  FixtureFile,
  NewWorkspace,
  PreviewQuery,
  PutWorkspace,
  RequestFilter,
  SegmentChange,
  SegmentFixture,
  SegmentInput,
  SeriesRange,
  Trigger,
  WorkspaceFixture,
} from './inputs.js';

/** The settings of the command under the same names, all optional; fixtures can also be an object. */
export type MockOptions = inputs.Given<Partial<Omit<Settings, 'fixtures' | 'watch' | 'logFormat'>>> & {
  /** Paths of fixture files or folders, or the content of a file. Default: the built-in workspaces. */
  fixtures?: string | URL | readonly (string | URL)[] | inputs.FixtureFile;
  /** Variables that `${NAME}` in the API keys of fixture files stands for, such as `process.env`. Default: none. */
  environment?: Environment;
  /** Where the log goes, instead of standard output: pino, or an object with its methods. Default: silent. */
  logger?: Logger;
};

/** For `await using`; omitted if the consumer's `lib` is older than `Symbol.asyncDispose`. */
type Disposable = typeof Symbol extends { readonly asyncDispose: infer Key extends symbol }
  ? Record<Key, () => Promise<void>>
  : object;

/** A running mock. */
export interface RunningMock extends Disposable {
  /** The base URL for the client, without a trailing slash. */
  readonly url: string;
  /** The HTTPS base URL, with the option `tls: 'auto'` or with `tlsCert` and `tlsKey`. */
  readonly httpsUrl?: string;
  /** The CA certificate that clients must trust for `tls: 'auto'`, in PEM. */
  readonly ca?: string;
  /** An API key of `workspace`. */
  readonly apiKey: string;
  /** The workspace `default`, or the first one if there is no `default`. */
  readonly workspace: WorkspaceFace;
  /** Creates an isolated workspace, by default a copy of `workspace`. */
  readonly createWorkspace: (workspace?: inputs.NewWorkspace) => WorkspaceFace;
  /** Creates or replaces a workspace: from the `fixture()` of one, or from its fields; with or without its name first. */
  readonly putWorkspace: {
    (workspace: inputs.PutWorkspace): WorkspaceFace;
    (name: string, workspace: inputs.PutWorkspace): WorkspaceFace;
  };
  /** The requests without a valid key, newest first. */
  readonly strayRequests: (filter?: inputs.RequestFilter) => EntryView[];
  /** Restores the fixtures and deletes workspaces created since. */
  readonly reset: () => void;
  /** Answers pending requests and closes all connections; idempotent. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a mock, by default on a free port. It logs nothing, reads no environment variables and handles no signals.
 * @throws ConfigurationError naming every problem of the options and the fixtures.
 */
export async function startMock(options: MockOptions = {}): Promise<RunningMock> {
  const { settings, fixtures, environment, logger } = readOptions(options);
  const log = logger ?? pino({ level: settings.logLevel, base: null, timestamp: pinoTimestamp });
  const { mock, server, identity } = await start(settings, workspacesOf(fixtures, environment), {
    log,
    tlsDir: settings.tlsDir,
  });
  const face = (name: string, apiKey: string) => new WorkspaceFace(mock, name, apiKey);
  const { name, apiKey } = startingWorkspace(mock);
  const masking = <T>(work: () => T) => maskingErrors(mock.workspaces.mask, work);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= server.stop());
  return {
    url: server.url,
    ...(server.httpsUrl !== undefined && { httpsUrl: server.httpsUrl }),
    ...(identity?.ca !== undefined && { ca: identity.ca }),
    apiKey,
    workspace: face(name, apiKey),
    createWorkspace(workspace = {}) {
      const made = masking(() => createWorkspace(mock, valid(NewWorkspace, workspace)));
      return face(made.name, made.apiKey);
    },
    putWorkspace(first: string | inputs.PutWorkspace, second?: inputs.PutWorkspace) {
      const { workspace } = masking(() => {
        const input = valid(PutWorkspace, typeof first === 'string' ? second : first);
        const own = input.workspaces?.[0]?.name ?? input.name ?? '';
        return putWorkspace(mock, typeof first === 'string' ? first : own, input);
      });
      return face(workspace.name, strongestKey(workspace));
    },
    strayRequests: (filter = {}) =>
      masking(() => listRequests(mock.journal, mock.workspaces.mask, valid(RequestFilter, filter, 'query_invalid'))),
    reset: () => mock.reset(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const { fixtures: paths, watch: _watch, logFormat: _format, ...shared } = Settings.properties;
// Fixtures have a schema of their own, and a logger is not data.
const Options = exactly({
  ...shared,
  fixtures: Type.Optional(Type.Unknown()),
  environment: Type.Optional(Type.Record(Type.String(), Type.String(), { expected: 'variables by name' })),
  logger: Type.Optional(Type.Unknown()),
});

/** An option that is `undefined` counts as not given. @throws ConfigurationError with every problem. */
function readOptions(options: unknown) {
  const { watch, ...defaults } = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'silent' };
  const given = plainData(options, Options);
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const chosen = isObject ? { ...defaults, ...given } : given;
  const checked = checkInput(Options, chosen);
  const problems = [
    ...(checked.ok ? clashesOf(checked.value as Settings, (name) => `$.${name}`) : checked.problems),
    ...(isObject ? loggerProblems((given as { logger?: unknown }).logger) : []),
  ];
  if (!checked.ok || problems.length > 0) throw new ConfigurationError(problems.map(describeProblem));
  const { fixtures, environment, logger, ...settings } = checked.value;
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

const Paths = Type.Array(paths.items, { minItems: 1 });
const FixturesOption = Type.Union([paths.items, Paths, FixtureFile]);

function workspacesOf(given: unknown = BUILT_IN, environment?: Environment): WorkspaceFixture[] {
  const fixtures = plainData(given, FixturesOption);
  if (typeof fixtures === 'string') return loadFixtures(fixtures, environment);
  if (Array.isArray(fixtures) && fixtures.length > 0) {
    const checked = checkInput(Paths, fixtures);
    if (checked.ok) return loadFixtures(checked.value, environment);
    throw fixturesError(checked.problems);
  }
  const checked = checkInput(FixtureFile, fixtures);
  const problems = [...(checked.ok ? [] : checked.problems), ...clashesWithin(fixtures)];
  if (checked.ok && problems.length === 0) return checked.value.workspaces;
  throw fixturesError(maskOwnKeys(problems, [fixtures]));
}

function fixturesError(problems: readonly Problem[]): ConfigurationError {
  return new ConfigurationError(
    groupProblems(problems).map((problem) => describeProblem({ ...problem, path: `fixtures: ${problem.path}` })),
  );
}

/**
 * The library: a mock inside a test or script. Like the control API, it exposes all operations in `src/operations/`.
 */
import { Type } from '@sinclair/typebox';
import { pino } from 'pino';
import { ConfigurationError } from '../schema/configuration-error.js';
import { maskingErrors } from '../operations/errors.js';
import { valid, WorkspaceFace } from './workspace-handle.js';
import { listRequests, RequestFilter } from '../operations/requests.js';
import { createWorkspace, NewWorkspace, startingWorkspace } from '../operations/workspaces.js';
import type { EntryView } from '../core/journal/entry.js';
import { pinoTimestamp } from '../start/log-stream.js';
import { clashesOf, defaultSettings, Settings } from '../start/settings.js';
import { start } from '../start/start.js';
import { groupProblems } from '../schema/group-problems.js';
import { describeProblem, type Problem } from '../schema/problems.js';
import type { Logger } from '../server/logger.js';
import { omitUndefined, checker } from '../schema/checker.js';
import { checkFixture, clashesWithin, type FixtureFile, type WorkspaceFixture } from '../core/workspaces/fixture.js';
import { maskOwnKeys } from '../core/workspaces/mask-fixture.js';
import { loadFixtures } from '../fixtures/load.js';
import type { Environment } from '../fixtures/variables.js';
import { BUILT_IN } from '../start/package.js';

export { ConfigurationError } from '../schema/configuration-error.js';
export type { ClockSetting } from '../core/time/clock.js';
export type { Advance, ClockView } from '../operations/clock.js';
export { ControlError } from '../operations/errors.js';
export type { WorkspaceFace } from './workspace-handle.js';
export type { RateLimitSetting } from '../operations/rate-limit.js';
export type { RequestFilter } from '../operations/requests.js';
export type { SegmentChange, SegmentInput } from '../operations/segments.js';
export type { DayRange, SeriesDay, SeriesRange, TrendView } from '../operations/series.js';
export type { NewApiKey, NewWorkspace } from '../operations/workspaces.js';
export type { Delay, Effect, FaultPlan, Trigger } from '../core/faults/fault.js';
export type { FaultView } from '../core/faults/faults.js';
export type { EntryView, ExplainStep } from '../core/journal/entry.js';
export type { LimitState } from '../core/rate-limit/limiter.js';
export type { Logger } from '../server/logger.js';
export type { SegmentFixture } from '../core/segments/fixture.js';
export type { WrittenSegment } from '../core/segments/segment.js';
export type { FixtureFile, Permission, WorkspaceFixture } from '../core/workspaces/fixture.js';

/** The settings of the command under the same names, all optional; fixtures can also be an object. */
export type MockOptions = Partial<Omit<Settings, 'fixtures' | 'watch' | 'logFormat'>> & {
  /** Paths of fixture files or folders, or the content of a file. Default: the built-in workspaces. */
  fixtures?: string | readonly string[] | FixtureFile;
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
  createWorkspace(workspace?: NewWorkspace): WorkspaceFace;
  /** The requests without a valid key, newest first. */
  strayRequests(filter?: RequestFilter): EntryView[];
  /** Restores the fixtures and deletes workspaces created since. */
  reset(): void;
  /** Answers pending requests and closes all connections; idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a mock, by default on a free port. It logs nothing, reads no environment variables and handles no signals.
 * @throws ConfigurationError naming every problem of the options and the fixtures.
 */
export async function startMock({ fixtures, environment, logger, ...options }: MockOptions = {}): Promise<RunningMock> {
  const settings = checkSettings(options, logger);
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
    strayRequests: (filter = {}) =>
      masking(() => listRequests(mock.journal, mock.workspaces.mask, valid(RequestFilter, filter, 'query_invalid'))),
    reset: () => mock.reset(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const checkShape = checker(Type.Omit(Settings, ['fixtures', 'watch', 'logFormat']));

/** An option that is `undefined` counts as not given. */
function checkSettings(options: Omit<MockOptions, 'fixtures' | 'logger'>, logger: unknown): Settings {
  const { watch, ...defaults } = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'silent' };
  const given = omitUndefined(options);
  const chosen = { ...defaults, ...given };
  const checked = checkShape(chosen);
  const clashes = clashesOf({ ...chosen, watch } as Settings, (name) => `$.${name}`);
  const problems = [...(checked.ok ? [] : checked.problems), ...clashes, ...loggerProblems(logger)];
  if (checked.ok && problems.length === 0) return { ...checked.value, watch };
  throw new ConfigurationError(problems.map(describeProblem));
}

const LOG_METHODS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const;

function loggerProblems(logger: unknown): Problem[] {
  if (logger === undefined) return [];
  const methods = (typeof logger === 'object' && logger !== null ? logger : {}) as Record<string, unknown>;
  const missing = LOG_METHODS.filter((name) => typeof methods[name] !== 'function');
  const found = `a logger without ${missing.join(', ')}`;
  return missing.length === 0 ? [] : [{ path: '$.logger', found, expected: "an object with pino's methods" }];
}

function workspacesOf(given: MockOptions['fixtures'] = BUILT_IN, environment?: Environment): WorkspaceFixture[] {
  if (typeof given === 'string' || isPaths(given)) return loadFixtures(given, environment);
  // Copied, because the caller can modify the object later.
  const fixtures = omitUndefined(given);
  const checked = checkFixture(fixtures);
  const problems = [...(checked.ok ? [] : checked.problems), ...clashesWithin(fixtures)];
  if (checked.ok && problems.length === 0) return checked.value.workspaces;
  throw new ConfigurationError(
    groupProblems(maskOwnKeys(problems, [fixtures])).map((problem) =>
      describeProblem({ ...problem, path: `fixtures: ${problem.path}` }),
    ),
  );
}

function isPaths(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.length > 0 && given.every((path) => typeof path === 'string' && path !== '');
}

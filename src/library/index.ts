/**
 * The library: a mock inside a test or script. Like the control API, it exposes all operations in `src/operations/`.
 */
import { pino } from 'pino';
import type { EntryView } from '../core/journal/entry.js';
import { maskingErrors } from '../operations/errors.js';
import { type ConductView, conductView } from '../operations/conduct.js';
import { listRequests, RequestFilter } from '../operations/requests.js';
import { PutWorkspace, putWorkspace } from '../operations/snapshot.js';
import { createWorkspace, NewWorkspace, startingWorkspace, strongestKey } from '../operations/workspaces.js';
import { pinoTimestamp } from '../start/log-stream.js';
import { makeMock } from '../start/make-mock.js';
import { listen } from '../start/start.js';
import { inProcessFetch } from './fetch.js';
import type * as inputs from './inputs.js';
import { contentIn, type MockOptions, readOptions } from './options.js';
import { valid, validQuery } from './plain-data.js';
import { WorkspaceFace } from './workspace-handle.js';

export { ConfigurationError } from '../schema/configuration-error.js';
export type { Advance, ClockView } from '../operations/clock.js';
export { RULE_NAMES, type RuleName } from '../core/conduct/rules.js';
export type { ConductView, Finding } from '../operations/conduct.js';
export { ControlError } from '../operations/errors.js';
export type { MockOptions } from './options.js';
export type { WorkspaceFace } from './workspace-handle.js';
export type { RateLimitSetting } from '../operations/rate-limit.js';
export type { AgainQuery, AgainView, PreviewView } from '../operations/replies.js';
export type { PlayingStoryboard, StoryboardsView } from '../operations/storyboards.js';
export type { SeriesDay, TrendView } from '../operations/series.js';
export type { StateChange } from '../operations/states.js';
export type { NewApiKey } from '../operations/workspaces.js';
export type { Delay, Effect } from '../core/faults/fault.js';
export type { FaultView } from '../core/faults/planned-fault.js';
export type { EntryView, ExplainStep } from '../core/journal/entry.js';
export type { LimitState } from '../core/rate-limit/limiter.js';
export type { Logger } from '../server/logger.js';
export type { SeriesReply as DataSeries } from '../core/profiles/profile.js';
export type { SegmentDetails, SegmentList } from '../core/profiles/segment-bodies.js';
export type { WrittenSegment } from '../core/segments/segment.js';
export type { Permission } from '../core/workspaces/fixture.js';
export type * from './inputs.js';

/** For `await using`; omitted if the consumer's `lib` is older than `Symbol.asyncDispose`. */
type Disposable = typeof Symbol extends { readonly asyncDispose: infer Key extends symbol }
  ? Record<Key, () => Promise<void>>
  : object;

/** `fetch`, as the platform's types declare it, if there are any. */
export type Fetch = typeof globalThis extends { fetch: infer PlatformFetch extends (...args: never[]) => unknown }
  ? PlatformFetch
  : (input: unknown, init?: unknown) => Promise<unknown>;

/** A mock in this process. It has no port, holds nothing open and need not be stopped. */
export interface InProcessMock {
  /** Answers as the mock would over HTTP, without a socket, whatever host the URL names. Hand it to the client under test. */
  readonly fetch: Fetch;
  /** Serves this very mock over HTTP, by default on a free port. While it is served, further calls give the same server. */
  readonly listen: () => Promise<RunningMock>;
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
  /** How the clients without a valid key behave. */
  readonly strayConduct: () => ConductView;
  /** Restores the fixtures and deletes workspaces created since. */
  readonly reset: () => void;
}

/** A mock that is served over HTTP. */
export interface RunningMock extends InProcessMock, Disposable {
  /** The base URL for the client, with the option `basePath` and without a trailing slash. */
  readonly url: string;
  /** `url` without its path. The control API is at `${origin}/__mock`. */
  readonly origin: string;
  /** The HTTPS base URL, with the option `tls: 'auto'` or with `tlsCert` and `tlsKey`. */
  readonly httpsUrl?: string;
  /** The CA certificate that clients must trust for `tls: 'auto'`, in PEM. */
  readonly ca?: string;
  /** Answers pending requests and closes all connections; idempotent. */
  readonly stop: () => Promise<void>;
}

/**
 * Makes a mock without a port. It logs nothing, reads no environment variables and handles no signals.
 * @throws ConfigurationError naming every problem of the options and the fixtures.
 */
export function createMock(options: MockOptions = {}): InProcessMock {
  const { settings, fixtures, environment, logger } = readOptions(options);
  const log = logger ?? pino({ level: settings.logLevel, base: null, timestamp: pinoTimestamp });
  const mock = makeMock(settings, contentIn(fixtures, environment));
  const { skipped } = mock.exchanges;
  if (skipped.length > 0) log.warn({ skipped }, 'exchanges that are not replayed');
  const face = (name: string, apiKey: string) => new WorkspaceFace(mock, name, apiKey);
  const { name, apiKey } = startingWorkspace(mock);
  const masking = <T>(work: () => T) => maskingErrors(mock.workspaces.mask, work);
  let running: Promise<RunningMock> | undefined;
  // After the server has stopped or could not start, the mock can be served again.
  const ended = () => void (running = undefined);
  const serve = async (): Promise<RunningMock> => {
    const { server, identity } = await listen(mock, settings, { log, tlsDir: settings.tlsDir });
    let stopping: Promise<void> | undefined;
    const stop = () => (stopping ??= server.stop().finally(ended));
    return {
      ...inProcess,
      ...server,
      ...(identity?.ca !== undefined && { ca: identity.ca }),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  };
  const inProcess: InProcessMock = {
    fetch: inProcessFetch(mock, log),
    listen() {
      running ??= serve().catch((error: unknown) => {
        ended();
        throw error;
      });
      return running;
    },
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
    strayRequests: (filter = {}) => masking(() => listRequests(mock, undefined, validQuery(RequestFilter, filter))),
    strayConduct: () => conductView(mock),
    reset: () => mock.reset(),
  };
  return inProcess;
}

/**
 * Starts a mock, by default on a free port: `createMock` and `listen` in one.
 * @throws ConfigurationError naming every problem of the options and the fixtures.
 */
export async function startMock(options: MockOptions = {}): Promise<RunningMock> {
  return createMock(options).listen();
}

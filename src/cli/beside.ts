import type { Writable } from 'node:stream';
import type { Static, TObject } from '@sinclair/typebox';
import type { ProfileName } from '../core/profiles/names.js';
import type { Registry } from '../core/workspaces/registry.js';
import { startingWorkspace } from '../operations/workspaces.js';
import { defaultsOf } from '../schema/checker.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { defaultSettings, flagsOf, type Settings } from '../start/settings.js';
import { monotonicNow } from '../system/real-time.js';
import { type Configuration, configure, type Launched, launch } from './launch.js';
import type { ProcessContext } from './process-context.js';
import { Collector } from './report/collector.js';
import { type FailOn, resultOf, type Run } from './report/report.js';

/** By default, a mock beside a command uses free ports and logs only warnings. */
const DEFAULTS: Settings = { ...defaultSettings, port: 0, httpsPort: 0, logLevel: 'warn' };

/**
 * Reads the flags of a mock and those of `exec` or `rehearse`, and the command after `--`.
 * @throws ConfigurationError if there is no command, or as `configure` does.
 */
export function readBeside<S extends TObject>(
  name: string,
  own: S,
  args: readonly string[],
  { environment }: ProcessContext,
): { command: string[]; configuration: Configuration; options: Static<S> } {
  const end = args.indexOf('--');
  const command = end < 0 ? [] : args.slice(end + 1);
  if (command[0] === undefined || command[0] === '') {
    throw new ConfigurationError([
      `${name}: found ${command[0] === undefined ? 'no' : 'an empty'} command, expected one after "--", as in: braze-segments-mock ${name} -- npm test`,
    ]);
  }
  const configuration = configure(args.slice(0, end), withoutPort(environment), DEFAULTS, flagsOf(own));
  return { command, configuration, options: { ...defaultsOf(own), ...configuration.own } };
}

/** `PORT` belongs to the command. */
function withoutPort({ PORT: _port, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return environment;
}

/** The profiles to run in; `undefined` is what settings and fixtures say. */
export function profilesOf(profiles: ProfileName | 'both' | undefined): (ProfileName | undefined)[] {
  return profiles === 'both' ? ['documented', 'observed'] : [profiles];
}

/** The configuration with one profile for all workspaces, if one is given. */
export function inProfile(configuration: Configuration, profile: ProfileName | undefined): Configuration {
  if (profile === undefined) return configuration;
  const { settings, content } = configuration;
  const workspaces = content.workspaces.map((workspace) => ({ ...workspace, profile }));
  return { ...configuration, settings: { ...settings, profile }, content: { ...content, workspaces } };
}

/** How a command ended: by itself with an exit code, or otherwise. */
export type Ending = number | 'hung' | 'stopped';

export interface BesideOptions {
  /** That of the run, for its report; the configuration has its faults. */
  storyboard: string | null;
  failOn: FailOn;
  environment: NodeJS.ProcessEnv;
  log: Writable;
  /** Whether the mock goes on when the command has ended. */
  keepsServing?: boolean;
}

/** Starts a mock for a command, which `work` runs with the variables. Returns what its requests come to. */
export async function runBeside(
  configuration: Configuration,
  { storyboard, failOn, environment, log, keepsServing = false }: BesideOptions,
  work: (env: NodeJS.ProcessEnv, launched: Launched) => Promise<Ending>,
): Promise<{ run: Run; workspaces: Registry; stop: () => Promise<void> }> {
  const launched = await launch(configuration, { environment: withoutPort(environment), log, stderr: log });
  const { mock, stop } = launched;
  const collector = new Collector(mock);
  try {
    const started = monotonicNow();
    const ending = await work({ ...environment, ...variablesOf(launched, environment) }, launched);
    const durationMs = monotonicNow() - started;
    // Replies that are under way count too.
    if (!keepsServing) await stop();
    const requests = collector.requests();
    const exitCode = typeof ending === 'number' ? ending : null;
    const result = typeof ending === 'number' ? resultOf({ exitCode, ...requests }, failOn) : ending;
    const profile = (mock.workspaces.default ?? mock).profile.name;
    const run = { storyboard, profile, result, exitCode, durationMs, ...requests };
    return { run, workspaces: mock.workspaces, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The variables with which a command finds the mock. */
function variablesOf({ mock, server, identity }: Launched, environment: NodeJS.ProcessEnv) {
  const { origin, url, httpsUrl } = server;
  const { NODE_EXTRA_CA_CERTS } = environment;
  const caFile = identity?.caFile;
  return {
    BRAZE_REST_URL: url,
    BRAZE_REST_ORIGIN: origin,
    BRAZE_API_KEY: startingWorkspace(mock).apiKey,
    ...withoutProxy(new URL(url).hostname, environment),
    ...(httpsUrl !== undefined && { BRAZE_REST_HTTPS_URL: httpsUrl }),
    ...(caFile !== undefined && { BRAZE_REST_CA: caFile, NODE_EXTRA_CA_CERTS: NODE_EXTRA_CA_CERTS ?? caFile }),
  };
}

/** Lets the command call the mock directly although it has a proxy. Programs read either spelling [curl: lower case first]. */
function withoutProxy(host: string, { NO_PROXY, no_proxy }: NodeJS.ProcessEnv) {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  const append = (...given: (string | undefined)[]) => {
    const hosts = given.find((list) => list !== undefined && list !== '');
    if (hosts?.trim() === '*') return hosts;
    const known = (hosts ?? '').split(/[\s,]+/).filter((one) => one !== '');
    return [...new Set([...known, plain, host])].join(',');
  };
  return { NO_PROXY: append(NO_PROXY, no_proxy), no_proxy: append(no_proxy, NO_PROXY) };
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onTestFinished, vi } from 'vitest';

const execute = promisify(execFile);

export interface Engine {
  image: string;
  /** The command of Compose; empty if it is not installed. */
  compose: string[];
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program and resolves with any exit code; rejects if it is not found. */
export async function run(program: string, args: string[], environment: Record<string, string> = {}): Promise<Ran> {
  const options = { env: { ...process.env, ...environment }, maxBuffer: 2 ** 26 };
  try {
    return { code: 0, ...(await execute(program, args, options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as Ran;
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}

/** Runs a program that must exit with 0, and returns its stdout. */
export async function ran(program: string, args: string[], environment?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, environment);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}: ${stderr}`);
  return stdout.trim();
}

export const docker = (...args: string[]): Promise<string> => ran('docker', args);

/** Detects an engine, and Compose as a plugin or a command. */
export async function findEngine(): Promise<Pick<Engine, 'compose'> | { missing: string }> {
  const attempt = (program: string, ...args: string[]) =>
    run(program, args).catch((error: Error) => ({ code: -1, stdout: '', stderr: error.message }));
  const { code, stderr } = await attempt('docker', 'version');
  if (code !== 0) return { missing: stderr.trim() };
  for (const compose of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...args] = compose;
    if ((await attempt(program, ...args, 'version')).code === 0) return { compose };
  }
  return { compose: [] };
}

interface Inspected {
  State: { Status: string; StartedAt: string; FinishedAt: string; ExitCode: number; Health: { Status: string } };
}

export async function inspect(container: string): Promise<Inspected['State']> {
  const [{ State }] = JSON.parse(await docker('container', 'inspect', container)) as [Inspected];
  return State;
}

/** Waits until a container is healthy; rejects if it ends first. */
export async function untilHealthy(container: string): Promise<void> {
  await vi.waitUntil(
    async () => {
      const { Status, Health } = await inspect(container);
      if (Status === 'running') return Health.Status === 'healthy';
      throw new Error(`${container} is ${Status}: ${(await run('docker', ['logs', container])).stderr}`);
    },
    { timeout: 30_000, interval: 100 },
  );
}

/** The restrictions of a hardened host. */
const HARDENED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

/** Starts a restricted container of the image, and removes it after the test. */
export async function start(image: string, options: string[] = [], args: string[] = []) {
  const id = await docker('run', '--detach', ...HARDENED, '--publish', '127.0.0.1::27293', ...options, image, ...args);
  onTestFinished(async () => void (await docker('rm', '--force', '--volumes', id)));
  return id;
}

/** Starts a container, waits until it is healthy, and returns its URL. */
export async function serve(image: string, options: string[] = [], args: string[] = []) {
  // Checked more often than in the image, to shorten the wait.
  const id = await start(image, ['--health-interval', '1s', ...options], args);
  await untilHealthy(id);
  return { id, url: `http://${await docker('port', id, '27293')}` };
}

/** Ends a container by a signal; returns its exit code and the milliseconds it took. */
export async function endBy(signal: string, id: string) {
  const sent = Date.now();
  await docker('kill', '--signal', signal, id);
  await docker('wait', id);
  const { ExitCode, FinishedAt } = await inspect(id);
  return { code: ExitCode, milliseconds: Date.parse(FinishedAt) - sent };
}

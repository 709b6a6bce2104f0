import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';

// The exit codes of a POSIX shell.
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const SIGNAL_EXIT_BASE = 128;

export type StartedChild = ReturnType<typeof startChild>;

/**
 * Starts a command; `complain` is told why it cannot be started. Returns its process, if there is one, and a promise of
 * its exit code, in the manner of a shell.
 */
export function startChild(
  [command = '', ...args]: readonly string[],
  options: { env: NodeJS.ProcessEnv; stdio: StdioOptions; detached?: boolean },
  complain: (sentence: string) => void,
) {
  const reportFailure = (error: NodeJS.ErrnoException) => {
    complain(`error: ${command}: ${spawnProblem(error)}\n`);
    return error.code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
  };
  let child: ChildProcess;
  try {
    child = spawn(command, args, options);
  } catch (error) {
    // Node throws some errors instead of emitting them, such as E2BIG and ENOTDIR.
    return { process: undefined, exited: Promise.resolve(reportFailure(error as NodeJS.ErrnoException)) };
  }
  const exited = new Promise<number>((resolve) => {
    child.once('error', (error) => resolve(reportFailure(error)));
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOfSignal(signal ?? 'SIGTERM')));
  });
  return { process: child, exited };
}

export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return SIGNAL_EXIT_BASE + constants.signals[signal];
}

function spawnProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'command not found';
  if (code === 'EACCES') return 'not executable; check its permissions';
  return message;
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Limits } from '../../src/server/transport/limits.js';
import type { Settings } from '../../src/start/settings.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';
import { compiled } from './compile.js';

/** Options of the server. */
export interface ApartOptions {
  settings?: Partial<Settings>;
  limits?: Partial<Limits>;
  workspaces?: WorkspaceFixture[];
  /** Heap limit in megabytes. */
  heap?: number;
}

/** The memory of a server after a garbage collection. */
export interface Measure {
  /** Bytes of the heap and external memory. */
  bytes: number;
  /** Estimated bytes of the journals' entries. */
  journalBytes: number;
  /** Active resources: sockets, timers, pipes. */
  resources: number;
  sockets: number;
}

export interface Apart {
  url: string;
  pid: number;
  measure(): Promise<Measure>;
  /** Measures until no socket is left, because the server closes sockets shortly after the client. */
  settled(): Promise<Measure>;
  /** Its error output: internal errors and crashes. */
  complaints(): string;
  stop(): Promise<void>;
}

function heapOf({ heap }: ApartOptions): string[] {
  return heap === undefined ? [] : [`--max-old-space-size=${heap}`];
}

let script: Promise<string> | undefined;

/** Starts a server in a separate process, to measure its memory and notice a crash. */
export async function startApart(options: ApartOptions = {}): Promise<Apart> {
  const child: ChildProcess = fork(await (script ??= compiled('served-apart.ts')), [JSON.stringify(options)], {
    execArgv: ['--expose-gc', ...heapOf(options)],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  const next = async <T>() => {
    const answer = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
    if (answer === undefined) throw new Error(`the server has ended: ${said}`);
    return answer[0] as T;
  };
  const url = await next<string>();
  const measure = () => {
    child.send('measure');
    return next<Measure>();
  };
  return {
    url,
    pid: child.pid ?? 0,
    measure,
    async settled() {
      let measured = await measure();
      for (let tries = 0; measured.sockets > 0 && tries < 2_000; tries++) {
        await pause(50);
        measured = await measure();
      }
      return measured;
    },
    complaints: () => said,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Limits } from '../../src/server/transport/limits.js';
import type { Settings } from '../../src/start/settings.js';
import type { WorkspaceFixture } from '../../src/core/workspaces/fixture.js';

/** What the server is made of, beside the defaults. */
export interface ApartOptions {
  settings?: Partial<Settings>;
  limits?: Partial<Limits>;
  workspaces?: WorkspaceFixture[];
  /** Megabytes of its heap. */
  heap?: number;
}

/** What a server holds, after its garbage was collected. */
export interface Measure {
  /** Of the heap and of what hangs on it. */
  bytes: number;
  /** What the journals' entries take by their own estimates. */
  journalBytes: number;
  /** Whatever keeps the process alive: sockets, timers, pipes. */
  resources: number;
  sockets: number;
}

export interface Apart {
  url: string;
  measure(): Promise<Measure>;
  /** Measures until no socket is left; what a client has closed the server closes a moment later. */
  settled(): Promise<Measure>;
  /** What it has had to say: failures of its own, and what ended it. */
  complaints(): string;
  stop(): Promise<void>;
}

function heapOf({ heap }: ApartOptions): string[] {
  return heap === undefined ? [] : [`--max-old-space-size=${heap}`];
}

/** Starts a server in a process of its own, so that its memory is its own and a crash is seen. */
export async function startApart(options: ApartOptions = {}): Promise<Apart> {
  const child: ChildProcess = fork(
    fileURLToPath(new URL('served-apart.ts', import.meta.url)),
    [JSON.stringify(options)],
    { execArgv: ['--expose-gc', ...heapOf(options), '--import', 'tsx'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
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

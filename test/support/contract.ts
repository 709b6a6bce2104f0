import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { ContractIo } from '../../src/contract/io.js';
import { systemClock } from '../../src/system/clock.js';
import { API_KEY } from './bytes.js';

export interface RecordedIo extends ContractIo {
  stdout: PassThrough;
  /** What the command printed on the terminal. */
  told: string[];
  /** The milliseconds of each wait, which takes no time. */
  waits: number[];
}

/** The process of a contract command, on a terminal; waits take no time. */
export function ioOf(environment: Record<string, string> = { BRAZE_API_KEY: API_KEY }): RecordedIo {
  const told: string[] = [];
  const waits: number[] = [];
  return {
    environment,
    stdin: () => new PassThrough(),
    stdout: new PassThrough(),
    told,
    waits,
    progress: (text) => void told.push(text),
    note: (text) => void told.push(text),
    signal: new AbortController().signal,
    now: systemClock.now,
    wait: async (ms) => void waits.push(ms),
  };
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'braze-segments-mock-contract-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The URL of an HTTP server that is closed after the test. */
export async function httpServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

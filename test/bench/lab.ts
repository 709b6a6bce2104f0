import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './cleanup.js';
import { KEY, SEGMENT, writeFixture } from './fixtures.js';
import type { LoadTool } from './load.js';
import { measure, type Measured } from './measure.js';
import { type Server, startBare, startMock } from './server.js';
import { type Asked, HOT, USUAL } from './windows.js';

/** Durations and repetitions. */
export interface Effort {
  rounds: number;
  seconds: number;
  /** Warm-up requests per server. */
  warming: number;
  /** Starts of each server. */
  starts: number;
  /** Runs of each operation of the library. */
  libraryRuns: number;
  /** The largest numbers of segments and workspaces. */
  segments: number;
  workspaces: number;
}

export const FULL: Effort = {
  rounds: 5,
  seconds: 2,
  warming: 40_000,
  starts: 20,
  libraryRuns: 300,
  segments: 100_000,
  workspaces: 10_000,
};
export const QUICK: Effort = {
  rounds: 3,
  seconds: 1,
  warming: 10_000,
  starts: 5,
  libraryRuns: 60,
  segments: 10_000,
  workspaces: 1000,
};

/** Requests per second that any machine reaches. */
const SLOW = 10_000;
/** Limit of the warm-up in seconds, for a slow server or a busy machine. */
const SLICES = 2;

/** Shared by the parts of the benchmark. */
export class Lab {
  readonly #tool: LoadTool;
  #pair: { mock: Server; bare: Server } | undefined;
  #body: { text: string; file: string } | undefined;

  constructor(
    tool: LoadTool,
    readonly effort: Effort,
  ) {
    this.#tool = tool;
  }

  /** Prints progress to stderr. */
  tell(progress: string): void {
    process.stderr.write(`${progress}\n`);
  }

  measure(server: Server, asked: Asked, seconds: number, seed: number): Promise<Measured> {
    return measure(this.#tool, server, asked, seconds, seed);
  }

  /** Warms up a server until its code is compiled and its memory allocated. */
  async warm(server: Server, asked: Asked): Promise<void> {
    let requests = 0;
    for (let slice = 1; slice <= SLICES && requests < this.effort.warming; slice++) {
      requests += (await this.measure(server, asked, 1, slice)).requests;
    }
  }

  /** Requests every segment and workspace, to warm up what is created on first use. */
  async askForAll(server: Server, asked: Asked): Promise<void> {
    const count = Math.max(asked.segments, asked.workspaces);
    // A single slice, because each starts with the first segment; it is long enough for all at average speed.
    const seconds = Math.ceil(count / SLOW);
    const { requests } = await this.measure(server, { ...asked, inTurn: true }, seconds, 1);
    if (requests < count) this.tell(`of ${count} only the first ${requests} were asked for beforehand`);
  }

  /** The fixture of most measurements. */
  get fixture(): string {
    return writeFixture(USUAL);
  }

  /** The mock, and bare Fastify sending the same bytes; started once. */
  async pair(): Promise<{ mock: Server; bare: Server }> {
    return (this.#pair ??= { mock: await startMock(this.fixture), bare: await startBare((await this.body()).file) });
  }

  /** A reply of the mock to a hot window; the other servers send the same bytes. */
  async body(): Promise<{ text: string; file: string }> {
    if (this.#body !== undefined) return this.#body;
    const mock = await startMock(this.fixture);
    const path = `/segments/data_series?segment_id=${SEGMENT}1&length=${HOT.length}&ending_at=${HOT.endings[0]}`;
    const reply = await fetch(mock.url + path, { headers: { authorization: `Bearer ${KEY}1` } });
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`the mock answered ${reply.status}: ${text}`);
    await mock.stop();
    const file = join(temporaryFolder(), 'body.json');
    writeFileSync(file, text);
    return (this.#body = { text, file });
  }

  /** Stops the shared servers, so that they take no time from the next part. */
  async stopPair(): Promise<void> {
    await this.#pair?.mock.stop();
    await this.#pair?.bare.stop();
    this.#pair = undefined;
  }
}

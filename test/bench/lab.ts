import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './cleanup.js';
import { KEY, SEGMENT, writeFixture } from './fixtures.js';
import type { LoadTool } from './load.js';
import { measure, type Measured } from './measure.js';
import { type Server, startBare, startMock } from './server.js';
import { type Asked, HOT, USUAL } from './windows.js';

/** How long and how often is measured. */
export interface Effort {
  rounds: number;
  seconds: number;
  /** Requests to a server before it is measured. */
  warming: number;
  /** Starts of each server. */
  starts: number;
  /** The largest numbers of segments and workspaces. */
  segments: number;
  workspaces: number;
}

export const FULL: Effort = {
  rounds: 5,
  seconds: 3,
  warming: 40_000,
  starts: 7,
  segments: 100_000,
  workspaces: 10_000,
};
export const QUICK: Effort = { rounds: 3, seconds: 1, warming: 10_000, starts: 3, segments: 10_000, workspaces: 1000 };

/** Requests a second that any machine should answer. */
const SLOW = 10_000;
/** Seconds that a slow server, or a busy machine, is given to get warm. */
const SLICES = 3;

/** What the parts of the benchmark share. */
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

  /** Says on stderr how far it is. */
  tell(progress: string): void {
    process.stderr.write(`${progress}\n`);
  }

  measure(server: Server, asked: Asked, seconds: number, seed: number): Promise<Measured> {
    return measure(this.#tool, server, asked, seconds, seed);
  }

  /** Loads a server until its code is compiled, and its memory in use. */
  async warm(server: Server, asked: Asked): Promise<void> {
    let requests = 0;
    for (let slice = 1; slice <= SLICES && requests < this.effort.warming; slice++) {
      requests += (await this.measure(server, asked, 1, slice)).requests;
    }
  }

  /** Asks for each segment and in each workspace, so that what is made when first asked for is there. */
  async askForAll(server: Server, asked: Asked): Promise<void> {
    const count = Math.max(asked.segments, asked.workspaces);
    // One slice asks for all, as each begins with the first: it is long enough for a server of average speed.
    const seconds = Math.ceil(count / SLOW);
    const { requests } = await this.measure(server, { ...asked, inTurn: true }, seconds, 1);
    if (requests < count) this.tell(`of ${count} only the first ${requests} were asked for beforehand`);
  }

  /** The fixture that most is measured with. */
  get fixture(): string {
    return writeFixture(USUAL);
  }

  /** The mock, and bare Fastify sending the same bytes; started once. */
  async pair(): Promise<{ mock: Server; bare: Server }> {
    return (this.#pair ??= { mock: await startMock(this.fixture), bare: await startBare((await this.body()).file) });
  }

  /** A reply of the mock to a hot window, which all others send too. */
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

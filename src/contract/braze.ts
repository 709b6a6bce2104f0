import type { Static, TSchema } from '@sinclair/typebox';
import { checker } from '../schema/checker.js';
import { describeProblem } from '../schema/problems.js';
import { Failure } from '../system/failure.js';
import type { ContractIo } from './io.js';
import { redactorOf } from './redact.js';
import type { Upstream, UpstreamReply } from './upstream.js';

const MOST_TRIES = 5;
/** Seconds; a rate limit of Braze's is there again within the hour. */
const LONGEST_WAIT = 3700;
/** The share of the quota that is left to other clients. */
const RESERVE = 0.1;

/** Braze's API, called as a considerate client does: it waits as a 429 says, and leaves a part of the quota. */
export class Braze {
  readonly #headers: Record<string, string>;
  readonly #redact: (text: string) => string;
  /** Why no further request may be sent. */
  #stopped: string | undefined;
  readonly #upstream: Upstream;
  readonly #io: ContractIo;
  readonly #most: number;
  /** Requests that may still be sent. */
  #left: number;

  constructor(upstream: Upstream, apiKey: string, maxRequests: number, io: ContractIo) {
    this.#upstream = upstream;
    this.#io = io;
    this.#left = this.#most = maxRequests;
    this.#headers = { authorization: `Bearer ${apiKey}`, 'accept-encoding': 'identity' };
    this.#redact = redactorOf(apiKey);
  }

  /**
   * The parsed reply of an endpoint; `undefined` if its status is `absent`.
   * @throws Failure if it cannot be had, or does not have the schema.
   */
  async get<S extends TSchema>(target: string, schema: S, absent?: number): Promise<Static<S> | undefined> {
    const reply = await this.ask(target);
    if (reply.status === absent) return undefined;
    const text = reply.body.toString('utf8');
    const shown = this.#redact(text).slice(0, 200);
    const what = this.#redact(`GET ${target} was answered`);
    const hint = hintFor(reply.status, target.replace(/\?.*/, ''));
    if (reply.status !== 200) throw new Failure(`${what} ${reply.status}: ${shown}${hint}`);
    const checked = checker(schema)(jsonIn(text) ?? shown);
    if (checked.ok) return checked.value;
    const problems = checked.problems.slice(0, 3).map((problem) => this.#redact(describeProblem(problem)));
    throw new Failure(`${what} with something else than expected: ${problems.join('; ')}`);
  }

  /**
   * Sends a request until it is answered neither 429 nor 502 to 504. `headers` replace the usual ones; one that is
   * `undefined` is not sent.
   */
  async ask(target: string, headers: Record<string, string | undefined> = {}, method = 'GET'): Promise<UpstreamReply> {
    const sent = Object.entries({ ...this.#headers, ...headers }).filter(
      (one): one is [string, string] => one[1] !== undefined,
    );
    for (let tries = 1; ; tries++) {
      if (this.#stopped !== undefined) throw new Failure(this.#stopped);
      if (this.#left-- <= 0) throw new Failure(`stopped: the ${this.#most} requests that may be sent are used up`);
      const reply = await this.#upstream.get(target, Object.fromEntries(sent), method);
      if (![429, 502, 503, 504].includes(reply.status)) {
        this.#leaveReserve(reply);
        return reply;
      }
      const seconds = Math.ceil(this.#waitMs(reply, tries) / 1000);
      if (tries === MOST_TRIES) throw new Failure(`${method} ${target} was answered ${reply.status}, ${tries} times`);
      if (seconds > LONGEST_WAIT)
        throw new Failure(`${reply.status}: the server asks to wait ${seconds} s; try again then`);
      this.#io.progress(`${reply.status}: waiting ${seconds} s`);
      await this.#io.wait(seconds * 1000, this.#io.signal).catch(() => {
        throw new Failure('stopped before the end');
      });
    }
  }

  /** `retry-after`, else until `x-ratelimit-reset`, else 1, 2, 4, 8 s. A reset in the past is that of another clock. */
  #waitMs({ status, headers }: UpstreamReply, tries: number): number {
    const after = headerNumber(headers['retry-after']);
    const reset = status === 429 ? headerNumber(headers['x-ratelimit-reset']) : undefined;
    const untilReset = (reset ?? 0) * 1000 - this.#io.now();
    if (after !== undefined) return after * 1000;
    return untilReset > 0 ? untilReset : 500 * 2 ** tries;
  }

  #leaveReserve({ headers }: UpstreamReply): void {
    const limit = headerNumber(headers['x-ratelimit-limit']);
    const remaining = headerNumber(headers['x-ratelimit-remaining']);
    if (limit !== undefined && remaining !== undefined && remaining <= limit * RESERVE)
      this.#stopped = `stopped: ${remaining} of ${limit} requests are left; the last 10 % are for other clients`;
  }
}

function headerNumber(text: string | string[] | undefined): number | undefined {
  return /^\d+$/.test(String(text)) ? Number(text) : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hintFor(status: number, path: string): string {
  if (status === 401) return '; is this the instance of the API key?';
  return status === 403 ? `; the API key needs the permission ${path.slice(1).replace('/', '.')}` : '';
}

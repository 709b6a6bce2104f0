import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Listed } from '../core/profiles/segment-bodies.js';
import { Size } from '../core/segments/points.js';
import { InstantText, MidnightText } from '../core/time/text.js';
import { checker } from '../schema/checker.js';
import { describeProblem } from '../schema/problems.js';
import { Failure } from '../system/failure.js';
import type { ContractIo } from './io.js';
import { redactorOf } from './redact.js';
import { parsed } from './shape.js';
import { Upstream, type UpstreamReply } from './upstream.js';

/* The successes of the endpoints, as clients read them. What else a reply has is ignored. */

const Words = Type.Array(Type.String());

export const BrazeList = Type.Object({
  message: Type.String(),
  segments: Type.Array(Type.Object({ ...Listed.properties, tags: Type.Optional(Words) })),
});
export type BrazeList = Static<typeof BrazeList>;

export const BrazeSeries = Type.Object({
  message: Type.String(),
  data: Type.Array(Type.Object({ time: MidnightText(), size: Size })),
});

const InstantOrNull = Type.Optional(Type.Union([InstantText(), Type.Null()]));
const TextOrNull = Type.Optional(Type.Union([Type.String(), Type.Null()]));

export const BrazeDetails = Type.Object({
  message: Type.String(),
  created_at: InstantOrNull,
  updated_at: InstantOrNull,
  name: Type.String(),
  description: TextOrNull,
  text_description: TextOrNull,
  tags: Type.Optional(Words),
  teams: Type.Optional(Words),
});
export type BrazeDetails = Static<typeof BrazeDetails>;

const MOST_TRIES = 5;
/** Seconds; a rate limit of Braze's is available again within the hour. */
const LONGEST_WAIT = 3700;
/** The share of the quota that is left to other clients. */
const RESERVE = 0.1;

/** Braze's API, called as a considerate client does: it waits as a 429 says, and leaves a part of the quota. */
export class Braze {
  readonly #authorization: string;
  readonly #redact: (text: string) => string;
  /** Why no further request may be sent. */
  #stopped: string | undefined;
  readonly #upstream: Upstream;
  readonly #io: ContractIo;
  readonly #most: number;
  /** Requests that may still be sent. */
  #left: number;

  constructor(baseUrl: string, apiKey: string, maxRequests: number, io: ContractIo) {
    this.#upstream = new Upstream(baseUrl, io.signal);
    this.#io = io;
    this.#left = this.#most = maxRequests;
    this.#authorization = `Bearer ${apiKey}`;
    this.#redact = redactorOf(apiKey);
  }

  /**
   * The parsed reply of an endpoint; `undefined` if its status is `absent`.
   * @throws Failure if it cannot be had, or does not have the schema.
   */
  async get<S extends TSchema>(target: string, schema: S, absent?: number): Promise<Static<S> | undefined> {
    const reply = await this.ask(target, { authorization: this.#authorization });
    if (reply.status === absent) return undefined;
    const text = reply.body.toString('utf8');
    const shown = this.#redact(text).slice(0, 200);
    const what = this.#redact(`GET ${target} was answered`);
    const hint = hintFor(reply.status, target.replace(/\?.*/, ''));
    if (reply.status !== 200) throw new Failure(`${what} ${reply.status}: ${shown}${hint}`);
    const body = parsed(text);
    const checked = checker(schema)(typeof body === 'symbol' ? shown : body);
    if (checked.ok) return checked.value;
    const problems = checked.problems.slice(0, 3).map((problem) => this.#redact(describeProblem(problem)));
    throw new Failure(`${what} with something else than expected: ${problems.join('; ')}`);
  }

  /** Sends a request until it is answered neither 429 nor 502 to 504. */
  async ask(target: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<UpstreamReply> {
    for (let tries = 1; ; tries++) {
      if (this.#stopped !== undefined) throw new Failure(this.#stopped);
      if (this.#left-- <= 0) throw new Failure(`stopped: the ${this.#most} requests that may be sent are used up`);
      const reply = await this.#upstream.get(target, { ...headers, 'accept-encoding': 'identity' }, method);
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

function hintFor(status: number, path: string): string {
  if (status === 401) return '; is this the instance of the API key?';
  return status === 403 ? `; the API key needs the permission ${path.slice(1).replace('/', '.')}` : '';
}

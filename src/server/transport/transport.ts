import { type Limits, LIMITS } from './limits.js';

/** How long a stopping server waits, in real milliseconds. */
export interface StopTimes {
  /** How long a request may still arrive after the server stopped listening. */
  graceMs: number;
  pollMs: number;
  /** Upper bound on the wait for requests and replies. */
  deadlineMs: number;
}

/** A process with these exits within a second. */
export const STOP_TIMES: StopTimes = { graceMs: 100, pollMs: 20, deadlineMs: 500 };

/** Socket settings of a server. Only tests and the benchmark override the defaults. */
export interface Transport {
  limits: Limits;
  stopTimes: StopTimes;
  /** How many replies are sent together, at most. */
  repliesAtOnce: number;
}

export const TRANSPORT: Transport = { limits: LIMITS, stopTimes: STOP_TIMES, repliesAtOnce: 64 };

import { type Limits, LIMITS } from './limits.js';

/** How a stopping server waits, in real milliseconds. */
export interface StopTimes {
  /** How long a request that was on its way when the server stopped listening may still arrive. */
  graceMs: number;
  /** Between looks for connections that have fallen idle. */
  lookMs: number;
  /** After so long it waits no more, neither for requests nor for replies. */
  deadlineMs: number;
}

/** With these a process is gone within a second. */
export const STOP_TIMES: StopTimes = { graceMs: 100, lookMs: 20, deadlineMs: 500 };

/** How a server treats its sockets. Only tests override the default. */
export interface Transport {
  limits: Limits;
  stopTimes: StopTimes;
}

export const TRANSPORT: Transport = { limits: LIMITS, stopTimes: STOP_TIMES };

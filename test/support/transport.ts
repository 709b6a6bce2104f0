import type { Limits } from '../../src/server/transport/limits.js';
import { STOP_TIMES, type StopTimes, type Transport, TRANSPORT } from '../../src/server/transport/transport.js';

/** Stops fast, for tests about something else. */
const BRIEF: StopTimes = { ...STOP_TIMES, graceMs: 0, pollMs: 1 };

/** Waits for pending requests without a limit, even on a busy machine. */
export const PATIENT: StopTimes = { ...BRIEF, deadlineMs: 1_000_000 };

/** For a request that must time out; on a busy machine any other can time out too. */
export const SHORT_TIMEOUTS: Partial<Limits> = { headersTimeout: 50, requestTimeout: 100, timeoutsCheckedEvery: 20 };

/** The default transport with overrides and without a grace period. */
export function transportWith({
  limits = {},
  stopTimes = {},
}: {
  limits?: Partial<Limits>;
  stopTimes?: Partial<StopTimes>;
}): Transport {
  return { ...TRANSPORT, limits: { ...TRANSPORT.limits, ...limits }, stopTimes: { ...BRIEF, ...stopTimes } };
}

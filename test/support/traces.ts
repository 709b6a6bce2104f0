import type { Trace } from '../../src/core/journal/trace.js';

/** The trace of a request answered with 200, with overrides. */
export function traceWith(different: Partial<Trace> = {}): Trace {
  return {
    number: 0,
    at: 0,
    startedMs: 0,
    connection: undefined,
    toldWaitSeconds: undefined,
    method: 'GET',
    target: '/segments/data_series',
    path: '/segments/data_series',
    headers: '{}',
    isReadable: true,
    subject: 'series',
    reached: 10,
    segmentId: undefined,
    apiKey: undefined,
    workspace: undefined,
    permissions: undefined,
    profile: 'documented',
    revision: 0,
    quota: undefined,
    resetAt: 0,
    remaining: 0,
    faultsPlanned: undefined,
    preferred: undefined,
    strike: undefined,
    reasons: undefined,
    days: undefined,
    recorded: undefined,
    warnings: undefined,
    bytes: 500,
    status: 200,
    durationMs: 1,
    ...different,
  };
}

import { maskPath } from '../../core/endpoints/mask-path.js';
import { pathOf } from '../../core/endpoints/paths.js';
import { outcomeOf } from '../../core/journal/outcome.js';
import { describeWarning } from '../../core/journal/warnings.js';
import { maskQuoted } from '../../core/refusals/mask-quoted.js';
import type { Recorded } from '../../core/reply.js';
import { type Reason, statusOf } from '../../core/refusals/codes.js';
import type { Mask } from '../../core/workspaces/masking.js';
import type { Logger } from '../logger.js';

/** What is logged of a request; `answer` is undefined for the control API, and `status` for a reply that was not sent. */
export interface LoggedRequest {
  method: string;
  url: string;
  answer?: Recorded | undefined;
  controlCode?: string | undefined;
  status: number | undefined;
}

/** Logs a request in one line at `info`; probes of its health, which come all the time, at `debug`. */
export function logRequest(log: Logger, mask: Mask, request: LoggedRequest, ms: number): void {
  const { method, url, answer, controlCode = 'success', status = null } = request;
  const path = pathOf(url);
  const isProbe = answer === undefined && /^\/__mock\/(?:health|ready)$/.test(path);
  const level = isProbe ? 'debug' : 'info';
  if (log.isLevelEnabled?.(level) === false) return;
  const durationMs = toMicroseconds(ms);
  if (answer === undefined) {
    const outcome = status === null ? 'unanswered' : controlCode;
    log[level]({ method, path: mask(path), status, outcome, durationMs }, 'request');
    return;
  }
  const { workspace, apiKey, segmentId, subject, warnings } = answer.trace;
  // An endpoint's own path hides no key, and is not searched for one.
  const isEndpoint = subject !== undefined && path === answer.trace.path;
  const line = {
    workspace,
    apiKey,
    method,
    path: isEndpoint ? path : maskPath(path, mask),
    segmentId: segmentId && mask(segmentId),
    status,
    outcome: outcomeOf(answer.trace),
    durationMs,
    warnings: warnings?.map((warning) => describeWarning(maskQuoted(warning, mask))),
  };
  log.info(line, 'request');
}

/** Logs what was refused before it was a whole request. */
export function logMalformed(log: Logger, reason: Reason, milliseconds: number): void {
  log.info({ status: statusOf(reason), outcome: reason.code, durationMs: toMicroseconds(milliseconds) }, 'request');
}

function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

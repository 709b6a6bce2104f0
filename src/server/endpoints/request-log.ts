import type { FastifyReply, FastifyRequest } from 'fastify';
import { maskPath } from '../../core/endpoints/mask-path.js';
import { pathOf } from '../../core/endpoints/paths.js';
import { outcomeOf } from '../../core/journal/outcome.js';
import { type Reason, statusOf } from '../../core/refusals/codes.js';
import type { Mask } from '../../core/workspaces/masking.js';
import type { Logger } from '../logger.js';
import { isControlPath } from '../paths.js';

/** Logs a request in one line; one to the control API at `debug`. */
export function logRequest(log: Logger, mask: Mask, request: FastifyRequest, reply: FastifyReply, ms: number): void {
  const { method, url, answer, controlCode = 'success' } = request;
  const path = pathOf(url);
  const level = answer === undefined && isControlPath(path) ? 'debug' : 'info';
  if (log.isLevelEnabled?.(level) === false) return;
  const status = reply.raw.headersSent ? reply.raw.statusCode : null;
  const durationMs = toMicroseconds(ms);
  if (answer === undefined) {
    const outcome = status === null ? 'unanswered' : controlCode;
    log[level]({ method, path: mask(path), status, outcome, durationMs }, 'request');
    return;
  }
  const { workspace, apiKey } = answer.trace;
  const outcome = outcomeOf(answer.trace);
  log.info({ workspace, apiKey, method, path: maskPath(path, mask), status, outcome, durationMs }, 'request');
}

/** Logs what was refused before it was a whole request. */
export function logMalformed(log: Logger, reason: Reason, milliseconds: number): void {
  log.info({ status: statusOf(reason), outcome: reason.code, durationMs: toMicroseconds(milliseconds) }, 'request');
}

function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

import { performance } from 'node:perf_hooks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { redactKey } from '../workspaces/api-key.js';
import { outcomeOf } from './exchange.js';
import { isControlPath } from './paths.js';
import { type Reason, statusOf } from '../refusals/refusals.js';

/** Logs a request in one line; those of the control API only to who wants the details. */
export function logRequest(log: Logger, { exchange, method, url }: FastifyRequest, reply: FastifyReply): void {
  log[isControlPath(url) ? 'debug' : 'info'](
    {
      workspace: exchange.opened?.workspace.name,
      apiKey: exchange.presentedKey === undefined ? undefined : redactKey(exchange.presentedKey),
      method,
      path: url.split('?', 1)[0],
      status: reply.raw.headersSent ? reply.raw.statusCode : null,
      outcome: outcomeOf(exchange),
      durationMs: toMicroseconds(performance.now() - exchange.startedAt),
    },
    'request',
  );
}

/** Logs what was refused before it was a whole request. */
export function logBroken(log: Logger, reason: Reason, milliseconds: number): void {
  log.info({ status: statusOf(reason), outcome: reason.code, durationMs: toMicroseconds(milliseconds) }, 'request');
}

function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

import { performance } from 'node:perf_hooks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Reason, statusOf } from './refusals.js';

/** Logs a request in one line. */
export function logRequest(log: Logger, { exchange, method, url }: FastifyRequest, reply: FastifyReply): void {
  log.info(
    {
      workspace: exchange.opened?.workspace.name,
      apiKey: exchange.presentedKey === undefined ? undefined : redactKey(exchange.presentedKey),
      method,
      path: url.split('?', 1)[0],
      status: reply.statusCode,
      outcome: exchange.outcome,
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

/** Enough of a key to tell it from its neighbours, never enough to use it. */
export function redactKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 4)}…`;
}

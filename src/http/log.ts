import { performance } from 'node:perf_hooks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { redactKey } from '../workspaces/api-key.js';
import { isControlPath } from './paths.js';
import { outcomeOf } from './exchange.js';

/** Logs a request in one line. */
export function logRequest(log: Logger, { exchange, method, url }: FastifyRequest, reply: FastifyReply): void {
  const level = isControlPath(url) ? 'debug' : 'info';
  log[level](
    {
      workspace: exchange.opened?.workspace.name,
      apiKey: exchange.presentedKey === undefined ? undefined : redactKey(exchange.presentedKey),
      method,
      path: url.split('?', 1)[0],
      status: reply.raw.headersSent ? reply.raw.statusCode : null,
      outcome: outcomeOf(exchange),
      durationMs: Math.round((performance.now() - exchange.startedAt) * 1000) / 1000,
    },
    'request',
  );
}

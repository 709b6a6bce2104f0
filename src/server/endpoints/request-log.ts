import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { monotonicNow } from '../../system/real-time.js';
import { redactKey } from '../../core/workspaces/api-key.js';
import type { Mask } from '../../core/workspaces/masking.js';
import type { ApiKey } from '../../core/workspaces/workspace.js';
import { type Exchange, outcomeOf } from './exchange.js';
import { pathOf } from './paths.js';
import { type Reason, statusOf } from '../../core/refusals/codes.js';

/** Logs each request in one line; those of the control API only to who wants the details. */
export function requestLog(log: Logger, mask: Mask): (request: FastifyRequest, reply: FastifyReply) => void {
  // What a line says of the key is written out once a key, not once a request.
  const logs = new WeakMap<ApiKey, Logger>();
  const logFor = ({ opened, presentedKey }: Exchange): Logger => {
    if (presentedKey === undefined) return log;
    if (opened === undefined) return log.child({ apiKey: redactKey(presentedKey) });
    const { workspace, apiKey } = opened;
    let found = logs.get(apiKey);
    if (found === undefined) {
      found = log.child({ workspace: workspace.name, apiKey: redactKey(presentedKey) });
      logs.set(apiKey, found);
    }
    return found;
  };
  return ({ exchange, method, url }, { raw }) => {
    const status = raw.headersSent ? raw.statusCode : undefined;
    const level = exchange.isControl ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return;
    const path = pathOf(url);
    logFor(exchange)[level](
      {
        method,
        // The path of an endpoint has no room for a key.
        path: exchange.endpoint === undefined ? mask(path) : path,
        status: status ?? null,
        outcome: outcomeOf(exchange, status),
        durationMs: toMicroseconds(monotonicNow() - exchange.startedAt),
      },
      'request',
    );
  };
}

/** Logs what was refused before it was a whole request. */
export function logBroken(log: Logger, reason: Reason, milliseconds: number): void {
  log.info({ status: statusOf(reason), outcome: reason.code, durationMs: toMicroseconds(milliseconds) }, 'request');
}

function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

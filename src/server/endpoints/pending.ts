import type { IncomingMessage, ServerResponse } from 'node:http';
import { abandon } from '../../core/answer.js';
import { plainPath } from '../../core/endpoints/paths.js';
import type { Recorded } from '../../core/reply.js';
import type { Reason } from '../../core/refusals/codes.js';
import type { Arrival, ServiceRequest } from '../../core/request.js';
import type { Parts } from '../options.js';
import { isControlPath } from '../paths.js';
import { setCorsHeaders } from './cors.js';
import { logRequest } from './request-log.js';

/** A request whose reply is not sent yet. */
export interface PendingRequest {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrival: Arrival;
  /** Why the HTTP layer refuses the request, if it does. */
  httpProblem: Reason | undefined;
  /** The request as the simulated service recorded it; `undefined` until then, and on routes that are not its own. */
  answer: Recorded | undefined;
  /** Has only the start of its reply been sent, to find out whether the client still reads? */
  isHeldBack: boolean;
  /** The code of the error that a control request was answered with; `undefined` where it succeeded. */
  controlCode: string | undefined;
}

export type Begin = (raw: IncomingMessage, response: ServerResponse) => PendingRequest;

/** Follows requests from their start until their replies are sent or aborted; then completes their entries and logs them. */
export function beginner({ mock, connections, log, settings: { cors = false } }: Parts): Begin {
  return (raw, response) => {
    const startedMs = mock.stopwatch();
    // On Node's response, so that errors, the event stream and refusals of Fastify's router have it too.
    if (isControl(raw)) response.setHeader('x-content-type-options', 'nosniff');
    else if (cors) setCorsHeaders(response);
    const pending: PendingRequest = {
      raw,
      response,
      arrival: { resets: mock.resets, startedMs, connection: connections.requestStarted(response) },
      httpProblem: undefined,
      answer: undefined,
      isHeldBack: false,
      controlCode: undefined,
    };
    response.on('close', () => {
      const durationMs = mock.stopwatch() - startedMs;
      const status = response.headersSent && !pending.isHeldBack ? response.statusCode : undefined;
      connections.replyFinished(response);
      if (status === undefined && pending.answer === undefined && !isControl(raw))
        pending.answer = abandon(mock, toServiceRequest(pending));
      const { answer, controlCode } = pending;
      answer?.journal.finish(answer.trace, status, durationMs);
      const { method = '', url = '' } = raw;
      logRequest(log, mock.workspaces.mask, { method, url, answer, controlCode, status }, durationMs);
    });
    return pending;
  };
}

export function toServiceRequest({ raw, httpProblem, arrival }: PendingRequest): ServiceRequest {
  const { method = '', url = '', headers } = raw;
  return { method, target: url, headers, problem: httpProblem, arrival };
}

/** Is a request for the control API? */
export function isControl({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  // Most requests differ in the first letter, unless it is written in another way.
  return '_o%/'.includes(url.charAt(1)) && isControlPath(plainPath(url));
}

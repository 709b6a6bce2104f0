import type { ServerResponse } from 'node:http';
import type { onRequestHookHandler } from 'fastify';
import { endpointAt } from '../../core/endpoints/endpoints.js';
import type { Mock } from '../../core/mock.js';
import { pathBeneath, plainPath } from '../../core/endpoints/paths.js';

/** The headers of every reply to a script of another origin. `*` stands for all that a fault may add. */
export const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, allow, etag, preference-applied, x-request-id, x-runtime, *',
} as const;

/** Sets them on Node's response, which also has them if a fault breaks the reply. */
export function setCorsHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(CORS_HEADERS)) response.setHeader(name, value);
}

/**
 * Answers preflights [Fetch, 4.8] of Braze's endpoints. They carry no API key, so they are answered before the checks
 * of one; and they are not recorded, because scripts do not see that their browser sent them.
 */
export function answerPreflights(mock: Mock): onRequestHookHandler {
  return (request, reply, done) => {
    const { method, url, headers, pending } = request;
    const asked = headers['access-control-request-method'];
    const isPreflight = method === 'OPTIONS' && (headers.origin && asked) !== undefined;
    const { basePath } = mock.settings;
    const path = plainPath(url);
    const methods = endpointAt(path, basePath) && 'GET, HEAD';
    const recorded = mock.exchanges.requestsOf(pathBeneath(path, basePath)).length > 0 ? asked : undefined;
    if (pending.httpProblem !== undefined || !isPreflight || (methods ?? recorded) === undefined) return done();
    // `*` would not include `Authorization`.
    const allowed = headers['access-control-request-headers'] ?? 'authorization, prefer, if-none-match';
    reply.code(204).header('access-control-allow-methods', recorded ?? methods);
    void reply.header('access-control-allow-headers', allowed).send();
  };
}

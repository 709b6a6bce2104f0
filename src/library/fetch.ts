/**
 * `mock.fetch`: WHATWG `fetch` over `answer`, in this process. The promise, the reply and the journal's entry are what
 * `fetch` and the server would give; there is no socket, so nothing depends on timers, except where a fault delays.
 */
import { Buffer } from 'node:buffer';
import { METHODS, STATUS_CODES } from 'node:http';
import { answer } from '../core/answer.js';
import { plainPath } from '../core/endpoints/paths.js';
import { isBodiless } from '../core/exchanges/exchanges.js';
import type { Mock } from '../core/mock.js';
import type { Reason } from '../core/refusals/codes.js';
import type { ServiceReply } from '../core/reply.js';
import { toDate } from '../core/time/calendar.js';
import { problemOfHead } from '../server/endpoints/http-problem.js';
import { logRequest } from '../server/endpoints/request-log.js';
import type { Logger } from '../server/logger.js';
import { isControlPath } from '../server/paths.js';
import { LIMITS } from '../server/transport/limits.js';
import { systemClock } from '../system/clock.js';
import { pauseInTest } from '../system/test-time.js';
import { bodyStream, connectionError, fetchFailed } from './broken-reply.js';

/** A function, not a method: clients take it as it is. */
export function inProcessFetch(mock: Mock, log: Logger): typeof fetch {
  return async (input, init) => {
    const request = toRequest(input, init);
    const url = new URL(request.url);
    url.hash = '';
    if (!/^https?:$/.test(url.protocol))
      throw fetchFailed(new Error(`mock.fetch answers http: and https: URLs, not ${url.protocol}`));
    request.signal.throwIfAborted();
    const target = url.pathname + url.search;
    if (!isControlPath(plainPath(target))) return replyTo(mock, log, request, url);
    const errors = [{ code: 'not_found', message: NO_CONTROL }];
    return withUrl(Response.json({ message: 'error', errors }, { status: 404 }), url);
  };
}

const NO_CONTROL =
  "mock.fetch answers only Braze's endpoints. Control the mock with its methods, such as mock.workspace.faults.add(…), " +
  'or call mock.listen(), whose url has the control API';

/** The global classes, read at each call: a test environment may have its own. @throws TypeError if it has none. */
function toRequest(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): Request {
  const { Request, Response } = globalThis as Partial<typeof globalThis>;
  if (Request === undefined || Response === undefined)
    throw new TypeError(
      'mock.fetch needs the globals Request and Response, which this test environment lacks; ' +
        'run the test in the environment "node", or call mock.listen() and use its url',
    );
  if (typeof input === 'string' || input instanceof URL || input instanceof Request || !isRequestLike(input))
    return new Request(input, init);
  // A Request of another realm or package, which this one's constructor would turn into a text.
  const { url, method, headers, signal, body } = input;
  const given = { method, headers: [...headers], signal, body, ...(body !== null && { duplex: 'half' as const }) };
  return new Request(url, { ...given, ...init });
}

function isRequestLike(input: unknown): input is Request {
  const { url, method, headers } = Object(input) as Partial<Record<string, unknown>>;
  return typeof url === 'string' && typeof method === 'string' && typeof headers === 'object';
}

async function replyTo(mock: Mock, log: Logger, request: Request, url: URL): Promise<Response> {
  const { method, signal } = request;
  const arrival = { resets: mock.resets, startedMs: mock.stopwatch(), connection: undefined };
  const target = url.pathname + url.search;
  const headers = { host: url.host, ...Object.fromEntries(request.headers) };
  const problem = headProblem(method, target, headers) ?? (request.body && (await bodyProblem(request.body)));
  const result = answer(mock, { method, target, headers, problem: problem ?? undefined, arrival });
  if (result.failure !== undefined) log.error({ err: result.failure }, 'failed to answer a request');
  const finish = (status: number | undefined) => {
    const durationMs = mock.stopwatch() - arrival.startedMs;
    result.journal.finish(result.trace, status, durationMs);
    logRequest(log, mock.workspaces.mask, { method, url: target, answer: result, status }, durationMs);
  };
  try {
    const { delayMs = 0, connection } = result.effect ?? {};
    // Without a delay too, a caller can abort the call before it has its reply.
    await (delayMs > 0 ? pauseInTest(delayMs, signal) : undefined);
    signal.throwIfAborted();
    if (connection !== undefined && connection !== 'MALFORMED_RESPONSE_CHUNK') throw connectionError(connection);
  } catch (error) {
    finish(undefined);
    throw error;
  }
  const response = responseTo(request, result, () => finish(result.status));
  return withUrl(response, url);
}

/** The response; `done` is called when its body is complete, or broken off. */
function responseTo({ method, signal }: Request, result: ServiceReply, done: () => void): Response {
  const { status, headers, body, effect } = result;
  const hasBody = method !== 'HEAD' && !isBodiless(status);
  const isBroken = (effect?.connection ?? effect?.truncate ?? effect?.dribble) !== undefined;
  headers['date'] ??= toDate(systemClock.now()).toUTCString();
  if (effect?.connection !== undefined) headers['transfer-encoding'] = 'chunked';
  else if (!isBodiless(status)) headers['content-length'] = String(Buffer.byteLength(body));
  const stream = isBroken && hasBody ? bodyStream(body, effect ?? {}, signal, done) : undefined;
  if (stream === undefined) done();
  // A text would get a content-type, where the reply has none.
  const content = hasBody ? (stream ?? Buffer.from(body as string)) : null;
  return new Response(content, { status, headers, statusText: STATUS_CODES[status] ?? 'unknown' });
}

/** The constructor of `Response` takes no URL, and its `clone()` would lose one. */
function withUrl(response: Response, url: URL): Response {
  const clone = response.clone.bind(response);
  return Object.defineProperties(response, {
    url: { value: url.href },
    clone: { value: () => withUrl(clone(), url) },
  });
}

/** Why the HTTP layer would refuse the head of this request. */
function headProblem(method: string, target: string, headers: Record<string, string>): Reason | undefined {
  if (!METHODS.includes(method)) return { code: 'http_malformed', detail: 'Invalid method encountered' };
  const raw = { url: target, headers, httpVersion: '1.1', rawHeaders: [] };
  const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, target.length);
  const tooLarge: Reason | undefined =
    bytes > LIMITS.headers ? { code: 'headers_too_large', limit: LIMITS.headers } : undefined;
  return problemOfHead(raw, LIMITS) ?? tooLarge;
}

/** No endpoint reads a body, but one that is too large is refused. @throws what the body's stream throws. */
async function bodyProblem(body: ReadableStream<Uint8Array>): Promise<Reason | undefined> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LIMITS.body) return { code: 'body_too_large', limit: LIMITS.body };
  }
  return undefined;
}

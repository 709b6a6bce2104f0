import { Buffer } from 'node:buffer';
import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Server as NetServer, Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import type { Logger } from '../logger.js';
import type { Profile } from '../../core/profiles/profile.js';
import { monotonicNow, setTimeout } from '../../system/real-time.js';
import type { Connections } from './connections.js';
import type { Limits } from './limits.js';
import { plainPath } from '../../core/endpoints/paths.js';
import { CORS_HEADERS } from '../endpoints/cors.js';
import { isTooLarge, problemOfHead } from '../endpoints/http-problem.js';
import { logMalformed } from '../endpoints/request-log.js';
import type { Parts } from '../options.js';
import { isControlPath } from '../paths.js';
import { currentReplyOf, msSinceRequestBegan } from './node-internals.js';
import type { Reason } from '../../core/refusals/codes.js';

/** Check 0 for requests that Node's parser rejects: answers on the raw socket, in the usual error envelope. */
export function answerMalformed(parts: Parts): (error: ConnectionError, socket: Socket) => void {
  const { mock, limits, connections, log, settings } = parts;
  const closing = new WeakSet<Socket>();
  const answer = (error: ConnectionError, socket: Socket) => {
    // Further bytes on this connection make its parser fail again.
    if (closing.has(socket)) return;
    closing.add(socket);
    // A reply whose headers are sent cannot be replaced, and a closed connection cannot be answered.
    if (socket.writable && error.code !== 'ECONNRESET' && currentReplyOf(socket)?.headersSent !== true) {
      const reason = reasonOf(error, limits);
      const hasCors = settings.cors === true && isForBraze(error.rawPacket);
      socket.write(rawReply(mock.profile, reason, hasCors ? CORS_HEADERS : {}));
      logMalformed(log, reason, msSinceRequestBegan(socket) ?? 0);
    }
    closeGently(socket);
  };
  return (error, socket) => connections.afterReplies(socket, () => answer(error, socket));
}

/** Milliseconds for the client to close its side. */
const LINGER_MS = 500;

/**
 * Ends a connection, but keeps reading for a while: the system answers unread bytes with a reset, and a reset
 * discards a reply that the client has not read yet [RFC 9112, 9.6].
 */
function closeGently(socket: Socket): void {
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => timer.abort());
}

/**
 * Answers `Expect: 100-continue` once the replies to earlier pipelined requests are sent, unless the reply has begun:
 * Node would write the 100 between the headers and the body of a queued reply. The checks refuse every other
 * expectation.
 */
function handleExpectContinue(server: Server, limits: Limits): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A body that will be refused must not be sent; the connection closes, because the client may send it anyway.
    if (problemOfHead(request, limits) !== undefined || isTooLarge(request, limits)) {
      response.shouldKeepAlive = false;
      server.emit('request', request, response);
      return;
    }
    const writeContinue = () => {
      if (!response.headersSent) response.writeContinue();
    };
    if (response.socket === null) response.once('socket', writeContinue);
    else writeContinue();
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/** Configures the raw Node server: connection tracking, limits, `Expect`, `CONNECT`. */
export function configureServer(server: Server, { connections, limits, log }: Parts): void {
  connections.watch(server);
  // A client may close its side after its last request [RFC 9112, 9.6]; Node would close the connection unanswered.
  // Documented only as an answer in Node's issues.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Node silently drops headers beyond 1,000. Their size is limited already.
  server.maxHeadersCount = 0;
  limitConnections(server, limits, log);
  handleExpectContinue(server, limits);
  rejectConnect(server, connections);
}

/** Closes connections beyond the limit before reading from them. */
export function limitConnections(server: NetServer, { connections }: Limits, log: Logger): void {
  server.maxConnections = connections;
  let lastLogged = -Infinity;
  server.on('drop', () => {
    if (monotonicNow() - lastLogged < 1000) return;
    lastLogged = monotonicNow();
    log.warn({ limit: connections }, 'connections are closed unread: too many are open');
  });
}

/** Node emits CONNECT with the raw socket and closes it if there is no listener. Treat it like any other request. */
function rejectConnect(server: Server, connections: Connections): void {
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    // Node detached the parser, which handled socket errors.
    socket.on('error', () => socket.destroy());
    connections.afterReplies(socket, () => {
      if (socket.destroyed) return;
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      response.once('finish', () => socket.destroySoon());
      server.emit('request', request, response);
    });
  });
}

function reasonOf(error: ConnectionError, limits: Limits): Reason {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return isUrlTooLong(error.rawPacket, limits)
        ? { code: 'uri_too_long', limit: limits.url }
        : { code: 'headers_too_large', limit: limits.headers };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'body_too_large', limit: limits.body };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request_timeout' };
    default:
      return { code: 'http_malformed', detail: error.message.replace(/^Parse Error: /, '') };
  }
}

/** Node's parser counts the request line as part of the headers, and passes on the packet that exceeded the limit. */
function isUrlTooLong(packet: unknown, limits: Limits): boolean {
  if (!Buffer.isBuffer(packet)) return false;
  const [firstLine = ''] = packet.toString('latin1').split('\n', 1);
  // The packet may start in the middle of the headers.
  return firstLine.length > limits.url && /^[A-Z-]+ \S|\sHTTP\/\d\.\d\r?$/.test(firstLine);
}

/** Does a packet begin with a request outside the control API? */
function isForBraze(packet: unknown): boolean {
  const path = Buffer.isBuffer(packet) ? /^[A-Z]+ (\/\S*)/.exec(packet.toString('latin1'))?.[1] : undefined;
  return path !== undefined && !isControlPath(plainPath(path));
}

function rawReply(profile: Profile, reason: Reason, further: Record<string, string>): string {
  const { status, headers, body } = refusalOf(profile, reason);
  const lines = Object.entries({ ...headers, ...further }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}

/** A complete refusal: status, headers and body. It needs no request. */
export function refusalOf(profile: Profile, reason: Reason) {
  const status = profile.status(reason);
  const body = profile.refusal([reason]);
  const headers = profile.headers({ status, body, durationMs: 0 });
  return {
    status,
    body,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
  };
}

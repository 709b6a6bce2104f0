import { Buffer } from 'node:buffer';
import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Server as NetServer, Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import type { Logger } from '../logger.js';
import type { Profile } from '../../core/profiles/profile.js';
import { clearTimeout, monotonicNow, setTimeout } from '../../system/real-time.js';
import type { Connections } from './connections.js';
import type { Limits } from './limits.js';
import { logMalformed } from '../endpoints/request-log.js';
import { readingFor } from './parser.js';
import type { Reason } from '../../core/refusals/codes.js';

/**
 * Check 0, as far as Node refuses a request before there is one: answered on the bare socket, in the envelope
 * like everything else.
 */
export function answerMalformed(
  profile: Profile,
  limits: Limits,
  connections: Connections,
  log: Logger,
): (error: ConnectionError, socket: Socket) => void {
  const closing = new WeakSet<Socket>();
  const answer = (error: ConnectionError, socket: Socket) => {
    // What still comes in breaks its parser again.
    if (closing.has(socket)) return;
    closing.add(socket);
    // A reply under way cannot be interrupted by another, and a connection that is gone cannot be answered.
    // eslint-disable-next-line no-underscore-dangle -- Node's own handler looks at the same property
    const underWay = (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage;
    if (socket.writable && error.code !== 'ECONNRESET' && underWay?.headersSent !== true) {
      const reason = reasonOf(error, limits);
      socket.write(rawReply(profile, reason));
      logMalformed(log, reason, readingFor(socket) ?? 0);
    }
    closeGently(socket);
  };
  return (error, socket) => connections.afterReplies(socket, () => answer(error, socket));
}

/** Milliseconds in which a client may end the connection on its side. */
const LINGER = 500;

/**
 * Ends a connection, but goes on reading it for a while: to bytes that it has not read the system answers with a
 * reset, which takes the reply away from a client that has not read it yet [RFC 9112, 9.6].
 */
function closeGently(socket: Socket): void {
  socket.end();
  const impatient = setTimeout(() => socket.destroy(), LINGER);
  socket.once('close', () => clearTimeout(impatient));
}

/**
 * Meets `Expect: 100-continue` when it is the reply's turn among those to pipelined requests, and if none is there
 * yet: Node would put it between the headers and the body of a reply that waits. The checks refuse every other
 * expectation.
 */
function handleExpectContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const goOn = () => {
      if (!response.headersSent) response.writeContinue();
    };
    if (response.socket === null) response.once('socket', goOn);
    else goOn();
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/** Configures the raw Node server: connection tracking, limits, `Expect`, `CONNECT`. */
export function configureServer(server: Server, connections: Connections, limits: Limits, log: Logger): void {
  connections.watch(server);
  // Node would drop headers beyond a thousand without a word; their bytes are bounded already.
  server.maxHeadersCount = 0;
  limitConnections(server, limits, log);
  handleExpectContinue(server);
  rejectConnect(server, connections);
}

/** Closes connections beyond the limit, before anything is read on them. */
export function limitConnections(server: NetServer, { connections }: Limits, log: Logger): void {
  server.maxConnections = connections;
  let told = -Infinity;
  server.on('drop', () => {
    if (monotonicNow() - told < 1000) return;
    told = monotonicNow();
    log.warn({ limit: connections }, 'connections are closed unread: too many are open');
  });
}

/** Node hands a CONNECT out on its bare socket, and closes that where nobody takes it: it is a request like any other. */
function rejectConnect(server: Server, connections: Connections): void {
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    // Its parser, which watched for errors, is gone.
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

/** The parser counts the request line among the headers, and shows the packet in which they became too many. */
function isUrlTooLong(packet: unknown, limits: Limits): boolean {
  if (!Buffer.isBuffer(packet)) return false;
  const [firstLine = ''] = packet.toString('latin1').split('\n', 1);
  // A packet may go on with headers that began in an earlier one.
  return firstLine.length > limits.url && /^[A-Z-]+ \S|\sHTTP\/\d\.\d\r?$/.test(firstLine);
}

function rawReply(profile: Profile, reason: Reason): string {
  const { status, headers, body } = refusalOf(profile, reason);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}

/** A refusal that needs no request, whole. */
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

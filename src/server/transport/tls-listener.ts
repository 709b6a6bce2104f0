import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Logger } from '../logger.js';
import { limitConnections } from './malformed.js';
import { rawSocketOf } from './node-internals.js';
import type { SecondaryListener } from './connections.js';
import { type Limits, LIMITS } from './limits.js';

/** Accepts TLS connections, and emits them on an HTTP server, which gives them its limits, hooks and shutdown. */
export function listenSecurely(
  http: Server,
  identity: { cert: string; key: string },
  log: Logger,
  limits: Limits = LIMITS,
): SecondaryListener {
  const handshakes = new Set<Socket>();
  const { cert, key } = identity;
  const server = createServer({ cert, key, ALPNProtocols: ['http/1.1'], handshakeTimeout: limits.headersTimeout });
  limitConnections(server, limits, log);
  server.on('connection', (rawSocket: Socket) => {
    handshakes.add(rawSocket);
    rawSocket.once('close', () => handshakes.delete(rawSocket));
  });
  server.on('secureConnection', (socket) => {
    handshakes.delete(rawSocketOf(socket));
    // Not an option of the server: it would not notice clients that leave during the handshake.
    socket.allowHalfOpen = true;
    http.emit('connection', socket);
    readThroughStream(socket);
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ERR_SSL_HTTP_REQUEST') answerInPlaintext(http, socket);
    else if (socket.bytesRead > 0 || rawSocketOf(socket).bytesRead > 0) logFailure(log, error);
    socket.destroy();
  });
  return { server, handshakes };
}

/**
 * Node's parser reads from the handle under the stream and does not stop when the stream is paused: it loses some of
 * many pipelined requests over TLS (HPE_PAUSED). A `data` listener, even a removed one, makes it read from the stream.
 */
function readThroughStream(socket: TLSSocket): void {
  const ignore = () => undefined;
  socket.on('data', ignore).off('data', ignore);
}

function answerInPlaintext(http: Server, socket: TLSSocket): void {
  const error = Object.assign(new Error('this port speaks TLS; call it with https://'), {
    code: 'ERR_SSL_HTTP_REQUEST',
  });
  http.emit('clientError', error, rawSocketOf(socket));
}

/** Clients rarely say that they do not trust the certificate: some send an alert, some just reset the connection. */
function logFailure(log: Logger, { code }: NodeJS.ErrnoException): void {
  const isDistrust = code === 'ECONNRESET' || /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)/.test(code ?? '');
  log.info({ code }, isDistrust ? 'TLS handshake failed; does the client trust the CA?' : 'TLS handshake failed');
}

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Logger } from '../logger.js';
import { limitConnections } from './malformed.js';
import { carrierOf } from './raw-socket.js';
import type { Inlet } from './connections.js';
import { type Limits, LIMITS } from './limits.js';

/** A listener for TLS connections. */
export interface SecureListener extends Inlet {
  /** Ends the connections that have not come to speak HTTP. */
  close(): void;
}

/**
 * Takes in TLS connections for an HTTP server, which from then on makes no difference between them and its own: its
 * limits, its hooks and its way of stopping are theirs.
 */
export function listenSecurely(
  http: Server,
  identity: { cert: string; key: string },
  log: Logger,
  limits: Limits = LIMITS,
): SecureListener {
  /** The connections whose handshake is not done. */
  const carriers = new Set<Socket>();
  const { cert, key } = identity;
  const server = createServer({ cert, key, ALPNProtocols: ['http/1.1'], handshakeTimeout: limits.headersTimeout });
  limitConnections(server, limits, log);
  server.on('connection', (carrier: Socket) => {
    carriers.add(carrier);
    carrier.once('close', () => carriers.delete(carrier));
  });
  server.on('secureConnection', (socket) => {
    carriers.delete(carrierOf(socket));
    http.emit('connection', socket);
    readAsStream(socket);
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ERR_SSL_HTTP_REQUEST') answerPlainly(http, socket);
    else if (socket.bytesRead > 0 || carrierOf(socket).bytesRead > 0) logFailure(log, error);
    socket.destroy();
  });
  return {
    server,
    isOpen: () => carriers.size > 0,
    isBusy: () => [...carriers].some(({ bytesRead }) => bytesRead > 0),
    close() {
      for (const carrier of carriers) carrier.destroy();
    },
  };
}

/**
 * Node's parser reads beneath the stream, and goes on when the stream is paused: of many pipelined requests over TLS
 * it loses some (HPE_PAUSED). A listener for data, even for a moment, makes it read from the stream.
 */
function readAsStream(socket: TLSSocket): void {
  socket.on('data', ignore).off('data', ignore);
}

function ignore(): void {
  // Another listener reads.
}

/** Who calls with `http://` is told so in the words of HTTP. */
function answerPlainly(http: Server, socket: TLSSocket): void {
  const error = Object.assign(new Error('this port speaks TLS; call it with https://'), {
    code: 'ERR_SSL_HTTP_REQUEST',
  });
  http.emit('clientError', error, carrierOf(socket));
}

/** Clients say little about a certificate that they do not trust, and some say nothing. */
function logFailure(log: Logger, { code }: NodeJS.ErrnoException): void {
  const isDistrust = code === 'ECONNRESET' || /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)/.test(code ?? '');
  log.info({ code }, isDistrust ? 'TLS handshake failed; does the client trust the CA?' : 'TLS handshake failed');
}

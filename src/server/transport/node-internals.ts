/* eslint-disable no-underscore-dangle -- the names are Node's */
/** Properties of Node that have no public counterpart [checked with Node 20.20, 22.23 and 24.21]. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Internals {
  parser?: { duration?(): number } | null;
  _httpMessage?: ServerResponse | null;
  _parent?: Socket | null;
}

/** Milliseconds since the first byte of the request that is being read, 0 between two, `undefined` without a parser. */
export function msSinceRequestBegan(socket: Socket & Internals): number | undefined {
  return socket.parser?.duration?.();
}

/** The reply that is being written to a connection. */
export function currentReplyOf(socket: Socket & Internals): ServerResponse | undefined {
  return socket._httpMessage ?? undefined;
}

/** The TCP socket under a TLS socket: RST and plaintext can only be sent there. Returns a TCP socket unchanged. */
export function rawSocketOf(socket: Socket & Internals): Socket {
  return socket._parent ?? socket;
}

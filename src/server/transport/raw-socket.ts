import type { Socket } from 'node:net';

/** The TCP connection beneath a connection: itself, unless it speaks TLS, which knows no reset and no plain words. */
export function carrierOf(socket: Socket): Socket {
  // eslint-disable-next-line no-underscore-dangle -- Node keeps it there and tells nobody
  return (socket as Socket & { _parent?: Socket | null })._parent ?? socket;
}

import type { Socket } from 'node:net';

/** The TCP socket under a TLS socket: RST and plaintext can only be sent there. Returns a TCP socket unchanged. */
export function rawSocketOf(socket: Socket): Socket {
  // eslint-disable-next-line no-underscore-dangle -- no public property has it
  return (socket as Socket & { _parent?: Socket | null })._parent ?? socket;
}

import type { Socket } from 'node:net';

/**
 * Milliseconds since the first byte of the request that a connection is reading, 0 between two requests,
 * `undefined` without a parser. Only Node's parser knows; this property is internal to Node.
 */
export function msSinceRequestBegan(socket: Socket): number | undefined {
  return (socket as Socket & { parser?: { duration?(): number } | null }).parser?.duration?.();
}

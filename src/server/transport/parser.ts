import type { Socket } from 'node:net';

/**
 * Milliseconds since the first byte of the request that a connection is reading, 0 between two requests.
 * Node's parser alone knows, and tells it to its own server only; `undefined` where there is none to ask.
 */
export function readingFor(socket: Socket): number | undefined {
  return (socket as Socket & { parser?: { duration?(): number } | null }).parser?.duration?.();
}

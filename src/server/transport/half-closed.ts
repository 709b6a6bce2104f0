import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.js';

/** Milliseconds between the two writes: the reset that answers the first one has to arrive. */
const PROBE_MS = 20;

/**
 * Finds out whether a client that closes its side still reads. A client that has left answers the first write with a
 * reset, and the second write fails, which closes the reply; nothing else tells the two apart. Returns a function that
 * stops watching.
 */
export function probeHalfClosed(
  socket: Socket,
  reply: ServerResponse,
  connections: Connections,
  [first, second]: readonly [first: () => void, second: () => void],
): () => void {
  const probe = async () => {
    first();
    await connections.pause(PROBE_MS, reply);
    if (!reply.destroyed && !reply.writableEnded) second();
  };
  const onEnd = () => void probe();
  if (socket.readableEnded) onEnd();
  else socket.once('end', onEnd);
  return () => void socket.off('end', onEnd);
}

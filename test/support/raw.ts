import { Buffer } from 'node:buffer';
import { connect } from 'node:net';

/**
 * Writes bytes to a server, and more when it has begun to answer; gives all that comes back until the connection
 * closes, as Latin-1.
 */
export function exchangeBytes(url: string, bytes: string | Buffer, more: string | Buffer = ''): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that has answered may reset a connection on which we are still writing.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.write(bytes, 'latin1');
    socket.once('data', () => socket.write(more, 'latin1'));
  });
}

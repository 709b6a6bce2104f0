import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Writes bytes to a server, and more once it starts to answer; returns all received bytes until the connection closes,
 * as Latin-1.
 */
export function exchangeBytes(url: string, bytes: string | Buffer, more: string | Buffer = ''): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that has answered can reset a connection during a write.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.write(bytes, 'latin1');
    socket.once('data', () => socket.write(more, 'latin1'));
  });
}

export interface Conversation {
  /** All bytes received so far, as Latin-1. */
  received(): string;
  /** The received chunks. */
  chunks(): readonly string[];
  /** Resolves when the given number of chunks was received. */
  hasChunks(count: number): Promise<void>;
  /** Resolves when the given text was received. */
  hears(text: string): Promise<void>;
  /** Resolves with how the server ended the connection. */
  ended: Promise<'closed' | 'reset'>;
  say(bytes: string): void;
  /** Disconnects with a reset, which the server notices at once. */
  leave(): void;
}

/** Writes bytes to a server and records the received chunks. */
export function converse(url: string, bytes: string): Conversation {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: string[] = [];
  let wasReset = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk.toString('latin1')));
  socket.on('error', (error: NodeJS.ErrnoException) => (wasReset ||= error.code === 'ECONNRESET'));
  const ended = new Promise<'closed' | 'reset'>((resolve) => {
    socket.on('close', () => resolve(wasReset ? 'reset' : 'closed'));
  });
  socket.write(bytes, 'latin1');
  return {
    received: () => chunks.join(''),
    chunks: () => chunks,
    async hasChunks(count) {
      while (chunks.length < count) await once(socket, 'data');
    },
    async hears(text) {
      while (!chunks.join('').includes(text)) await once(socket, 'data');
    },
    ended,
    say: (more) => void socket.write(more, 'latin1'),
    leave: () => void socket.resetAndDestroy(),
  };
}

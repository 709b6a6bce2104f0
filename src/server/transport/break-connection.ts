import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionEffect, Effect } from '../../core/faults/fault.js';
import { Random } from '../../core/random.js';
import { rawSocketOf } from './node-internals.js';
import type { Connections } from './connections.js';

/** Sends part of a body whose whole length its head, written already, announces, and closes the connection. */
export function truncate(response: ServerResponse, body: Uint8Array, fraction: number): void {
  const { socket } = response.req;
  response.flushHeaders();
  response.write(body.subarray(0, Math.floor(body.length * fraction)), () => socket.destroySoon());
}

/** Sends a body in chunks spread evenly over a duration; when the server stops, sends the rest in one write. */
export async function dribble(
  response: ServerResponse,
  body: Uint8Array,
  { chunks, durationMs }: NonNullable<Effect['dribble']>,
  connections: Connections,
): Promise<void> {
  let sent = 0;
  for (let chunk = 1; chunk <= chunks && sent < body.length && !response.destroyed; chunk++) {
    if (chunk > 1) await connections.pause(durationMs / (chunks - 1), response);
    const to = connections.stopping ? body.length : Math.floor((body.length * chunk) / chunks);
    if (to > sent) response.write(body.subarray(sent, to));
    sent = to;
  }
  response.end();
}

/**
 * Breaks a connection instead of answering, once the replies to earlier pipelined requests are sent. `draw` seeds the
 * bytes of `RANDOM_DATA_THEN_CLOSE`.
 */
export function breakConnection(
  effect: ConnectionEffect,
  response: ServerResponse,
  headers: Record<string, string>,
  draw: number,
): void {
  const act = (socket: Socket) => {
    if (effect === 'CONNECTION_RESET_BY_PEER') return void rawSocketOf(socket).resetAndDestroy();
    if (effect === 'RANDOM_DATA_THEN_CLOSE') socket.write(randomBytes(draw));
    if (effect === 'MALFORMED_RESPONSE_CHUNK') {
      response.writeHead(200, { ...headers, 'transfer-encoding': 'chunked' }).flushHeaders();
      socket.write(`1d\r\n{"message":"success","data":[\r\nnot the size of a chunk\r\n`);
    }
    socket.destroySoon();
  };
  if (response.socket === null) response.once('socket', act);
  else act(response.socket);
}

function randomBytes(draw: number): Buffer {
  const random = new Random(String(draw), 'garbage');
  return Buffer.from(Array.from({ length: 256 }, (_byte, index) => random.bits('effect', index) & 0xff));
}

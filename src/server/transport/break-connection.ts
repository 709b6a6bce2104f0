import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ConnectionEffect, Effect } from '../../core/faults/fault.js';
import type { TransportEffect } from '../../core/reply.js';
import { createRandom } from '../../core/random.js';
import { rawSocketOf } from './node-internals.js';
import type { Connections } from './connections.js';

type BodyEffect = Pick<TransportEffect, 'truncate' | 'dribble'>;

/** Sends a body as the fault's effect prescribes: truncated, dribbled, or whole. */
export function deliver(reply: FastifyReply, body: Uint8Array, effect: BodyEffect, connections: Connections): void {
  if (effect.truncate !== undefined) truncate(reply, body, effect.truncate);
  else if (effect.dribble !== undefined) dribble(reply, body, effect.dribble, connections);
  else void reply.send(body);
}

/** Announces the whole body in `content-length`, sends part of it and closes the connection. */
function truncate(reply: FastifyReply, body: Uint8Array, fraction: number): void {
  const { raw } = reply.hijack();
  const { socket } = reply.request.raw;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(reply.statusCode, { 'content-length': body.length, connection: 'close' });
  raw.flushHeaders();
  raw.write(body.subarray(0, Math.floor(body.length * fraction)), () => socket.destroySoon());
}

/** Sends the body in chunks spread evenly over a duration; when the server stops, sends the rest in one write. */
function dribble(
  reply: FastifyReply,
  body: Uint8Array,
  { chunks, durationMs }: NonNullable<Effect['dribble']>,
  connections: Connections,
): void {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const from = Math.floor((body.length * chunk) / chunks);
      const to = connections.stopping ? body.length : Math.floor((body.length * (chunk + 1)) / chunks);
      if (to > from) yield body.subarray(from, to);
      if (to === body.length) return;
      await connections.pause(durationMs / (chunks - 1), reply.raw);
    }
  }
  void reply.header('content-length', body.length).send(Readable.from(pieces(), { objectMode: false }));
}

/** Breaks a connection instead of answering, once the replies to earlier pipelined requests are sent. */
export function breakConnection(
  effect: ConnectionEffect,
  reply: FastifyReply,
  headers: Record<string, string>,
  draw: number,
): void {
  const { raw } = reply.hijack();
  const act = (socket: Socket) => {
    if (effect === 'MALFORMED_RESPONSE_CHUNK')
      raw.writeHead(200, { ...headers, 'transfer-encoding': 'chunked' }).flushHeaders();
    breakSocket(effect, socket, draw);
  };
  if (raw.socket === null) raw.once('socket', act);
  else act(raw.socket);
}

/** `draw` seeds the random bytes of `RANDOM_DATA_THEN_CLOSE`. */
function breakSocket(effect: ConnectionEffect, socket: Socket, draw: number): void {
  switch (effect) {
    case 'CONNECTION_RESET_BY_PEER':
      rawSocketOf(socket).resetAndDestroy();
      return;
    case 'EMPTY_RESPONSE':
      socket.destroySoon();
      return;
    case 'RANDOM_DATA_THEN_CLOSE':
      socket.write(randomBytes(draw));
      socket.destroySoon();
      return;
    case 'MALFORMED_RESPONSE_CHUNK':
      socket.write(`1d\r\n{"message":"success","data":[\r\nnot the size of a chunk\r\n`);
      socket.destroySoon();
  }
}

function randomBytes(draw: number): Buffer {
  const random = createRandom(String(draw), 'garbage');
  return Buffer.from(Array.from({ length: 256 }, (_byte, index) => random.bits('effect', index) & 0xff));
}

import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { isBodiless } from '../../core/exchanges/exchanges.js';
import type { ServiceReply, TransportEffect } from '../../core/reply.js';
import type { Connections } from '../transport/connections.js';
import { breakConnection, dribble, truncate } from '../transport/break-connection.js';
import type { ReplyBatch } from '../transport/reply-batch.js';
import { probeHalfClosed } from '../transport/half-closed.js';
import type { Hooks } from './hooks.js';
import type { PendingRequest } from './pending.js';

/**
 * Sends what the service answered, in the way that a planned fault asks for: by Fastify's reply where hooks may have to
 * see it, else by Node's, to which Fastify would add a content type if the answer has none.
 */
export class Sender {
  constructor(
    private readonly connections: Connections,
    private readonly hooks: Hooks,
    private readonly replies: ReplyBatch,
  ) {}

  /** `reply` is Fastify's, if it routed the request. */
  send(pending: PendingRequest, answer: ServiceReply, reply?: FastifyReply): void {
    const { effect } = answer;
    if (effect === undefined) this.#sendWhole(pending, answer, reply);
    else if (effect.delayMs === 0) this.#sendWithEffect(pending, answer, effect, reply);
    else void this.#sendDelayed(pending, answer, effect, reply);
  }

  /** Waits, then sends. Where the client closes its side meanwhile, the start of the reply tells whether it has left. */
  async #sendDelayed(
    pending: PendingRequest,
    answer: ServiceReply,
    effect: TransportEffect,
    reply: FastifyReply | undefined,
  ): Promise<void> {
    const { raw, response } = pending;
    const body = bytesOf(answer.body);
    const isWhole = (effect.connection ?? effect.truncate ?? effect.dribble) === undefined;
    let sent = 0;
    const writeHead = () => {
      pending.isHeldBack = true;
      reply?.hijack();
      this.#writeHead(response, answer).flushHeaders();
    };
    const writeByte = () => void response.write(body.subarray(0, (sent = 1)));
    // An `onSend` hook may change what is sent.
    const canProbe = isWhole && !this.hooks.any && body.length > 1 && raw.method !== 'HEAD';
    const stopProbing = canProbe
      ? probeHalfClosed(raw.socket, response, this.connections, [writeHead, writeByte])
      : undefined;
    await this.connections.pause(effect.delayMs, response);
    stopProbing?.();
    pending.isHeldBack = false;
    if (response.headersSent) response.end(body.subarray(sent));
    else this.#sendWithEffect(pending, answer, effect, reply);
  }

  #sendWithEffect(
    pending: PendingRequest,
    answer: ServiceReply,
    { connection, truncate: fraction, dribble: chunks, seed }: TransportEffect,
    reply: FastifyReply | undefined,
  ): void {
    if ((connection ?? fraction ?? chunks) === undefined) return this.#sendWhole(pending, answer, reply);
    reply?.hijack();
    const { response } = pending;
    const body = bytesOf(answer.body);
    if (connection !== undefined) breakConnection(connection, response, answer.headers, seed);
    else if (fraction !== undefined) {
      answer.headers['connection'] = 'close';
      truncate(this.#writeHead(response, answer), body, fraction);
    } else if (chunks !== undefined) void dribble(this.#writeHead(response, answer), body, chunks, this.connections);
  }

  #sendWhole({ response }: PendingRequest, answer: ServiceReply, reply: FastifyReply | undefined): void {
    if (reply !== undefined && this.hooks.any) {
      // Fastify adds a charset to a string, which the profile does not send.
      void reply.code(answer.status).headers(answer.headers).send(bytesOf(answer.body));
      return;
    }
    const send = () => void this.#writeHead(response, answer).end(answer.body);
    // A request that Fastify routed may have a malformed body, whose error has to find the reply sent.
    if (reply === undefined) return this.replies.add(send);
    reply.hijack();
    send();
  }

  #writeHead(response: ServerResponse, { status, headers, body }: ServiceReply): ServerResponse {
    if (this.connections.closesAfter(response)) headers['connection'] = 'close';
    if (!isBodiless(status)) headers['content-length'] = String(Buffer.byteLength(body));
    return response.writeHead(status, headers);
  }
}

function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { readingFor } from './parser.js';

/** Milliseconds in which a request that was on its way when the draining began may still arrive. */
const GRACE = 100;
/** Milliseconds between looks for connections that have fallen idle. */
const LOOK = 20;
/** Milliseconds after which a draining server waits no longer, so that a process is gone within a second. */
const DEADLINE = 600;

/** The connections of a server, and how they are brought to an end without losing a request. */
export class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #unanswered = new WeakMap<Socket, Map<IncomingMessage, ServerResponse>>();
  readonly #afterwards = new WeakMap<Socket, () => void>();
  readonly #latest = new WeakMap<Socket, IncomingMessage>();
  readonly #unhurried = new Set<() => void>();
  #draining = false;

  /** Watches a server that does not listen yet. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get draining(): boolean {
    return this.#draining;
  }

  asked(request: IncomingMessage, reply: ServerResponse): void {
    const unanswered = this.#unanswered.get(request.socket);
    if (unanswered === undefined) this.#unanswered.set(request.socket, new Map([[request, reply]]));
    else unanswered.set(request, reply);
    this.#latest.set(request.socket, request);
  }

  answered(request: IncomingMessage): void {
    const { socket } = request;
    this.#unanswered.get(socket)?.delete(request);
    const action = this.#afterwards.get(socket);
    if (action === undefined || this.#owesReplies(socket)) return;
    this.#afterwards.delete(socket);
    action();
  }

  /** Does something once, when all requests that came whole over a connection are answered. */
  afterReplies(socket: Socket, action: () => void): void {
    if (!this.#owesReplies(socket)) action();
    else if (!this.#afterwards.has(socket)) this.#afterwards.set(socket, action);
  }

  #owed(socket: Socket): number {
    return this.#unanswered.get(socket)?.size ?? 0;
  }

  #owesReplies(socket: Socket): boolean {
    return [...(this.#unanswered.get(socket)?.keys() ?? [])].some(({ complete }) => complete);
  }

  /** Should the reply about to be sent close its connection? Only if no pipelined request waits or comes in behind it. */
  closesAfter(socket: Socket): boolean {
    if (!this.#draining || this.#isComingIn(socket)) return false;
    // Replies that are given may still be on their way out: over TLS that takes them a while.
    let ungiven = 0;
    for (const reply of this.#unanswered.get(socket)?.values() ?? []) if (!reply.writableEnded) ungiven++;
    return ungiven <= 1;
  }

  /** Calls back when the draining begins, until the returned function is called. */
  whenDraining(hurry: () => void): () => void {
    this.#unhurried.add(hurry);
    return () => void this.#unhurried.delete(hurry);
  }

  /** Waits in real time; the end of the reply or of the server cuts it short. */
  pause(milliseconds: number, reply: ServerResponse): Promise<void> {
    if (this.#draining || reply.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const forget = this.whenDraining(end);
      const timer = setTimeout(end, milliseconds);
      reply.once('close', end);
      function end(): void {
        clearTimeout(timer);
        forget();
        reply.off('close', end);
        resolve();
      }
    });
  }

  /**
   * Stops listening, answers every request whose first byte was read, and closes every connection.
   * Resolves when all are closed, at the latest after the deadline. `inlet` brings the server connections too.
   */
  async drain(server: Server, inlet?: NetServer): Promise<void> {
    this.#draining = true;
    // What is hurried takes itself off the list.
    for (const hurry of Array.from(this.#unhurried)) hurry();
    const started = performance.now();
    // Node's own close() would at once reset idle connections on which a request may be under way.
    NetServer.prototype.close.call(server);
    inlet?.close();
    await pause(GRACE);
    while (this.#sockets.size > 0 && performance.now() - started < DEADLINE) {
      for (const socket of this.#sockets) if (this.#isIdle(socket)) socket.destroy();
      await pause(LOOK);
    }
    if (this.#sockets.size > 0) await this.#giveUp(server);
  }

  /** Answers the requests that still have not arrived whole, as when one takes too long at any other time. */
  async #giveUp(server: Server): Promise<void> {
    for (const socket of this.#sockets) {
      const error = Object.assign(new Error('The server stops'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      if (this.#isComingIn(socket) || this.#isHalfAsked(socket)) server.emit('clientError', error, socket);
    }
    await pause(LOOK);
    server.closeAllConnections();
  }

  #isIdle(socket: Socket): boolean {
    // To Node's parser a connection on which nothing ever came is reading already.
    return socket.bytesRead === 0 || (this.#owed(socket) === 0 && readingFor(socket) === 0);
  }

  /** Has a request begun to arrive that we have not been asked yet? */
  #isComingIn(socket: Socket): boolean {
    return readingFor(socket) !== 0 && this.#latest.get(socket)?.complete !== false;
  }

  /** Are we asked already, but without the whole body, and have not answered? */
  #isHalfAsked(socket: Socket): boolean {
    const latest = this.#latest.get(socket);
    return latest?.complete === false && this.#unanswered.get(socket)?.has(latest) === true;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

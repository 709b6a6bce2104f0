import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { ClientConnection } from '../../core/request.js';
import { monotonicNow, nextEventLoopTurn, setTimeout, sleep } from '../../system/real-time.js';
import { msSinceRequestBegan } from './node-internals.js';
import { STOP_TIMES, type StopTimes } from './transport.js';

interface Connection {
  /** What entries of the journal keep of it. */
  readonly client: ClientConnection;
  /** Replies that are not sent yet: more than one only if requests are pipelined. */
  readonly pendingReplies: ServerResponse[];
  latest: IncomingMessage | undefined;
  /** Runs once every complete request is answered. */
  afterwards: (() => void) | undefined;
}

/** A second listener that hands its connections to an HTTP server. */
export interface SecondaryListener {
  readonly server: NetServer;
  /** The TCP sockets on which HTTP has not begun, because their TLS handshake is not complete. */
  readonly handshakes: ReadonlySet<Pick<Socket, 'bytesRead' | 'destroy'>>;
}

/**
 * Tracks the connections of a server and closes them without losing a request. Node's `server.close()` waits for
 * keep-alive clients, and its `closeIdleConnections()` drops pipelined requests that were not read yet.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();
  readonly #stopListeners = new Set<() => void>();
  #accepted = 0;
  /** Whether the server was told to stop: pauses end early. */
  stopping = false;
  /** Whether it stopped listening: replies close their connections. */
  draining = false;

  constructor(private readonly times: StopTimes = STOP_TIMES) {}

  /** Tracks the connections of a server. Call it before the server listens. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#connections.set(socket, {
        client: { id: ++this.#accepted, requests: 0 },
        pendingReplies: [],
        latest: undefined,
        afterwards: undefined,
      });
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /** Returns the connection. */
  requestStarted(reply: ServerResponse): ClientConnection | undefined {
    const { req: request } = reply;
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) return undefined;
    connection.pendingReplies.push(reply);
    connection.latest = request;
    connection.client.requests++;
    return connection.client;
  }

  replyFinished(reply: ServerResponse): void {
    const connection = this.#connections.get(reply.req.socket);
    if (connection === undefined) return;
    const { pendingReplies, afterwards } = connection;
    const index = pendingReplies.indexOf(reply);
    if (index >= 0) pendingReplies.splice(index, 1);
    if (afterwards === undefined || hasPendingReplies(connection)) return;
    connection.afterwards = undefined;
    afterwards();
  }

  /** Runs an action once, when every complete request of a connection is answered. */
  afterReplies(socket: Socket, action: () => void): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined || !hasPendingReplies(connection)) action();
    else connection.afterwards ??= action;
  }

  /** Should a reply close its connection? Only if no pipelined request waits or arrives behind it. */
  closesAfter(reply: ServerResponse): boolean {
    const { socket } = reply.req;
    if (!this.draining && !socket.readableEnded) return false;
    const connection = this.#connections.get(socket);
    if (connection === undefined) return true;
    if (socket.readableEnded) return connection.pendingReplies.at(-1) === reply;
    // A finished reply may still be in the send buffer: over TLS it takes longer to leave.
    const unfinished = connection.pendingReplies.filter(({ writableEnded }) => !writableEnded);
    return unfinished.length <= 1 && !isRequestArriving(socket, connection);
  }

  /** Calls back when the server is told to stop, immediately if it already is. Returns a function that unsubscribes. */
  whenStopping(callback: () => void): () => void {
    if (this.stopping) callback();
    else this.#stopListeners.add(callback);
    return () => void this.#stopListeners.delete(callback);
  }

  /** Waits in real time; resolves early when the reply closes or the server stops. */
  pause(milliseconds: number, reply: ServerResponse): Promise<void> {
    if (this.stopping || reply.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const unsubscribe = this.whenStopping(end);
      const timer = setTimeout(end, milliseconds);
      reply.once('close', end);
      function end(): void {
        timer.abort();
        unsubscribe();
        reply.off('close', end);
        resolve();
      }
    });
  }

  /** Stops listening, answers every request that has begun, and closes all connections before the deadline. */
  async drain(server: Server, secondary?: SecondaryListener): Promise<void> {
    this.stopping = true;
    // Copied, because callbacks remove themselves.
    for (const callback of Array.from(this.#stopListeners)) callback();
    const { graceMs, pollMs, deadlineMs } = this.times;
    const started = monotonicNow();
    secondary?.server.on('connection', () => this.#accepted++);
    await this.#acceptPending(started + deadlineMs / 2);
    // Not earlier: a client whose connection closes opens a new one as long as the server listens.
    this.draining = true;
    // `http.Server.close()` would reset idle connections at once, and a request may be on its way over them.
    NetServer.prototype.close.call(server);
    secondary?.server.close();
    const graceEnds = monotonicNow() + graceMs;
    const read = new WeakMap<Socket, number>();
    const handshakes = () => [...(secondary?.handshakes ?? [])];
    const isBusy = () => this.#connections.size > 0 || handshakes().some(({ bytesRead }) => bytesRead > 0);
    // During the grace period a request may still arrive on any open connection.
    const isOpen = () => isBusy() || handshakes().length > 0;
    while (monotonicNow() < graceEnds ? isOpen() : isBusy() && monotonicNow() - started < deadlineMs) {
      await readPendingInput();
      if (monotonicNow() >= graceEnds) this.#closeIdle(read);
      await sleep(pollMs);
    }
    if (this.#connections.size > 0) await this.#answerIncomplete(server);
    for (const socket of handshakes()) socket.destroy();
  }

  /** Closes connections that were idle at the previous poll too. `read` holds the bytes read by then. */
  #closeIdle(read: WeakMap<Socket, number>): void {
    for (const [socket, connection] of this.#connections) {
      // A connection blocked by backpressure resumes reading after its replies are sent.
      if (isIdle(socket, connection) && read.get(socket) === socket.bytesRead) socket.destroy();
      read.set(socket, socket.bytesRead);
    }
  }

  /** Accepts the connections in the backlog: the system would reset them when the server stops listening. */
  async #acceptPending(latest: number): Promise<void> {
    let before: number;
    do {
      before = this.#accepted;
      await readPendingInput();
    } while (this.#accepted > before && monotonicNow() < latest);
  }

  /** Answers requests that are still incomplete with 408, as after `requestTimeout`. */
  async #answerIncomplete(server: Server): Promise<void> {
    for (const [socket, connection] of this.#connections) {
      const error = Object.assign(new Error('The server is stopping'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      if (isRequestArriving(socket, connection) || isBodyIncomplete(connection))
        server.emit('clientError', error, socket);
    }
    await sleep(this.times.pollMs);
    server.closeAllConnections();
  }
}

function hasPendingReplies({ pendingReplies }: Connection): boolean {
  return pendingReplies.some(({ req }) => req.complete);
}

function isIdle(socket: Socket, { pendingReplies }: Connection): boolean {
  // Node's parser reports a connection that never received a byte as reading.
  return socket.bytesRead === 0 || (pendingReplies.length === 0 && msSinceRequestBegan(socket) === 0);
}

/** Has a request begun to arrive whose headers are not complete yet? */
function isRequestArriving(socket: Socket, { latest }: Connection): boolean {
  return msSinceRequestBegan(socket) !== 0 && latest?.complete !== false;
}

/** Is there an unanswered request whose body is incomplete? */
function isBodyIncomplete({ latest, pendingReplies }: Connection): boolean {
  return latest?.complete === false && pendingReplies.some(({ req }) => req === latest);
}

/** Waits until the bytes that have reached the system are read: on a busy CPU, timers may fire long before that. */
async function readPendingInput(): Promise<void> {
  // A connection is accepted in one turn of the event loop and read in the next.
  for (let turns = 0; turns < 3; turns++) await nextEventLoopTurn();
}

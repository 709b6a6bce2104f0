import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { clearTimeout, monotonicNow, nextEventLoopTurn, setTimeout, sleep } from '../../system/real-time.js';
import { readingFor } from './parser.js';
import { STOP_TIMES, type StopTimes } from './transport.js';

/** What is known of a connection. */
interface Connection {
  /** The replies that are not sent yet: more than one only where requests are pipelined. */
  readonly owed: ServerResponse[];
  latest: IncomingMessage | undefined;
  /** What to do when those are answered that came whole. */
  afterwards: (() => void) | undefined;
}

/** A listener that brings a server connections besides its own. */
export interface Inlet {
  readonly server: NetServer;
  /** Are there connections on which HTTP has not begun? */
  isOpen(): boolean;
  /** Has a client begun what must come before HTTP, and not ended it? */
  isBusy(): boolean;
}

/**
 * The connections of a server, and how they are closed without losing a request. `server.close()` of Node waits for
 * clients that keep a connection open, and `closeIdleConnections()` drops pipelined requests that were not read yet.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();
  readonly #unhurried = new Set<() => void>();
  readonly #times: StopTimes;
  #accepted = 0;
  /** Since the server was told to stop, waits are cut short. */
  #stopping = false;
  /** Since it listens no more, replies close their connections. */
  #draining = false;

  constructor(times: StopTimes = STOP_TIMES) {
    this.#times = times;
  }

  /** Watches a server that does not listen yet. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#accepted++;
      this.#connections.set(socket, { owed: [], latest: undefined, afterwards: undefined });
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  get draining(): boolean {
    return this.#draining;
  }

  asked(reply: ServerResponse): void {
    const { req: request } = reply;
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) return;
    connection.owed.push(reply);
    connection.latest = request;
  }

  answered(reply: ServerResponse): void {
    const connection = this.#connections.get(reply.req.socket);
    if (connection === undefined) return;
    const { owed, afterwards } = connection;
    const place = owed.indexOf(reply);
    if (place >= 0) owed.splice(place, 1);
    if (afterwards === undefined || owesReplies(connection)) return;
    connection.afterwards = undefined;
    afterwards();
  }

  /** Does something once, when all requests that came whole over a connection are answered. */
  afterReplies(socket: Socket, action: () => void): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined || !owesReplies(connection)) action();
    else connection.afterwards ??= action;
  }

  /** Should the reply about to be sent close its connection? Only if no pipelined request waits or comes in behind it. */
  closesAfter(socket: Socket): boolean {
    if (!this.#draining) return false;
    const connection = this.#connections.get(socket);
    if (connection === undefined) return true;
    // Replies that are given may still be on their way out: over TLS that takes them a while.
    const ungiven = connection.owed.filter(({ writableEnded }) => !writableEnded);
    return ungiven.length <= 1 && !isComingIn(socket, connection);
  }

  /** Calls back when the server is told to stop, or at once if it is, until the returned function is called. */
  whenStopping(hurry: () => void): () => void {
    if (this.#stopping) hurry();
    else this.#unhurried.add(hurry);
    return () => void this.#unhurried.delete(hurry);
  }

  /** Waits in real time; the end of the reply or of the server cuts it short. */
  pause(milliseconds: number, reply: ServerResponse): Promise<void> {
    if (this.#stopping || reply.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const forget = this.whenStopping(end);
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
   * Resolves when all are closed, at the latest after the deadline.
   */
  async drain(server: Server, inlet?: Inlet): Promise<void> {
    this.#stopping = true;
    // What is hurried takes itself off the list.
    for (const hurry of Array.from(this.#unhurried)) hurry();
    const { graceMs, lookMs, deadlineMs } = this.#times;
    const started = monotonicNow();
    inlet?.server.on('connection', () => this.#accepted++);
    await this.#acceptAll(started + deadlineMs / 2);
    // Not before: a client whose connection closes makes a new one, as long as somebody listens.
    this.#draining = true;
    // Node's own close() would at once reset idle connections on which a request may be under way.
    NetServer.prototype.close.call(server);
    inlet?.server.close();
    const graceEnds = monotonicNow() + graceMs;
    const read = new WeakMap<Socket, number>();
    const isBusy = () => this.#connections.size > 0 || inlet?.isBusy() === true;
    // A request may be on its way over any connection, for as long as the grace lasts; without one, none can come.
    const isOpen = () => isBusy() || inlet?.isOpen() === true;
    while (monotonicNow() < graceEnds ? isOpen() : isBusy() && monotonicNow() - started < deadlineMs) {
      await readAll();
      if (monotonicNow() >= graceEnds) this.#closeIdle(read);
      await sleep(lookMs);
    }
    if (this.#connections.size > 0) await this.#giveUp(server);
  }

  /** Closes the connections that are idle and were so at the last look, up to which `read` has how much they had read. */
  #closeIdle(read: WeakMap<Socket, number>): void {
    for (const [socket, connection] of this.#connections) {
      // One that waited for its replies to be taken reads on after them.
      if (isIdle(socket, connection) && read.get(socket) === socket.bytesRead) socket.destroy();
      read.set(socket, socket.bytesRead);
    }
  }

  /** Accepts the connections that the system has made already: it would reset them when the server listens no more. */
  async #acceptAll(latest: number): Promise<void> {
    let before: number;
    do {
      before = this.#accepted;
      await readAll();
    } while (this.#accepted > before && monotonicNow() < latest);
  }

  /** Answers the requests that still have not arrived whole, as when one takes too long at any other time. */
  async #giveUp(server: Server): Promise<void> {
    for (const [socket, connection] of this.#connections) {
      const error = Object.assign(new Error('The server stops'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      if (isComingIn(socket, connection) || isHalfAsked(connection)) server.emit('clientError', error, socket);
    }
    await sleep(this.#times.lookMs);
    server.closeAllConnections();
  }
}

function owesReplies({ owed }: Connection): boolean {
  return owed.some(({ req }) => req.complete);
}

function isIdle(socket: Socket, { owed }: Connection): boolean {
  // To Node's parser a connection on which nothing ever came is reading already.
  return socket.bytesRead === 0 || (owed.length === 0 && readingFor(socket) === 0);
}

/** Has a request begun to arrive that we have not been asked yet? */
function isComingIn(socket: Socket, { latest }: Connection): boolean {
  return readingFor(socket) !== 0 && latest?.complete !== false;
}

/** Are we asked already, but without the whole body, and have not answered? */
function isHalfAsked({ latest, owed }: Connection): boolean {
  return latest?.complete === false && owed.some(({ req }) => req === latest);
}

/** Waits until what has reached the system is read: where the processor is scarce, a timer may run long before that. */
async function readAll(): Promise<void> {
  // A connection is accepted in one turn of the event loop, and read in the next.
  for (let turns = 0; turns < 3; turns++) await nextEventLoopTurn();
}

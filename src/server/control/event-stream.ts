import { Buffer } from 'node:buffer';
import type { FastifyReply } from 'fastify';
import type { Connections } from '../transport/connections.js';
import { probeHalfClosed } from '../transport/half-closed.js';
import { LIMITS } from '../transport/limits.js';
import type { EntryView } from '../../core/journal/entry.js';
import { viewOf } from '../../core/journal/entry-view.js';
import type { Journal } from '../../core/journal/journal.js';
import type { Trace } from '../../core/journal/trace.js';
import type { Mask } from '../../core/workspaces/masking.js';
import { Field } from '../../schema/shapes.js';

/** A comment, then an event for each request; a comment may be between any two. */
export const EventStream = Field.text(
  'Events whose `id` and `data` are those of a journal entry, as JSON on one line.',
  { pattern: '^: the requests to come\\n\\n(:\\n\\n|id: \\d+\\ndata: \\{.*\\}\\n\\n)*$' },
);

const OPENING = ': the requests to come\n\n';
const COMMENT = ':\n\n';

function eventOf(entry: EntryView): string {
  return `id: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`;
}

/** A stream after its first entry. */
export function streamOf(first: EntryView): string {
  return OPENING + eventOf(first);
}

/** Sends each new request of a journal as a server-sent event, until the listener, the journal or the server ends. */
export function streamRequests(
  journal: Journal,
  mask: Mask,
  reply: Pick<FastifyReply, 'hijack' | 'request'>,
  connections: Connections,
): void {
  const { raw } = reply.hijack();
  const { socket } = reply.request.raw;
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  if (reply.request.method === 'HEAD') return void raw.end();
  raw.write(OPENING);
  const unsubscribe = journal.listen({ heard: sendEntry, closed: end });
  const stopWaiting = connections.whenStopping(end);
  const comment = () => void raw.write(COMMENT);
  const stopProbing = probeHalfClosed(socket, raw, connections, [comment, comment]);
  raw.once('close', () => {
    stopProbing();
    unsubscribe();
    stopWaiting();
  });

  // With 1,000 listeners, rendering the entry for each of them takes most of the time.
  function sendEntry(entry: Trace, shared: { event?: Uint8Array }): void {
    shared.event ??= Buffer.from(eventOf(viewOf(entry, mask)));
    raw.write(shared.event);
    if (raw.writableLength > LIMITS.listenerBacklog) socket.destroy();
  }

  function end(): void {
    // Do not wait for a reader that has fallen behind.
    if (raw.writableLength > 0) socket.destroy();
    else raw.end(() => socket.destroySoon());
  }
}

import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Connections } from '../transport/connections.js';
import { EntryId, EntryView } from '../../core/journal/entry.js';
import type { Mock } from '../../core/mock.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { nextEventLoopTurn } from '../../system/real-time.js';
import { AgainQuery, AgainView, answerAgain } from '../../operations/replies.js';
import { ConductView, conductView } from '../../operations/conduct.js';
import { countRequests, findRequest, RequestFilter, requestsAsJson } from '../../operations/requests.js';
import { EventStream, streamRequests } from './event-stream.js';
import { type Resource, wrapIn } from './resource.js';

const STREAM = {
  headers: { 'cache-control': Type.Literal('no-store') },
  content: { 'text/event-stream': { schema: EventStream } },
};

/** The routes of the journal of a workspace, or of that of the requests without a valid key. */
export function requestRoutes(
  within: Resource<[Workspace | undefined]>,
  { of, id }: { of: string; id: string },
  mock: Mock,
  connections: Connections,
): void {
  const journalOf = (workspace: Workspace | undefined) => (workspace ?? mock).journal;
  const requests = within.at('/requests');
  requests.get(`list${id}s`, (workspace, filter, reply) => sendPieces(reply, requestsAsJson(mock, workspace, filter)), {
    summary: `List the requests ${of}, newest first`,
    querystring: RequestFilter,
    200: wrapIn('requests', Type.Array(EntryView)),
  });
  requests.delete(`forget${id}s`, (workspace) => journalOf(workspace).clear(), {
    summary: `Delete the requests ${of} from the journal`,
  });
  const count = requests.at('/count');
  count.get(`count${id}s`, (workspace, filter) => ({ count: countRequests(mock, workspace, filter) }), {
    summary: `Count the requests ${of}`,
    querystring: RequestFilter,
    200: wrapIn('count', Type.Integer({ minimum: 0 })),
  });
  const stream = (workspace: Workspace | undefined, reply: FastifyReply) =>
    streamRequests(journalOf(workspace), mock.workspaces.mask, reply, connections);
  requests
    .at('/stream')
    .get(`stream${id}s`, stream, { summary: `Stream the requests ${of} as server-sent events`, 200: STREAM });
  const request = within.one('/requests', { id: EntryId }, 'request_not_found');
  const again = request.at('/again');
  again.get(`answer${id}Again`, (workspace, number, query) => answerAgain(mock, workspace, number, query), {
    summary: 'Answer a recorded request again, in either profile or without faults',
    querystring: AgainQuery,
    200: AgainView,
  });
  request.get(`show${id}`, (workspace, number) => findRequest(mock, workspace, number), {
    summary: 'Show one request',
    200: EntryView,
  });
  within.at('/conduct').get(`judge${id}s`, (workspace) => conductView(mock, workspace), {
    summary: `List the findings on client conduct in the requests ${of}`,
    200: ConductView,
  });
}

/** Sends a text of one piece whole, and a longer one as a stream that is rendered as fast as the client reads. */
function sendPieces(reply: Pick<FastifyReply, 'request' | 'type' | 'send'>, pieces: Generator<string>): void {
  void reply.type('application/json; charset=utf-8');
  const [first, second] = [pieces.next(), pieces.next()];
  if (second.done === true) return void reply.send(String(first.value));
  // Of a HEAD nothing more is rendered. A byte stream, so that its buffer is measured in bytes.
  const rest = inTurns([String(first.value), second.value], pieces);
  void reply.send(reply.request.method === 'HEAD' ? Readable.from([]) : Readable.from(rest, { objectMode: false }));
}

/** Lets other requests have their turn between two pieces. */
async function* inTurns(ready: readonly string[], pieces: Generator<string>): AsyncGenerator<string> {
  yield* ready;
  for (const piece of pieces) {
    yield piece;
    await nextEventLoopTurn();
  }
}

import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Connections } from '../transport/connections.js';
import { EntryId, EntryView } from '../../core/journal/entry.js';
import type { Mock } from '../../core/mock.js';
import { nextEventLoopTurn } from '../../system/real-time.js';
import { AgainQuery, AgainView, answerAgain } from '../../operations/replies.js';
import { ConductView, conductView } from '../../operations/conduct.js';
import { countRequests, findRequest, RequestFilter, requestsAsJson } from '../../operations/requests.js';
import { type ControlScope, type Find, NO_CONTENT, OF_REQUEST, OF_WORKSPACE, operation, wrapIn } from './scope.js';
import { EventStream, streamRequests } from './event-stream.js';

/** The same routes for the journals of the workspaces and for that of the requests without a valid key. */
const JOURNALS = [
  {
    path: '/requests',
    conduct: '/conduct',
    of: 'without a valid key',
    id: 'Stray',
    all: { params: Type.Object({ name: Type.Optional(Type.String()) }), refuses: [] },
    one: {
      params: Type.Object({ name: Type.Optional(Type.String()), id: EntryId }),
      refuses: ['request_not_found'] as const,
    },
  },
  {
    path: '/workspaces/:name/requests',
    conduct: '/workspaces/:name/conduct',
    of: 'with its keys',
    id: 'Request',
    all: OF_WORKSPACE,
    one: OF_REQUEST,
  },
];

const AGAIN = { 200: AgainView };
const LIST = { 200: wrapIn('requests', Type.Array(EntryView)) };
const COUNT = { 200: wrapIn('count', Type.Integer({ minimum: 0 })) };
const STREAM = {
  200: {
    headers: { 'cache-control': Type.Literal('no-store') },
    content: { 'text/event-stream': { schema: EventStream } },
  },
};

export function requestRoutes(app: ControlScope, mock: Mock, connections: Connections, named: Find): void {
  const { mask } = mock.workspaces;
  for (const { path, conduct, of, id, all, one } of JOURNALS) {
    const workspaceOf = ({ name }: { name?: string }) => (name === undefined ? undefined : named({ name }));
    const journal = (params: { name?: string }) => (workspaceOf(params) ?? mock).journal;
    app.get(
      path,
      operation(all, `list${id}s`, `List the requests ${of}, newest first`, LIST, { querystring: RequestFilter }),
      ({ params, query }, reply) => sendPieces(reply, requestsAsJson(journal(params), mask, query)),
    );
    app.delete(
      path,
      operation(all, `forget${id}s`, `Delete the requests ${of} from the journal`, { 204: NO_CONTENT }),
      async ({ params }) => journal(params).clear(),
    );
    app.get(
      `${path}/count`,
      operation(all, `count${id}s`, `Count the requests ${of}`, COUNT, { querystring: RequestFilter }),
      ({ params, query }) => ({ count: countRequests(journal(params), query) }),
    );
    app.get(
      `${path}/stream`,
      operation(all, `stream${id}s`, `Stream the requests ${of} as server-sent events`, STREAM),
      ({ params }, reply) => streamRequests(journal(params), mask, reply, connections),
    );
    app.get(
      `${path}/:id/again`,
      operation(one, `answer${id}Again`, 'Answer a request again, in another profile or without faults', AGAIN, {
        querystring: AgainQuery,
      }),
      ({ params, query }) => answerAgain(mock, workspaceOf(params), params.id, query),
    );
    app.get(`${path}/:id`, operation(one, `show${id}`, 'Show one request', { 200: EntryView }), ({ params }) =>
      findRequest(journal(params), mask, params.id),
    );
    app.get(
      conduct,
      operation(all, `judge${id}s`, `Show how the clients behave in the requests ${of}`, { 200: ConductView }),
      ({ params }) => conductView(mock, workspaceOf(params)),
    );
  }
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

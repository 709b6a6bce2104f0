import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Connections } from '../transport/connections.js';
import { EntryId, EntryView } from '../../core/journal/entry.js';
import type { Mock } from '../../core/mock.js';
import { findRequest, RequestFilter, requestsAsJson } from '../../operations/requests.js';
import { type ControlScope, noContent, type Find, NO_CONTENT, OF_REQUEST, OF_WORKSPACE, wrapIn } from './scope.js';
import { EventStream, streamRequests } from './event-stream.js';

/** The same routes for the journals of the workspaces and for that of the requests without a valid key. */
const JOURNALS = [
  {
    path: '/requests',
    of: 'without a valid key',
    id: 'Strays',
    all: { params: Type.Object({ name: Type.Optional(Type.String()) }), refuses: [] },
    one: {
      params: Type.Object({ name: Type.Optional(Type.String()), id: EntryId }),
      refuses: ['request_not_found'] as const,
    },
  },
  { path: '/workspaces/:name/requests', of: 'with its keys', id: 'Requests', all: OF_WORKSPACE, one: OF_REQUEST },
];

const NO_STORE = { 'cache-control': Type.Literal('no-store') };

export function requestRoutes(app: ControlScope, mock: Mock, connections: Connections, named: Find): void {
  const { mask } = mock.workspaces;
  for (const { path, of, id, all, one } of JOURNALS) {
    const journal = ({ name }: { name?: string }) => (name === undefined ? mock : named({ name })).journal;
    app.get(
      path,
      {
        schema: {
          ...all,
          summary: `List the requests ${of}, newest first`,
          operationId: `list${id}`,
          querystring: RequestFilter,
          response: { 200: wrapIn('requests', Type.Array(EntryView)) },
        },
      },
      (request, reply) => sendPieces(reply, requestsAsJson(journal(request.params), mask, request.query)),
    );
    app.delete(
      path,
      {
        schema: {
          ...all,
          summary: `Delete the requests ${of} from the journal`,
          operationId: `forget${id}`,
          response: { 204: NO_CONTENT },
        },
      },
      (request, reply) => {
        journal(request.params).clear();
        noContent(reply);
      },
    );
    app.get(
      `${path}/stream`,
      {
        schema: {
          ...all,
          summary: `Stream the requests ${of} as server-sent events`,
          operationId: `stream${id}`,
          response: { 200: { headers: NO_STORE, content: { 'text/event-stream': { schema: EventStream } } } },
        },
      },
      (request, reply) => {
        streamRequests(journal(request.params), mask, reply, connections);
      },
    );
    app.get(
      `${path}/:id`,
      {
        schema: {
          ...one,
          summary: 'Show one request',
          operationId: `show${id.slice(0, -1)}`,
          response: { 200: EntryView },
        },
      },
      (request) => findRequest(journal(request.params), mask, request.params.id),
    );
  }
}

/** Streams a JSON body; pieces are rendered only as fast as the client reads them. */
function sendPieces(reply: Pick<FastifyReply, 'request' | 'type' | 'send'>, pieces: AsyncIterable<string>): void {
  // Of a HEAD nothing is rendered. A byte stream, so that its buffer is measured in bytes.
  const body = reply.request.method === 'HEAD' ? Readable.from([]) : Readable.from(pieces, { objectMode: false });
  void reply.type('application/json; charset=utf-8').send(body);
}

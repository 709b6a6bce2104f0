import { Type } from '@sinclair/typebox';
import type { Connections } from '../http/connections.js';
import type { Mock } from '../mock.js';
import { findRequest, listRequests, RequestFilter } from './requests.js';
import { type ControlScope, type Find, Named } from './scope.js';
import { streamRequests } from './stream.js';

/** The same routes for the journals of the workspaces and for that of the requests without a valid key. */
export function requestRoutes(app: ControlScope, mock: Mock, connections: Connections, named: Find): void {
  const journals = [
    { path: '/requests', of: 'without a valid key', params: Type.Object({ name: Type.Optional(Type.String()) }) },
    { path: '/workspaces/:name/requests', of: 'with its keys', params: Named },
  ];
  for (const { path, of, params } of journals) {
    const journal = ({ name }: { name?: string }) => (name === undefined ? mock : named({ name })).journal;
    const entry = Type.Object({ ...params.properties, id: Type.String() });
    app.get(
      path,
      { schema: { summary: `List the requests ${of}, newest first`, params, querystring: RequestFilter } },
      (request) => ({
        requests: listRequests(journal(request.params), request.query),
      }),
    );
    app.delete(path, { schema: { summary: `Forget the requests ${of}`, params } }, (request, reply) => {
      journal(request.params).clear();
      return reply.code(204).send();
    });
    app.get(
      `${path}/stream`,
      { schema: { summary: `Stream the requests ${of} as server-sent events`, params } },
      (request, reply) => {
        streamRequests(journal(request.params), reply, connections);
      },
    );
    app.get(`${path}/:id`, { schema: { summary: 'Show one of them', params: entry } }, (request) =>
      findRequest(journal(request.params), request.params.id),
    );
  }
}

import type { FastifyReply } from 'fastify';
import { ClockSetting } from '../clock.js';
import { FaultPlan } from '../faults/fault.js';
import type { Connections } from '../http/connections.js';
import type { Mock } from '../mock.js';
import type { Workspace } from '../workspaces/workspace.js';
import { Advance, advanceClock, clockView, setClock } from './clock.js';
import { addFault, findFault, removeFault } from './faults.js';
import { RateLimitSetting, rateLimitView, setRateLimit } from './rate-limit.js';
import { requestRoutes } from './request-routes.js';
import { type ControlScope, type Find, Identified, Named } from './scope.js';
import {
  deleteSegment,
  listSegments,
  putSegment,
  SegmentInput,
  SeriesRange,
  segmentView,
  seriesCsv,
  seriesView,
} from './segments.js';
import {
  addApiKey,
  createWorkspace,
  findWorkspace,
  NewApiKey,
  NewWorkspace,
  ProfileSetting,
  setProfile,
  workspaceView,
} from './workspaces.js';

/** The routes of the control API: each hands its input, already checked, to the operation that does the work. */
export function controlRoutes(app: ControlScope, mock: Mock, connections: Connections): void {
  const named = (params: { name: string }): Workspace => findWorkspace(mock, params.name);

  app.post('/reset', { schema: { summary: 'Return everything to the fixtures' } }, (_request, reply) => {
    mock.reset();
    return reply.code(204).send();
  });
  workspaceRoutes(app, mock, named);
  segmentRoutes(app, mock, named);
  clockRoutes(app, named);
  faultRoutes(app, named);
  requestRoutes(app, mock, connections, named);
}

function workspaceRoutes(app: ControlScope, mock: Mock, named: Find): void {
  app.get('/workspaces', { schema: { summary: 'List the workspaces' } }, () => ({
    workspaces: mock.workspaces.all().map(workspaceView),
  }));
  app.post(
    '/workspaces',
    {
      schema: { summary: 'Make a workspace with an API key of its own', body: NewWorkspace },
      preValidation: bodyOptional,
    },
    ({ body }, reply) => reply.code(201).send(createWorkspace(mock, body)),
  );
  app.get('/workspaces/:name', { schema: { summary: 'Show a workspace', params: Named } }, ({ params }) =>
    workspaceView(named(params)),
  );
  app.delete('/workspaces/:name', { schema: { summary: 'Remove it', params: Named } }, ({ params }, reply) => {
    mock.remove(named(params));
    return reply.code(204).send();
  });
  app.post(
    '/workspaces/:name/reset',
    { schema: { summary: 'Take it back to how it was made', params: Named } },
    ({ params }, reply) => {
      mock.resetWorkspace(named(params));
      return reply.code(204).send();
    },
  );
  app.get('/workspaces/:name/profile', { schema: { summary: 'Show its profile', params: Named } }, ({ params }) => ({
    profile: named(params).profile.name,
  }));
  app.put(
    '/workspaces/:name/profile',
    { schema: { summary: 'Set its profile', params: Named, body: ProfileSetting } },
    ({ params, body }) => setProfile(named(params), body),
  );
  app.post(
    '/workspaces/:name/api-keys',
    {
      schema: { summary: 'Add an API key, with fewer permissions for instance', params: Named, body: NewApiKey },
      preValidation: bodyOptional,
    },
    ({ params, body }, reply) => reply.code(201).send(addApiKey(mock, named(params), body)),
  );
}

/** Where every field may be left out, so may the body. */
function bodyOptional(request: { body: unknown }, _reply: unknown, done: () => void): void {
  if (request.body === undefined) request.body = {};
  done();
}

function segmentRoutes(app: ControlScope, mock: Mock, named: Find): void {
  const path = '/workspaces/:name/segments';
  app.get(path, { schema: { summary: 'List its segments', params: Named } }, ({ params }) => ({
    segments: listSegments(named(params)),
  }));
  app.get(
    `${path}/:id`,
    { schema: { summary: 'Show a segment, every default filled in', params: Identified } },
    ({ params }) => segmentView(named(params), params.id),
  );
  app.put(
    `${path}/:id`,
    { schema: { summary: 'Put a segment, new or in place of the old one', params: Identified, body: SegmentInput } },
    ({ params, body }, reply) => {
      const workspace = named(params);
      const isNew = putSegment(workspace, params.id, body);
      return reply.code(isNew ? 201 : 200).send(segmentView(workspace, params.id));
    },
  );
  app.delete(`${path}/:id`, { schema: { summary: 'Remove a segment', params: Identified } }, ({ params }, reply) => {
    deleteSegment(named(params), params.id);
    return reply.code(204).send();
  });
  app.get(
    `${path}/:id/series`,
    {
      schema: {
        summary: 'Show its true and estimated sizes, as JSON or CSV; spends no token',
        params: Identified,
        querystring: SeriesRange,
      },
    },
    ({ params, query, headers }, reply) => {
      const series = seriesView(mock, named(params), params.id, query);
      const asCsv = query.format === 'csv' || (query.format === undefined && headers.accept?.includes('text/csv'));
      return asCsv === true ? reply.type('text/csv; charset=utf-8').send(seriesCsv(series)) : reply.send({ series });
    },
  );
}

function clockRoutes(app: ControlScope, named: Find): void {
  const path = '/workspaces/:name/clock';
  app.get(path, { schema: { summary: 'Show its clock', params: Named } }, ({ params }) => clockView(named(params)));
  app.put(
    path,
    { schema: { summary: 'Freeze it, or run it from an instant or at a scale', params: Named, body: ClockSetting } },
    ({ params, body }) => setClock(named(params), body),
  );
  app.delete(
    path,
    { schema: { summary: 'Return it to what the fixture or `--clock` says', params: Named } },
    ({ params }) => {
      const workspace = named(params);
      workspace.clock.reset();
      return clockView(workspace);
    },
  );
  app.post(
    `${path}/advance`,
    { schema: { summary: 'Move it on by a duration', params: Named, body: Advance } },
    ({ params, body }) => advanceClock(named(params), body),
  );
  const limit = '/workspaces/:name/rate-limit';
  app.get(limit, { schema: { summary: 'Show its quota and the requests left', params: Named } }, ({ params }, reply) =>
    sendJson(reply, rateLimitView(named(params))),
  );
  app.put(
    limit,
    { schema: { summary: 'Set quota, requests left, or both; or `"off"`', params: Named, body: RateLimitSetting } },
    ({ params, body }, reply) => sendJson(reply, setRateLimit(named(params), body)),
  );
}

function faultRoutes(app: ControlScope, named: Find): void {
  const path = '/workspaces/:name/faults';
  app.get(
    path,
    { schema: { summary: 'List its faults, with matches and strikes so far', params: Named } },
    ({ params }) => ({ faults: named(params).faults.list() }),
  );
  app.post(path, { schema: { summary: 'Plan a fault', params: Named, body: FaultPlan } }, ({ params, body }, reply) =>
    reply.code(201).send(addFault(named(params), body)),
  );
  app.delete(path, { schema: { summary: 'Drop all faults', params: Named } }, ({ params }, reply) => {
    named(params).faults.clear();
    return reply.code(204).send();
  });
  app.get(`${path}/:id`, { schema: { summary: 'Show a fault', params: Identified } }, ({ params }) =>
    findFault(named(params), params.id),
  );
  app.delete(`${path}/:id`, { schema: { summary: 'Drop a fault', params: Identified } }, ({ params }, reply) => {
    removeFault(named(params), params.id);
    return reply.code(204).send();
  });
}

/** Fastify takes a string for a body written out already, but "off" is a JSON value like any other. */
function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(value));
}

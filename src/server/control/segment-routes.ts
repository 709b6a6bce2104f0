import { Type } from '@sinclair/typebox';
import type { Mock } from '../../core/mock.js';
import { type ControlScope, doneWith, type Find, NOTHING, OF_SEGMENT, OF_WORKSPACE, only } from './scope.js';
import {
  deleteSegment,
  listSegments,
  putSegment,
  SegmentChange,
  SegmentInput,
  SegmentView,
  segmentView,
  seriesCsv,
  SeriesCsv,
  SeriesDay,
  SeriesRange,
  seriesView,
  updateSegment,
} from '../../operations/segments.js';

const PATH = '/workspaces/:name/segments';

export function segmentRoutes(app: ControlScope, mock: Mock, named: Find): void {
  app.get(
    PATH,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'List its segments',
        operationId: 'listSegments',
        response: { 200: only('segments', Type.Array(SegmentView)) },
      },
    },
    ({ params }) => ({ segments: listSegments(named(params)) }),
  );
  app.get(
    `${PATH}/:id`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Show a segment with all its defaults',
        operationId: 'showSegment',
        response: { 200: SegmentView },
      },
    },
    ({ params }) => segmentView(named(params), params.id),
  );
  app.delete(
    `${PATH}/:id`,
    {
      schema: { ...OF_SEGMENT, summary: 'Delete a segment', operationId: 'removeSegment', response: { 204: NOTHING } },
    },
    ({ params }, reply) => {
      deleteSegment(named(params), params.id);
      doneWith(reply);
    },
  );
  changeRoutes(app, named);
  seriesRoute(app, mock, named);
}

function changeRoutes(app: ControlScope, named: Find): void {
  app.put(
    `${PATH}/:id`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Create or replace a segment; omitted fields get their defaults',
        operationId: 'putSegment',
        body: SegmentInput,
        response: { 200: SegmentView, 201: SegmentView },
        refuses: OF_WORKSPACE.refuses,
      },
    },
    ({ params, body }, reply) => {
      const workspace = named(params);
      const isNew = putSegment(workspace, params.id, body);
      void reply.code(isNew ? 201 : 200);
      return segmentView(workspace, params.id);
    },
  );
  app.patch(
    `${PATH}/:id`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Change fields of a segment by a JSON merge patch and keep the others',
        operationId: 'patchSegment',
        consumes: ['application/merge-patch+json', 'application/json'],
        body: SegmentChange,
        response: { 200: SegmentView },
      },
    },
    ({ params, body }) => {
      const workspace = named(params);
      updateSegment(workspace, params.id, body);
      return segmentView(workspace, params.id);
    },
  );
}

function seriesRoute(app: ControlScope, mock: Mock, named: Find): void {
  app.get(
    `${PATH}/:id/series`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Show its true and estimated sizes, as JSON or CSV; spends no token',
        operationId: 'showSeries',
        querystring: SeriesRange,
        response: {
          200: {
            content: {
              'application/json': { schema: only('series', Type.Array(SeriesDay)) },
              'text/csv': { schema: SeriesCsv },
            },
          },
        },
      },
    },
    ({ params, query, headers }, reply) => {
      const series = seriesView(mock, named(params), params.id, query);
      const asCsv = query.format === 'csv' || (query.format === undefined && headers.accept?.includes('text/csv'));
      if (asCsv !== true) return { series };
      void reply.type('text/csv; charset=utf-8');
      return seriesCsv(series);
    },
  );
}

import { Type } from '@sinclair/typebox';
import type { Mock } from '../../core/mock.js';
import { type ControlScope, noContent, type Find, NO_CONTENT, OF_SEGMENT, OF_WORKSPACE, wrapIn } from './scope.js';
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

const SEGMENTS_PATH = '/workspaces/:name/segments';

export function segmentRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    SEGMENTS_PATH,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'List its segments',
        operationId: 'listSegments',
        response: { 200: wrapIn('segments', Type.Array(SegmentView)) },
      },
    },
    ({ params }) => ({ segments: listSegments(workspaceOf(params)) }),
  );
  app.get(
    `${SEGMENTS_PATH}/:id`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Show a segment with all its defaults',
        operationId: 'showSegment',
        response: { 200: SegmentView },
      },
    },
    ({ params }) => segmentView(workspaceOf(params), params.id),
  );
  app.delete(
    `${SEGMENTS_PATH}/:id`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Delete a segment',
        operationId: 'removeSegment',
        response: { 204: NO_CONTENT },
      },
    },
    ({ params }, reply) => {
      deleteSegment(workspaceOf(params), params.id);
      noContent(reply);
    },
  );
  changeRoutes(app, workspaceOf);
  seriesRoute(app, mock, workspaceOf);
}

function changeRoutes(app: ControlScope, workspaceOf: Find): void {
  app.put(
    `${SEGMENTS_PATH}/:id`,
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
      const workspace = workspaceOf(params);
      const isNew = putSegment(workspace, params.id, body);
      void reply.code(isNew ? 201 : 200);
      return segmentView(workspace, params.id);
    },
  );
  app.patch(
    `${SEGMENTS_PATH}/:id`,
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
      const workspace = workspaceOf(params);
      updateSegment(workspace, params.id, body);
      return segmentView(workspace, params.id);
    },
  );
}

function seriesRoute(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    `${SEGMENTS_PATH}/:id/series`,
    {
      schema: {
        ...OF_SEGMENT,
        summary: 'Show its true and estimated sizes, as JSON or CSV; spends no token',
        operationId: 'showSeries',
        querystring: SeriesRange,
        response: {
          200: {
            content: {
              'application/json': { schema: wrapIn('series', Type.Array(SeriesDay)) },
              'text/csv': { schema: SeriesCsv },
            },
          },
        },
      },
    },
    ({ params, query, headers }, reply) => {
      const series = seriesView(mock, workspaceOf(params), params.id, query);
      const asCsv = query.format === 'csv' || (query.format === undefined && headers.accept?.includes('text/csv'));
      if (asCsv !== true) return { series };
      void reply.type('text/csv; charset=utf-8');
      return seriesCsv(series);
    },
  );
}

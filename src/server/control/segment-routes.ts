import { Type } from '@sinclair/typebox';
import type { Mock } from '../../core/mock.js';
import { type ControlScope, type Find, NO_CONTENT, OF_SEGMENT, OF_WORKSPACE, operation, wrapIn } from './scope.js';
import {
  deleteSegment,
  listSegments,
  putSegment,
  SegmentChange,
  SegmentInput,
  SegmentView,
  segmentView,
  updateSegment,
} from '../../operations/segments.js';
import {
  DayRange,
  SeriesCsv,
  seriesCsv,
  SeriesDay,
  SeriesRange,
  seriesView,
  TrendView,
  trendView,
} from '../../operations/series.js';
import { PreviewQuery, previewReply, PreviewView } from '../../operations/replies.js';

const SEGMENTS = '/workspaces/:name/segments';
const SEGMENT = `${SEGMENTS}/:id`;

export function segmentRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  const list = { 200: wrapIn('segments', Type.Array(SegmentView)) };
  app.get(SEGMENTS, operation(OF_WORKSPACE, 'listSegments', 'List its segments', list), ({ params }) => ({
    segments: listSegments(workspaceOf(params)),
  }));
  app.get(
    SEGMENT,
    operation(OF_SEGMENT, 'showSegment', 'Show a segment with all its defaults', { 200: SegmentView }),
    ({ params }) => segmentView(workspaceOf(params), params.id),
  );
  app.put(
    SEGMENT,
    operation(
      OF_SEGMENT,
      'putSegment',
      'Create or replace a segment; omitted fields get their defaults',
      { 200: SegmentView, 201: SegmentView },
      { body: SegmentInput, refuses: OF_WORKSPACE.refuses },
    ),
    ({ params, body }, reply) => {
      const workspace = workspaceOf(params);
      if (putSegment(workspace, params.id, body)) void reply.code(201);
      return segmentView(workspace, params.id);
    },
  );
  app.patch(
    SEGMENT,
    operation(
      OF_SEGMENT,
      'patchSegment',
      'Change fields of a segment by a JSON merge patch and keep the others',
      { 200: SegmentView },
      { body: SegmentChange, consumes: ['application/merge-patch+json', 'application/json'] },
    ),
    ({ params, body }) => {
      const workspace = workspaceOf(params);
      updateSegment(workspace, params.id, body);
      return segmentView(workspace, params.id);
    },
  );
  app.delete(
    SEGMENT,
    operation(
      OF_SEGMENT,
      'removeSegment',
      'Delete a segment that has no subsets',
      { 204: NO_CONTENT },
      { refuses: [...OF_SEGMENT.refuses, 'segment_in_use'] },
    ),
    async ({ params }) => deleteSegment(workspaceOf(params), params.id),
  );
  seriesRoutes(app, mock, workspaceOf);
}

function seriesRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  const json = { schema: wrapIn('series', Type.Array(SeriesDay)) };
  const series = { 200: { content: { 'application/json': json, 'text/csv': { schema: SeriesCsv } } } };
  app.get(
    `${SEGMENT}/series`,
    operation(OF_SEGMENT, 'showSeries', 'Show its true and estimated sizes, as JSON or CSV; spends no token', series, {
      querystring: SeriesRange,
    }),
    ({ params, query, headers }, reply) => {
      const days = seriesView(mock, workspaceOf(params), params.id, query);
      const asCsv = query.format === 'csv' || (query.format === undefined && headers.accept?.includes('text/csv'));
      if (asCsv !== true) return { series: days };
      void reply.type('text/csv; charset=utf-8');
      return seriesCsv(days);
    },
  );
  app.get(
    `${SEGMENT}/trend`,
    operation(
      OF_SEGMENT,
      'showTrend',
      'Show how its estimated sizes move: changes, slope, seasons, lifts',
      { 200: TrendView },
      { querystring: DayRange },
    ),
    ({ params, query }) => trendView(mock, workspaceOf(params), params.id, query),
  );
  app.get(
    `${SEGMENT}/reply`,
    operation(
      OF_SEGMENT,
      'previewReply',
      'Show what a client would get now; takes no token',
      { 200: PreviewView },
      { querystring: PreviewQuery },
    ),
    ({ params, query }) => previewReply(mock, workspaceOf(params), params.id, query),
  );
}

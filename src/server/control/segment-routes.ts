import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Mock } from '../../core/mock.js';
import { SegmentFixture } from '../../core/segments/fixture.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import * as segments from '../../operations/segments.js';
import * as series from '../../operations/series.js';
import { PreviewQuery, previewReply, PreviewView } from '../../operations/replies.js';
import { type Resource, wrapIn } from './resource.js';

export function segmentRoutes(workspace: Resource<[Workspace]>, mock: Mock): void {
  workspace.at('/segments').get('listSegments', (owner) => ({ segments: segments.listSegments(owner) }), {
    summary: 'List the segments of a workspace',
    200: wrapIn('segments', Type.Array(segments.SegmentView)),
  });
  const segment = workspace.one('/segments', { id: SegmentFixture.properties.id }, 'segment_not_found');
  segment.get('showSegment', segments.segmentView, {
    summary: 'Show a segment with all its defaults',
    200: segments.SegmentView,
  });
  const put = (owner: Workspace, id: string, input: segments.SegmentInput, reply: FastifyReply) => {
    if (segments.putSegment(owner, id, input)) void reply.code(201);
    return segments.segmentView(owner, id);
  };
  segment.put('putSegment', put, {
    summary: 'Create or replace a segment; omitted fields get their defaults',
    body: segments.SegmentInput,
    200: segments.SegmentView,
    201: segments.SegmentView,
    refuses: ['workspace_not_found'],
  });
  segment.patch('patchSegment', segments.updateSegment, {
    summary: 'Change fields of a segment with a JSON merge patch',
    body: segments.SegmentChange,
    consumes: ['application/merge-patch+json', 'application/json'],
    200: segments.SegmentView,
  });
  segment.delete('removeSegment', segments.deleteSegment, {
    summary: 'Delete a segment that has no subsets',
    refuses: ['workspace_not_found', 'segment_not_found', 'segment_in_use'],
  });

  const show = (owner: Workspace, id: string, range: series.SeriesRange, reply: FastifyReply) => {
    const days = series.seriesView(mock, owner, id, range);
    const { accept } = reply.request.headers;
    const asCsv = range.format === 'csv' || (range.format === undefined && accept?.includes('text/csv'));
    if (asCsv !== true) return { series: days };
    void reply.type('text/csv; charset=utf-8');
    return series.seriesCsv(days);
  };
  const json = { schema: wrapIn('series', Type.Array(series.SeriesDay)) };
  segment.at('/series').get('showSeries', show, {
    summary: 'Show the true and estimated sizes of a segment, as JSON or CSV; costs no token',
    querystring: series.SeriesRange,
    200: { content: { 'application/json': json, 'text/csv': { schema: series.SeriesCsv } } },
  });
  segment.at('/trend').get('showTrend', (owner, id, range) => series.trendView(mock, owner, id, range), {
    summary: 'Show how the estimated sizes move: changes, slope, seasons, lifts; costs no token',
    querystring: series.DayRange,
    200: series.TrendView,
  });
  segment.at('/reply').get('previewReply', (owner, id, query) => previewReply(mock, owner, id, query), {
    summary: 'Show the reply that a client would get now; costs no token',
    querystring: PreviewQuery,
    200: PreviewView,
  });
}

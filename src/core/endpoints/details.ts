import { Type } from '@sinclair/typebox';
import type { Endpoint } from '../context.js';
import { ParameterReader } from './parameters.js';
import { SegmentIdParameter, segmentIdProblem } from './segment-id.js';

export const DetailsParameters = Type.Object({ segment_id: SegmentIdParameter });

/** `GET /segments/details` [documented]. */
export const details: Endpoint = {
  path: '/segments/details',
  permission: 'segments.details',
  parameters: DetailsParameters,
  subject: 'segment',
  answer: 'details',

  read(parameters, { strict }) {
    const reader = new ParameterReader<'segment_id'>(parameters);
    reader.check('segment_id', segmentIdProblem);
    reader.refuseProblems(DetailsParameters, strict);
    return { segmentId: reader.value('segment_id') ?? '' };
  },

  reply: ({ profile, segment }) => profile.details(segment),
};

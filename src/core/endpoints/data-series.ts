import { type Static, Type } from '@sinclair/typebox';
import type { Context, Endpoint, Fact, Query } from '../context.js';
import { availableDays } from '../checks/available-days.js';
import { corruptData } from '../faults/corrupt-data.js';
import type { Body, SeriesReply } from '../profiles/profile.js';
import type { Reason } from '../refusals/codes.js';
import { intersect, type Series, type Window } from '../series/series.js';
import { dayOf, formatDay, parseInstant } from '../time/calendar.js';
import { isWholeNumber, ParameterReader } from './parameters.js';
import { SegmentIdParameter, segmentIdProblem } from './segment-id.js';

export const DataSeriesParameters = Type.Object({
  segment_id: SegmentIdParameter,
  length: Type.Integer({ minimum: 1, maximum: 100, description: 'Number of days in the series.' }),
  ending_at: Type.Optional(Type.String({ description: 'End of the series, ISO 8601. Default: now.' })),
});

/** `GET /segments/data_series` [reference]. */
export const dataSeries: Endpoint<Required<Query>> = {
  path: '/segments/data_series',
  permission: 'segments.data_series',
  parameters: DataSeriesParameters,
  subject: 'series',
  answer: 'series',

  /** By the rules of the wire contract, section 3. */
  read(parameters, { strict, profile, now }) {
    const reader = new ParameterReader<keyof Static<typeof DataSeriesParameters>>(parameters);
    const text = reader.value('ending_at');
    const endingAt = text === undefined ? now : parseInstant(text);
    reader.check('segment_id', segmentIdProblem);
    reader.check('length', lengthProblem);
    reader.check('ending_at', (found = '') =>
      endingAt === undefined ? { code: 'ending_at_invalid', found } : profile.endingAtProblem(endingAt, now),
    );
    reader.refuseProblems(DataSeriesParameters, strict);
    const window = profile.window(endingAt ?? now, Number(reader.value('length')));
    return { segmentId: reader.value('segment_id') ?? '', window };
  },

  reply(context) {
    const { mock, profile, segment } = context;
    const { window } = context.query;
    const available = intersect(window, availableDays(context));
    const series = mock.seriesOf(segment);
    const corrupted = corruptedBody(context, series, window, available);
    return corrupted ?? mock.seriesBodies.body(series, profile, window, available);
  },
};

/** The body corrupted by a data fault; a fault that finds nothing to corrupt does not count. */
function corruptedBody(context: Context<Fact>, series: Series, window: Window, available: Window): Body | undefined {
  const { strike, profile, opened } = context;
  const { data: effect } = strike?.effect ?? {};
  if (strike === undefined || typeof effect !== 'string') return undefined;
  const body = profile.series(window, series.estimates(available));
  const reply = JSON.parse(new TextDecoder().decode(body)) as SeriesReply;
  const yesterday = formatDay(dayOf(opened.now) - 1);
  const data = corruptData(effect, reply.data, strike.uniform, yesterday);
  context.isCorrupted = data !== reply.data;
  return context.isCorrupted ? JSON.stringify({ ...reply, data }) : undefined;
}

const { minimum, maximum } = DataSeriesParameters.properties.length as { minimum: number; maximum: number };

function lengthProblem(found: string | undefined): Reason | undefined {
  if (found === undefined || found === '') return { code: 'length_required', minimum, maximum };
  const isValid = isWholeNumber(found) && Number(found) >= minimum && Number(found) <= maximum;
  return isValid ? undefined : { code: 'length_invalid', found, minimum, maximum };
}

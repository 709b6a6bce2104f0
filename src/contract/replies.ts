/** The successes of Braze's endpoints, as clients read them. What else a reply has is ignored. */
import { type Static, Type } from '@sinclair/typebox';
import { Listed } from '../core/profiles/segment-bodies.js';
import { Size } from '../core/segments/points.js';
import { InstantText, MidnightText } from '../core/time/text.js';

const Words = Type.Array(Type.String());

export const SegmentList = Type.Object({
  message: Type.String(),
  segments: Type.Array(Type.Object({ ...Listed.properties, tags: Type.Optional(Words) })),
});
export type SegmentList = Static<typeof SegmentList>;

export const DataSeries = Type.Object({
  message: Type.String(),
  data: Type.Array(Type.Object({ time: MidnightText(), size: Size })),
});
export type DataSeries = Static<typeof DataSeries>;

const Instant = Type.Optional(Type.Union([InstantText(), Type.Null()]));
const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]));

export const SegmentDetails = Type.Object({
  message: Type.String(),
  created_at: Instant,
  updated_at: Instant,
  name: Type.String(),
  description: Text,
  text_description: Text,
  tags: Type.Optional(Words),
  teams: Type.Optional(Words),
});
export type SegmentDetails = Static<typeof SegmentDetails>;

/** The successes of Braze's endpoints, as clients read them. What else a reply has is ignored. */
import { type Static, Type } from '@sinclair/typebox';
import { Listed } from '../core/profiles/segment-bodies.js';
import { Size } from '../core/segments/points.js';
import { InstantText, MidnightText } from '../core/time/text.js';

const Words = Type.Array(Type.String());

export const BrazeList = Type.Object({
  message: Type.String(),
  segments: Type.Array(Type.Object({ ...Listed.properties, tags: Type.Optional(Words) })),
});
export type BrazeList = Static<typeof BrazeList>;

export const BrazeSeries = Type.Object({
  message: Type.String(),
  data: Type.Array(Type.Object({ time: MidnightText(), size: Size })),
});

const InstantOrNull = Type.Optional(Type.Union([InstantText(), Type.Null()]));
const TextOrNull = Type.Optional(Type.Union([Type.String(), Type.Null()]));

export const BrazeDetails = Type.Object({
  message: Type.String(),
  created_at: InstantOrNull,
  updated_at: InstantOrNull,
  name: Type.String(),
  description: TextOrNull,
  text_description: TextOrNull,
  tags: Type.Optional(Words),
  teams: Type.Optional(Words),
});
export type BrazeDetails = Static<typeof BrazeDetails>;

import { Type, type Static } from '@sinclair/typebox';

const strict = { additionalProperties: false } as const;

/** When a fault strikes. */
export const Trigger = Type.Object(
  { segmentId: Type.Optional(Type.String({ description: 'Only requests that name this segment.' })) },
  strict,
);

/** What a fault does. */
export const Effect = Type.Object(
  {
    status: Type.Integer({ minimum: 400, maximum: 599, description: "Answered in the profile's own words." }),
  },
  strict,
);

/** A planned misbehaviour, as fixtures write it. */
export const FaultPlan = Type.Object({ trigger: Type.Optional(Trigger), effect: Effect }, strict);
export type FaultPlan = Static<typeof FaultPlan>;

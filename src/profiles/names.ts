import { Type, type Static } from '@sinclair/typebox';

/** The profiles there are: how replies are worded. */
export const ProfileName = Type.Union([Type.Literal('documented')]);
export type ProfileName = Static<typeof ProfileName>;

import { type Static, Type } from '@sinclair/typebox';

/** The profiles there are: how replies are worded. */
export const ProfileName = Type.Union([Type.Literal('documented'), Type.Literal('observed')]);
export type ProfileName = Static<typeof ProfileName>;

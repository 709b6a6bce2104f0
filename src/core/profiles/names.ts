import { type Static, Type } from '@sinclair/typebox';

/** The names of the profiles. */
export const ProfileName = Type.Union([Type.Literal('documented'), Type.Literal('observed')]);
export type ProfileName = Static<typeof ProfileName>;

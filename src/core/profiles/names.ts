import { type Static, Type } from '@sinclair/typebox';

export const ProfileName = Type.Union([Type.Literal('documented'), Type.Literal('observed')]);
export type ProfileName = Static<typeof ProfileName>;

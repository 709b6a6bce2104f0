import { type Static, Type } from '@sinclair/typebox';
import type { ClockSetting } from '../clock.js';
import { parseDuration } from '../duration.js';
import { formatInstant } from '../series/calendar.js';
import { DurationText } from '../validation.js';
import type { Workspace } from '../workspaces/workspace.js';

export const Advance = Type.Object({ by: DurationText() }, { additionalProperties: false });
export type Advance = Static<typeof Advance>;

export interface ClockView {
  now: string;
  frozen: boolean;
  scale: number;
}

export function clockView({ clock }: Workspace): ClockView {
  return { now: formatInstant(clock.now()), frozen: clock.frozen, scale: clock.scale };
}

export function setClock(workspace: Workspace, setting: ClockSetting): ClockView {
  workspace.clock.set(setting);
  return clockView(workspace);
}

export function advanceClock(workspace: Workspace, { by }: Advance): ClockView {
  workspace.clock.advance(parseDuration(by) ?? 0);
  return clockView(workspace);
}

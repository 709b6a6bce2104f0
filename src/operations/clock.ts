import type { Static } from '@sinclair/typebox';
import type { ClockSetting } from '../core/time/clock.js';
import { parseDuration } from '../core/time/duration.js';
import { formatInstant } from '../core/time/calendar.js';
import { DurationText, WrittenInstant } from '../core/time/text.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { exactly, Field } from '../schema/shapes.js';

export const Advance = exactly({ by: DurationText() });
export type Advance = Static<typeof Advance>;

export const ClockView = exactly({
  now: WrittenInstant('Its present instant.'),
  frozen: Field.flag('Whether it is frozen.'),
  scale: Field.number('Seconds that pass in a real one.', { minimum: 1e-6, maximum: 1e6 }),
});
export type ClockView = Static<typeof ClockView>;

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

/** Returns to the clock of the fixture or of the setting. */
export function resetClock(workspace: Workspace): ClockView {
  workspace.clock.reset();
  return clockView(workspace);
}

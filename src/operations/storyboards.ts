import { type Static, Type } from '@sinclair/typebox';
import { BUILT_IN_STORYBOARDS } from '../core/faults/built-in-storyboards.js';
import { FaultPlan } from '../core/faults/fault.js';
import { FaultView, Phase } from '../core/faults/planned-fault.js';
import { type Storyboard, StoryboardName, toNamedFaults } from '../core/faults/storyboards.js';
import { formatInstant } from '../core/time/calendar.js';
import { WrittenInstant } from '../core/time/text.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { exactly, Field } from '../schema/shapes.js';
import { ControlError } from './errors.js';

export const PlayingStoryboard = exactly({
  name: StoryboardName,
  startedAt: WrittenInstant("When it began, by the workspace's clock."),
  faults: Type.Array(
    exactly({
      ...FaultView.properties,
      phase: Field.of(Phase, '`past`: over; `present`: can strike; `next`: waits for its turn.'),
    }),
  ),
});
export type PlayingStoryboard = Static<typeof PlayingStoryboard>;

export const StoryboardsView = exactly({
  builtIn: Type.Array(
    exactly({
      name: StoryboardName,
      sentence: Field.text('What happens.', { minLength: 1 }),
      scale: Type.Optional(Field.number('How fast the clock should run for a client to see the end.', { minimum: 1 })),
      faults: Type.Array(FaultPlan),
    }),
  ),
  playing: Type.Array(PlayingStoryboard),
});
export type StoryboardsView = Static<typeof StoryboardsView>;

export function storyboardsView(workspace: Workspace): StoryboardsView {
  return {
    builtIn: BUILT_IN_STORYBOARDS.map((storyboard) => ({ ...storyboard, faults: [...storyboard.faults] })),
    playing: [...workspace.faults.playing()].map(([name, { startedAt, faults }]) => ({
      name,
      startedAt: formatInstant(startedAt),
      faults,
    })),
  };
}

/** Begins a storyboard. @throws ControlError `storyboard_playing`. */
export function playStoryboard(workspace: Workspace, storyboard: Storyboard): PlayingStoryboard {
  const { name } = storyboard;
  if (workspace.faults.playing().has(name)) {
    throw new ControlError('storyboard_playing', `the storyboard ${name} is playing already; end it first`);
  }
  for (const named of toNamedFaults([storyboard])) workspace.faults.play(named);
  return storyboardsView(workspace).playing.find((playing) => playing.name === name) as PlayingStoryboard;
}

/** Ends a storyboard: its faults go. @throws ControlError `storyboard_not_found`. */
export function endStoryboard(workspace: Workspace, name: string): void {
  if (workspace.faults.end(name)) return;
  const playing = [...workspace.faults.playing().keys()].join(', ') || 'none';
  throw new ControlError(
    'storyboard_not_found',
    `the workspace ${workspace.name} plays no storyboard ${name}; playing: ${playing}`,
  );
}

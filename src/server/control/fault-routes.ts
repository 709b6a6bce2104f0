import { Type } from '@sinclair/typebox';
import { FaultPlan } from '../../core/faults/fault.js';
import { FaultView } from '../../core/faults/planned-fault.js';
import { Storyboard, StoryboardName } from '../../core/faults/storyboards.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { findFault, removeFault } from '../../operations/faults.js';
import {
  endStoryboard,
  PlayingStoryboard,
  playStoryboard,
  StoryboardsView,
  storyboardsView,
} from '../../operations/storyboards.js';
import { Field } from '../../schema/shapes.js';
import { type Resource, wrapIn } from './resource.js';

export function faultRoutes(workspace: Resource<[Workspace]>): void {
  const faults = workspace.at('/faults');
  faults.get('listFaults', (owner) => ({ faults: owner.faults.list() }), {
    summary: 'List the faults, with matches and strikes so far',
    200: wrapIn('faults', Type.Array(FaultView)),
  });
  faults.post('planFault', (owner, plan) => owner.faults.add(plan), {
    summary: 'Plan a fault',
    body: FaultPlan,
    201: FaultView,
  });
  faults.delete('dropFaults', (owner) => owner.faults.clear(), { summary: 'Delete all faults' });
  const fault = workspace.one('/faults', { id: FaultView.properties.id }, 'fault_not_found');
  fault.get('showFault', findFault, { summary: 'Show a fault', 200: FaultView });
  fault.delete('dropFault', removeFault, { summary: 'Delete a fault' });

  const storyboards = workspace.at('/storyboards');
  storyboards.get('listStoryboards', storyboardsView, {
    summary: 'List the built-in storyboards and those playing',
    200: StoryboardsView,
  });
  storyboards.post('playStoryboard', playStoryboard, {
    summary: 'Play a storyboard',
    body: Storyboard,
    201: PlayingStoryboard,
    refuses: ['workspace_not_found', 'storyboard_playing'],
  });
  const name = Field.of(StoryboardName, 'The storyboard.');
  const playing = workspace.one('/storyboards', { storyboard: name }, 'storyboard_not_found');
  playing.delete('endStoryboard', endStoryboard, { summary: 'End a storyboard' });
}

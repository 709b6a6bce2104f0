import { Type } from '@sinclair/typebox';
import { FaultPlan } from '../../core/faults/fault.js';
import { FaultView } from '../../core/faults/planned-fault.js';
import { Storyboard } from '../../core/faults/storyboards.js';
import { addFault, findFault, removeFault } from '../../operations/faults.js';
import {
  endStoryboard,
  PlayingStoryboard,
  playStoryboard,
  StoryboardsView,
  storyboardsView,
} from '../../operations/storyboards.js';
import {
  type ControlScope,
  type Find,
  NO_CONTENT,
  OF_FAULT,
  OF_STORYBOARD,
  OF_WORKSPACE,
  operation,
  wrapIn,
} from './scope.js';

const FAULTS = '/workspaces/:name/faults';
const FAULT = `${FAULTS}/:id`;
const STORYBOARDS = '/workspaces/:name/storyboards';

export function faultRoutes(app: ControlScope, workspaceOf: Find): void {
  const list = { 200: wrapIn('faults', Type.Array(FaultView)) };
  app.get(
    FAULTS,
    operation(OF_WORKSPACE, 'listFaults', 'List its faults, with matches and strikes so far', list),
    ({ params }) => ({ faults: workspaceOf(params).faults.list() }),
  );
  app.post(
    FAULTS,
    operation(OF_WORKSPACE, 'planFault', 'Plan a fault', { 201: FaultView }, { body: FaultPlan }),
    ({ params, body }) => addFault(workspaceOf(params), body),
  );
  app.delete(
    FAULTS,
    operation(OF_WORKSPACE, 'dropFaults', 'Delete all faults', { 204: NO_CONTENT }),
    async ({ params }) => workspaceOf(params).faults.clear(),
  );
  app.get(FAULT, operation(OF_FAULT, 'showFault', 'Show a fault', { 200: FaultView }), ({ params }) =>
    findFault(workspaceOf(params), params.id),
  );
  app.delete(FAULT, operation(OF_FAULT, 'dropFault', 'Delete a fault', { 204: NO_CONTENT }), async ({ params }) =>
    removeFault(workspaceOf(params), params.id),
  );
  storyboardRoutes(app, workspaceOf);
}

function storyboardRoutes(app: ControlScope, workspaceOf: Find): void {
  app.get(
    STORYBOARDS,
    operation(OF_WORKSPACE, 'listStoryboards', 'List the built-in storyboards and those playing', {
      200: StoryboardsView,
    }),
    ({ params }) => storyboardsView(workspaceOf(params)),
  );
  app.post(
    STORYBOARDS,
    operation(
      OF_WORKSPACE,
      'playStoryboard',
      'Play a storyboard',
      { 201: PlayingStoryboard },
      { body: Storyboard, refuses: [...OF_WORKSPACE.refuses, 'storyboard_playing'] },
    ),
    ({ params, body }) => playStoryboard(workspaceOf(params), body),
  );
  app.delete(
    `${STORYBOARDS}/:storyboard`,
    operation(OF_STORYBOARD, 'endStoryboard', 'End a storyboard', { 204: NO_CONTENT }),
    async ({ params }) => endStoryboard(workspaceOf(params), params.storyboard),
  );
}

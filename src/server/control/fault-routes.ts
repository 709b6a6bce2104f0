import { Type } from '@sinclair/typebox';
import { FaultPlan } from '../../core/faults/fault.js';
import { FaultView } from '../../core/faults/faults.js';
import { addFault, findFault, removeFault } from '../../operations/faults.js';
import { type ControlScope, type Find, NO_CONTENT, OF_FAULT, OF_WORKSPACE, operation, wrapIn } from './scope.js';

const FAULTS = '/workspaces/:name/faults';
const FAULT = `${FAULTS}/:id`;

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
}

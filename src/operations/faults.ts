import type { FaultView } from '../core/faults/planned-fault.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { ControlError } from './errors.js';

/** @throws ControlError `fault_not_found`. */
export function findFault(workspace: Workspace, id: string): FaultView {
  const fault = workspace.faults.get(id);
  if (fault === undefined) throw noFault(workspace, id);
  return fault;
}

export function removeFault(workspace: Workspace, id: string): void {
  if (!workspace.faults.remove(id)) throw noFault(workspace, id);
}

function noFault(workspace: Workspace, id: string): ControlError {
  return new ControlError('fault_not_found', `the workspace ${workspace.name} has no fault ${id}`);
}

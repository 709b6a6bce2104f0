import type { Mock } from '../../core/mock.js';
import { WorkspaceName } from '../../core/workspaces/fixture.js';
import { findWorkspace } from '../../operations/workspaces.js';
import { Field } from '../../schema/shapes.js';
import type { Connections } from '../transport/connections.js';
import { clockRoutes } from './clock-routes.js';
import { faultRoutes } from './fault-routes.js';
import { requestRoutes } from './request-routes.js';
import type { Resource } from './resource.js';
import { segmentRoutes } from './segment-routes.js';
import { workspaceRoutes, workspacesRoutes } from './workspace-routes.js';

/** The routes of the control API. Each passes its validated input to an operation. */
export function controlRoutes(root: Resource<[]>, mock: Mock, connections: Connections): void {
  root.at('/reset').post('resetAll', () => mock.reset(), { summary: 'Return everything to the fixtures' });
  workspacesRoutes(root.at('/workspaces'), mock);
  const named = root.one('/workspaces', { name: Field.of(WorkspaceName, 'The workspace.') });
  const workspace = named.finding((name) => findWorkspace(mock, name), 'workspace_not_found');
  workspaceRoutes(workspace, named, mock);
  segmentRoutes(workspace, mock);
  clockRoutes(workspace);
  faultRoutes(workspace);
  const stray = root.finding(() => undefined);
  requestRoutes(stray, { of: 'without a valid key', id: 'Stray' }, mock, connections);
  requestRoutes(workspace, { of: "made with the workspace's keys", id: 'Request' }, mock, connections);
}

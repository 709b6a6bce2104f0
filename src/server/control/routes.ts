import type { Connections } from '../transport/connections.js';
import type { Mock } from '../../core/mock.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { clockRoutes } from './clock-routes.js';
import { faultRoutes } from './fault-routes.js';
import { requestRoutes } from './request-routes.js';
import { type ControlScope, NO_CONTENT, operation } from './scope.js';
import { segmentRoutes } from './segment-routes.js';
import { workspaceRoutes } from './workspace-routes.js';
import { findWorkspace } from '../../operations/workspaces.js';

/** The routes of the control API. Each passes its validated input to an operation. */
export function controlRoutes(app: ControlScope, mock: Mock, connections: Connections): void {
  const workspaceOf = (params: { name: string }): Workspace => findWorkspace(mock, params.name);

  app.post('/reset', operation({}, 'resetAll', 'Return everything to the fixtures', { 204: NO_CONTENT }), async () =>
    mock.reset(),
  );
  workspaceRoutes(app, mock, workspaceOf);
  segmentRoutes(app, mock, workspaceOf);
  clockRoutes(app, workspaceOf);
  faultRoutes(app, workspaceOf);
  requestRoutes(app, mock, connections, workspaceOf);
}

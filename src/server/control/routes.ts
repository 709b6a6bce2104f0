import type { Connections } from '../transport/connections.js';
import type { Mock } from '../../core/mock.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { clockRoutes } from './clock-routes.js';
import { faultRoutes } from './fault-routes.js';
import { requestRoutes } from './request-routes.js';
import { type ControlScope, doneWith, NOTHING } from './scope.js';
import { segmentRoutes } from './segment-routes.js';
import { workspaceRoutes } from './workspace-routes.js';
import { findWorkspace } from '../../operations/workspaces.js';

/** The routes of the control API: each hands its input, already checked, to the operation that does the work. */
export function controlRoutes(app: ControlScope, mock: Mock, connections: Connections): void {
  const named = (params: { name: string }): Workspace => findWorkspace(mock, params.name);

  app.post(
    '/reset',
    {
      schema: { summary: 'Return everything to the fixtures', operationId: 'resetAll', response: { 204: NOTHING } },
    },
    (_request, reply) => {
      mock.reset();
      doneWith(reply);
    },
  );
  workspaceRoutes(app, mock, named);
  segmentRoutes(app, mock, named);
  clockRoutes(app, named);
  faultRoutes(app, named);
  requestRoutes(app, mock, connections, named);
}

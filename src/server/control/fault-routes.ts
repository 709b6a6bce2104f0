import { Type } from '@sinclair/typebox';
import { FaultPlan } from '../../core/faults/fault.js';
import { FaultView } from '../../core/faults/faults.js';
import { addFault, findFault, removeFault } from '../../operations/faults.js';
import { type ControlScope, noContent, type Find, NO_CONTENT, OF_FAULT, OF_WORKSPACE, wrapIn } from './scope.js';

const FAULTS_PATH = '/workspaces/:name/faults';

export function faultRoutes(app: ControlScope, workspaceOf: Find): void {
  app.get(
    FAULTS_PATH,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'List its faults, with matches and strikes so far',
        operationId: 'listFaults',
        response: { 200: wrapIn('faults', Type.Array(FaultView)) },
      },
    },
    ({ params }) => ({ faults: workspaceOf(params).faults.list() }),
  );
  app.post(
    FAULTS_PATH,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Plan a fault',
        operationId: 'planFault',
        body: FaultPlan,
        response: { 201: FaultView },
      },
    },
    ({ params, body }, reply) => {
      void reply.code(201);
      return addFault(workspaceOf(params), body);
    },
  );
  app.delete(
    FAULTS_PATH,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Delete all faults',
        operationId: 'dropFaults',
        response: { 204: NO_CONTENT },
      },
    },
    ({ params }, reply) => {
      workspaceOf(params).faults.clear();
      noContent(reply);
    },
  );
  oneFaultRoutes(app, workspaceOf);
}

function oneFaultRoutes(app: ControlScope, workspaceOf: Find): void {
  app.get(
    `${FAULTS_PATH}/:id`,
    {
      schema: { ...OF_FAULT, summary: 'Show a fault', operationId: 'showFault', response: { 200: FaultView } },
    },
    ({ params }) => findFault(workspaceOf(params), params.id),
  );
  app.delete(
    `${FAULTS_PATH}/:id`,
    {
      schema: { ...OF_FAULT, summary: 'Delete a fault', operationId: 'dropFault', response: { 204: NO_CONTENT } },
    },
    ({ params }, reply) => {
      removeFault(workspaceOf(params), params.id);
      noContent(reply);
    },
  );
}

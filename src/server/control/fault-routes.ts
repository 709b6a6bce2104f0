import { Type } from '@sinclair/typebox';
import { FaultPlan } from '../../core/faults/fault.js';
import { FaultView } from '../../core/faults/faults.js';
import { addFault, findFault, removeFault } from '../../operations/faults.js';
import { type ControlScope, doneWith, type Find, NOTHING, OF_FAULT, OF_WORKSPACE, only } from './scope.js';

const PATH = '/workspaces/:name/faults';

export function faultRoutes(app: ControlScope, named: Find): void {
  app.get(
    PATH,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'List its faults, with matches and strikes so far',
        operationId: 'listFaults',
        response: { 200: only('faults', Type.Array(FaultView)) },
      },
    },
    ({ params }) => ({ faults: named(params).faults.list() }),
  );
  app.post(
    PATH,
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
      return addFault(named(params), body);
    },
  );
  app.delete(
    PATH,
    {
      schema: { ...OF_WORKSPACE, summary: 'Delete all faults', operationId: 'dropFaults', response: { 204: NOTHING } },
    },
    ({ params }, reply) => {
      named(params).faults.clear();
      doneWith(reply);
    },
  );
  app.get(
    `${PATH}/:id`,
    {
      schema: { ...OF_FAULT, summary: 'Show a fault', operationId: 'showFault', response: { 200: FaultView } },
    },
    ({ params }) => findFault(named(params), params.id),
  );
  app.delete(
    `${PATH}/:id`,
    {
      schema: { ...OF_FAULT, summary: 'Delete a fault', operationId: 'dropFault', response: { 204: NOTHING } },
    },
    ({ params }, reply) => {
      removeFault(named(params), params.id);
      doneWith(reply);
    },
  );
}

import { Type } from '@sinclair/typebox';
import type { Mock } from '../../core/mock.js';
import { type ControlScope, doneWith, type Find, NOTHING, OF_WORKSPACE, only } from './scope.js';
import {
  addApiKey,
  ApiKeyView,
  createWorkspace,
  MadeWorkspace,
  NewApiKey,
  NewWorkspace,
  ProfileSetting,
  ProfileView,
  setProfile,
  WorkspaceView,
  workspaceView,
} from '../../operations/workspaces.js';

const PATH = '/workspaces';

export function workspaceRoutes(app: ControlScope, mock: Mock, named: Find): void {
  app.get(
    PATH,
    {
      schema: {
        summary: 'List the workspaces',
        operationId: 'listWorkspaces',
        response: { 200: only('workspaces', Type.Array(WorkspaceView)) },
      },
    },
    () => ({ workspaces: mock.workspaces.all().map(workspaceView) }),
  );
  app.post(
    PATH,
    {
      schema: {
        summary: 'Create a workspace with an API key of its own',
        operationId: 'makeWorkspace',
        body: NewWorkspace,
        response: { 201: MadeWorkspace },
        refuses: ['workspace_not_found', 'workspace_exists', 'api_key_exists'],
      },
      ...BODY_OPTIONAL,
    },
    ({ body }, reply) => {
      void reply.code(201);
      return createWorkspace(mock, body);
    },
  );
  oneWorkspaceRoutes(app, mock, named);
  accessRoutes(app, mock, named);
}

function oneWorkspaceRoutes(app: ControlScope, mock: Mock, named: Find): void {
  app.get(
    `${PATH}/:name`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Show a workspace',
        operationId: 'showWorkspace',
        response: { 200: WorkspaceView },
      },
    },
    ({ params }) => workspaceView(named(params)),
  );
  app.delete(
    `${PATH}/:name`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Delete a workspace',
        operationId: 'removeWorkspace',
        response: { 204: NOTHING },
      },
    },
    ({ params }, reply) => {
      mock.remove(named(params));
      doneWith(reply);
    },
  );
  app.post(
    `${PATH}/:name/reset`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Return a workspace to its first state',
        operationId: 'resetWorkspace',
        response: { 204: NOTHING },
      },
    },
    ({ params }, reply) => {
      mock.resetWorkspace(named(params));
      doneWith(reply);
    },
  );
}

function accessRoutes(app: ControlScope, mock: Mock, named: Find): void {
  app.get(
    `${PATH}/:name/profile`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Show its profile',
        operationId: 'showProfile',
        response: { 200: ProfileView },
      },
    },
    ({ params }) => ({ profile: named(params).profile.name }),
  );
  app.put(
    `${PATH}/:name/profile`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Set its profile',
        operationId: 'setProfile',
        body: ProfileSetting,
        response: { 200: ProfileView },
      },
    },
    ({ params, body }) => setProfile(named(params), body),
  );
  app.post(
    `${PATH}/:name/api-keys`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Add an API key, for example with fewer permissions',
        operationId: 'addApiKey',
        body: NewApiKey,
        response: { 201: ApiKeyView },
        refuses: [...OF_WORKSPACE.refuses, 'api_key_exists'],
      },
      ...BODY_OPTIONAL,
    },
    ({ params, body }, reply) => {
      void reply.code(201);
      return addApiKey(mock, named(params), body);
    },
  );
}

/** Where every field may be left out, so may the body. */
const BODY_OPTIONAL = {
  config: { bodyOptional: true },
  preValidation(request: { body: unknown }, _reply: unknown, done: () => void): void {
    if (request.body === undefined) request.body = {};
    done();
  },
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the body may be left out. */
    bodyOptional?: boolean;
  }
}

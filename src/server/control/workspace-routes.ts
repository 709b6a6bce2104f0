import { Type } from '@sinclair/typebox';
import type { Mock } from '../../core/mock.js';
import { type ControlScope, noContent, type Find, NO_CONTENT, OF_WORKSPACE, wrapIn } from './scope.js';
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

const WORKSPACES_PATH = '/workspaces';

export function workspaceRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    WORKSPACES_PATH,
    {
      schema: {
        summary: 'List the workspaces',
        operationId: 'listWorkspaces',
        response: { 200: wrapIn('workspaces', Type.Array(WorkspaceView)) },
      },
    },
    () => ({ workspaces: mock.workspaces.all().map(workspaceView) }),
  );
  app.post(
    WORKSPACES_PATH,
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
  oneWorkspaceRoutes(app, mock, workspaceOf);
  accessRoutes(app, mock, workspaceOf);
}

function oneWorkspaceRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    `${WORKSPACES_PATH}/:name`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Show a workspace',
        operationId: 'showWorkspace',
        response: { 200: WorkspaceView },
      },
    },
    ({ params }) => workspaceView(workspaceOf(params)),
  );
  app.delete(
    `${WORKSPACES_PATH}/:name`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Delete a workspace',
        operationId: 'removeWorkspace',
        response: { 204: NO_CONTENT },
      },
    },
    ({ params }, reply) => {
      mock.remove(workspaceOf(params));
      noContent(reply);
    },
  );
  app.post(
    `${WORKSPACES_PATH}/:name/reset`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Return a workspace to its first state',
        operationId: 'resetWorkspace',
        response: { 204: NO_CONTENT },
      },
    },
    ({ params }, reply) => {
      mock.resetWorkspace(workspaceOf(params));
      noContent(reply);
    },
  );
}

function accessRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    `${WORKSPACES_PATH}/:name/profile`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Show its profile',
        operationId: 'showProfile',
        response: { 200: ProfileView },
      },
    },
    ({ params }) => ({ profile: workspaceOf(params).profile.name }),
  );
  app.put(
    `${WORKSPACES_PATH}/:name/profile`,
    {
      schema: {
        ...OF_WORKSPACE,
        summary: 'Set its profile',
        operationId: 'setProfile',
        body: ProfileSetting,
        response: { 200: ProfileView },
      },
    },
    ({ params, body }) => setProfile(workspaceOf(params), body),
  );
  app.post(
    `${WORKSPACES_PATH}/:name/api-keys`,
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
      return addApiKey(mock, workspaceOf(params), body);
    },
  );
}

/** If every field is optional, so is the body. */
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

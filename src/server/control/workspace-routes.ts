import { Type } from '@sinclair/typebox';
import type { Mock } from '../../core/mock.js';
import { type ControlScope, type Find, NO_CONTENT, OF_API_KEY, OF_WORKSPACE, operation, wrapIn } from './scope.js';
import {
  addApiKey,
  ApiKeyView,
  createWorkspace,
  MadeWorkspace,
  NewApiKey,
  NewWorkspace,
  ProfileSetting,
  ProfileView,
  revokeApiKey,
  setProfile,
  WorkspaceView,
  workspaceView,
} from '../../operations/workspaces.js';
import { changeState, StateChange } from '../../operations/states.js';
import { PutWorkspace, putWorkspace, workspaceFixture } from '../../operations/snapshot.js';
import { FixtureFile } from '../../core/workspaces/fixture.js';

const WORKSPACES = '/workspaces';
const WORKSPACE = `${WORKSPACES}/:name`;

export function workspaceRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  const list = { 200: wrapIn('workspaces', Type.Array(WorkspaceView)) };
  app.get(WORKSPACES, operation({}, 'listWorkspaces', 'List the workspaces', list), () => ({
    workspaces: mock.workspaces.all().map(workspaceView),
  }));
  app.post(
    WORKSPACES,
    {
      ...operation(
        {},
        'makeWorkspace',
        'Create a workspace with an API key of its own',
        { 201: MadeWorkspace },
        { body: NewWorkspace, refuses: ['workspace_not_found', 'workspace_exists', 'api_key_exists'] },
      ),
      ...BODY_OPTIONAL,
    },
    ({ body }) => createWorkspace(mock, body),
  );
  app.get(
    WORKSPACE,
    operation(OF_WORKSPACE, 'showWorkspace', 'Show a workspace', { 200: WorkspaceView }),
    ({ params }) => workspaceView(workspaceOf(params)),
  );
  app.delete(
    WORKSPACE,
    operation(OF_WORKSPACE, 'removeWorkspace', 'Delete a workspace', { 204: NO_CONTENT }),
    async ({ params }) => mock.remove(workspaceOf(params)),
  );
  app.post(
    `${WORKSPACE}/reset`,
    operation(OF_WORKSPACE, 'resetWorkspace', 'Return a workspace to its first state', { 204: NO_CONTENT }),
    async ({ params }) => mock.resetWorkspace(workspaceOf(params)),
  );
  const states = {
    body: StateChange,
    refuses: [...OF_WORKSPACE.refuses, 'state_not_found', 'segment_in_use'],
  } as const;
  app.post(
    `${WORKSPACE}/states`,
    operation(
      OF_WORKSPACE,
      'changeState',
      'Bring it into a provider state of Pact, or undo that',
      { 200: StateChange },
      states,
    ),
    ({ params, body }) => changeState(workspaceOf(params), body),
  );
  snapshotRoutes(app, mock, workspaceOf);
  accessRoutes(app, mock, workspaceOf);
}

function snapshotRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    `${WORKSPACE}/fixture`,
    operation(OF_WORKSPACE, 'showFixture', 'Show it as it is now, as a fixture file', { 200: FixtureFile }),
    ({ params }) => workspaceFixture(workspaceOf(params)),
  );
  app.put(
    WORKSPACE,
    {
      ...operation(
        { params: OF_WORKSPACE.params },
        'putWorkspace',
        'Create or replace a workspace, from a fixture file of it or its fields',
        { 200: WorkspaceView, 201: WorkspaceView },
        { body: PutWorkspace, refuses: ['api_key_exists'] },
      ),
      bodyLimit: LARGEST_FIXTURE,
    },
    ({ params, body }, reply) => {
      const { workspace, isNew } = putWorkspace(mock, params.name, body);
      if (isNew) void reply.code(201);
      return workspaceView(workspace);
    },
  );
}

function accessRoutes(app: ControlScope, mock: Mock, workspaceOf: Find): void {
  app.get(
    `${WORKSPACE}/profile`,
    operation(OF_WORKSPACE, 'showProfile', 'Show its profile', { 200: ProfileView }),
    ({ params }) => ({ profile: workspaceOf(params).profile.name }),
  );
  app.put(
    `${WORKSPACE}/profile`,
    operation(OF_WORKSPACE, 'setProfile', 'Set its profile', { 200: ProfileView }, { body: ProfileSetting }),
    ({ params, body }) => setProfile(workspaceOf(params), body),
  );
  app.post(
    `${WORKSPACE}/api-keys`,
    {
      ...operation(
        OF_WORKSPACE,
        'addApiKey',
        'Add an API key, for example with fewer permissions',
        { 201: ApiKeyView },
        { body: NewApiKey, refuses: [...OF_WORKSPACE.refuses, 'api_key_exists'] },
      ),
      ...BODY_OPTIONAL,
    },
    ({ params, body }) => addApiKey(mock, workspaceOf(params), body),
  );
  app.delete(
    `${WORKSPACE}/api-keys/:key`,
    operation(OF_API_KEY, 'revokeApiKey', 'Revoke an API key', { 204: NO_CONTENT }),
    async ({ params }) => revokeApiKey(mock, workspaceOf(params), params.key),
  );
}

/** Bytes: a workspace of ten thousand segments can be put back. */
const LARGEST_FIXTURE = 64 * 1024 * 1024;

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

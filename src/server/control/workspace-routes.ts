import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Mock } from '../../core/mock.js';
import { ApiKeyFixture, FixtureFile } from '../../core/workspaces/fixture.js';
import type { Workspace } from '../../core/workspaces/workspace.js';
import { PutWorkspace, putWorkspace, workspaceFixture } from '../../operations/snapshot.js';
import { changeState, StateChange } from '../../operations/states.js';
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
import { type Resource, wrapIn } from './resource.js';

/** Bytes: a workspace of ten thousand segments can be put back. */
const LARGEST_FIXTURE = 64 * 1024 * 1024;

export function workspacesRoutes(workspaces: Resource<[]>, mock: Mock): void {
  workspaces.get('listWorkspaces', () => ({ workspaces: mock.workspaces.all().map(workspaceView) }), {
    summary: 'List the workspaces',
    200: wrapIn('workspaces', Type.Array(WorkspaceView)),
  });
  workspaces.post('makeWorkspace', (input) => createWorkspace(mock, input), {
    summary: 'Create a workspace with its own API key',
    body: NewWorkspace,
    bodyOptional: true,
    201: MadeWorkspace,
    refuses: ['workspace_not_found', 'workspace_exists', 'api_key_exists'],
  });
}

/** `named` is the same path, also if no workspace has that name. */
export function workspaceRoutes(workspace: Resource<[Workspace]>, named: Resource<[string]>, mock: Mock): void {
  workspace.get('showWorkspace', workspaceView, { summary: 'Show a workspace', 200: WorkspaceView });
  workspace.delete('removeWorkspace', (owner) => mock.remove(owner), { summary: 'Delete a workspace' });
  workspace.at('/reset').post('resetWorkspace', (owner) => mock.resetWorkspace(owner), {
    summary: 'Return a workspace to its initial state',
  });
  workspace.at('/states').post('changeState', changeState, {
    summary: 'Set up a Pact provider state, or tear it down',
    body: StateChange,
    200: StateChange,
    refuses: ['workspace_not_found', 'state_not_found', 'segment_in_use'],
  });
  workspace.at('/fixture').get('showFixture', workspaceFixture, {
    summary: 'Show the workspace as it is now, as a fixture file',
    200: FixtureFile,
  });
  const put = (name: string, input: PutWorkspace, reply: FastifyReply) => {
    const { workspace: owner, isNew } = putWorkspace(mock, name, input);
    if (isNew) void reply.code(201);
    return workspaceView(owner);
  };
  named.put('putWorkspace', put, {
    summary: 'Create or replace a workspace from a fixture',
    body: PutWorkspace,
    bodyLimit: LARGEST_FIXTURE,
    200: WorkspaceView,
    201: WorkspaceView,
    refuses: ['api_key_exists'],
  });
  const profile = workspace.at('/profile');
  profile.get('showProfile', (owner) => ({ profile: owner.profile.name }), {
    summary: 'Show the profile',
    200: ProfileView,
  });
  profile.put('setProfile', setProfile, { summary: 'Set the profile', body: ProfileSetting, 200: ProfileView });
  workspace.at('/api-keys').post('addApiKey', (owner, input) => addApiKey(mock, owner, input), {
    summary: 'Add an API key, for example with fewer permissions',
    body: NewApiKey,
    bodyOptional: true,
    201: ApiKeyView,
    refuses: ['workspace_not_found', 'api_key_exists'],
  });
  const apiKey = workspace.one('/api-keys', { key: ApiKeyFixture.properties.key }, 'api_key_not_found');
  apiKey.delete('revokeApiKey', (owner, key) => revokeApiKey(mock, owner, key), { summary: 'Revoke an API key' });
}

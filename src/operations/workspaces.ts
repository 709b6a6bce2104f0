import { randomUUID } from 'node:crypto';
import { type Static, Type } from '@sinclair/typebox';
import { ConfigurationError } from '../schema/configuration-error.js';
import { type Mock, toTemplate } from '../core/mock.js';
import {
  ApiKeyFixture,
  segmentsProblems,
  clashesWithin,
  Permission,
  WorkspaceFixture,
  WorkspaceName,
} from '../core/workspaces/fixture.js';
import { InstanceName } from '../core/workspaces/instances.js';
import { ProfileName } from '../core/profiles/names.js';
import { profiles } from '../core/profiles/profiles.js';
import { type Problem, show } from '../schema/problems.js';
import { refine } from '../schema/checker.js';
import type { ApiKey, Workspace } from '../core/workspaces/workspace.js';
import { ClockView, clockView } from './clock.js';
import { ControlError } from './errors.js';
import { RateLimitView, rateLimitView } from './rate-limit.js';
import { exactly, Field } from '../schema/shapes.js';

/** A workspace to make: what it is made from, and what is to be different. */
export const NewWorkspace = refine(
  exactly({
    ...Type.Partial(WorkspaceFixture).properties,
    from: Type.Optional(
      Field.of(WorkspaceName, 'The workspace to copy. Default: `default`, or the first one if there is no `default`.'),
    ),
  }),
  repeatedIdsAndKeys,
);
export type NewWorkspace = Static<typeof NewWorkspace>;

export const MadeWorkspace = exactly({
  name: WorkspaceName,
  apiKey: Field.of(ApiKeyFixture.properties.key, 'Opens it.'),
});
export type MadeWorkspace = Static<typeof MadeWorkspace>;

/** An API key to add; one is generated if it is left out. */
export const NewApiKey = exactly({ ...ApiKeyFixture.properties, key: Type.Optional(ApiKeyFixture.properties.key) });
export type NewApiKey = Static<typeof NewApiKey>;

/** Creates a workspace with a key of its own. It shares the template of its parent, not the changes made since. */
export function createWorkspace(mock: Mock, { from, ...overrides }: NewWorkspace): MadeWorkspace {
  const parent = (from === undefined ? mock.workspaces.default : findWorkspace(mock, from))?.template;
  const name = overrides.name ?? mock.workspaces.freeName();
  if (mock.workspaces.get(name) !== undefined)
    throw new ControlError('workspace_exists', `a workspace ${name} exists already; choose another name or delete it`);
  const apiKey = randomUUID();
  const apiKeys = [{ key: apiKey }, ...(overrides.apiKeys ?? [])];
  const fixture = { ...parent?.fixture, ...overrides, name, apiKeys };
  for (const { key } of overrides.apiKeys ?? []) refuseTakenKey(mock, key);
  const shared = overrides.segments === undefined ? parent?.segments : undefined;
  mock.add(shared === undefined ? toTemplate(fixture) : { fixture, segments: shared });
  return { name, apiKey };
}

/** Problems of segment ids and API keys that a workspace has twice. */
export function repeatedIdsAndKeys(workspace: Record<string, unknown>): Problem[] {
  const shown = (text: string) => text.replace('$.workspaces[0]', '$');
  const clashes = clashesWithin({ workspaces: [workspace] });
  return [
    ...segmentsProblems(workspace, '$'),
    ...clashes.map(({ path, found, expected }) => ({ path: shown(path), found, expected: shown(expected) })),
  ];
}

export function addApiKey(
  mock: Mock,
  workspace: Workspace,
  { key = randomUUID(), permissions }: NewApiKey,
): ApiKeyView {
  refuseTakenKey(mock, key);
  const apiKey = workspace.addKey(key, permissions);
  mock.workspaces.addKey(workspace, apiKey);
  return { key, permissions: [...apiKey.permissions] };
}

/** @throws ControlError `api_key_not_found`. */
export function revokeApiKey(mock: Mock, workspace: Workspace, key: string): void {
  if (!workspace.apiKeys.delete(key))
    throw new ControlError('api_key_not_found', `the workspace ${workspace.name} has no such API key`);
  mock.workspaces.removeKey(key);
}

/** The default workspace, and its key with the most permissions. @throws ConfigurationError if there is none. */
export function startingWorkspace(mock: Mock): { name: string; apiKey: string } {
  const workspace = mock.workspaces.default;
  if (workspace === undefined) throw new ConfigurationError(['$.workspaces: found none, expected at least one']);
  return { name: workspace.name, apiKey: strongestKey(workspace) };
}

/** The key with the most permissions; every workspace is made with one. */
export function strongestKey({ apiKeys }: Workspace): string {
  const keys = [...apiKeys.values()].toSorted((one, other) => other.permissions.size - one.permissions.size);
  return (keys[0] as ApiKey).key;
}

/** The profile to word a workspace's replies in: an object that names it, or its name alone. */
export const ProfileSetting = Type.Union([exactly({ profile: ProfileName }), ...ProfileName.anyOf]);
export type ProfileSetting = Static<typeof ProfileSetting>;

export const ProfileView = exactly({ profile: ProfileName });

export function setProfile(workspace: Workspace, setting: ProfileSetting): Static<typeof ProfileView> {
  const profile = typeof setting === 'string' ? setting : setting.profile;
  workspace.profile = profiles[profile];
  return { profile };
}

/** An API key with all that it may do. */
export const ApiKeyView = exactly({
  key: ApiKeyFixture.properties.key,
  permissions: Type.Array(Permission, { uniqueItems: true, maxItems: Permission.anyOf.length }),
});
export type ApiKeyView = Static<typeof ApiKeyView>;

/** @throws ControlError `workspace_not_found`. */
export function findWorkspace(mock: Mock, name: string): Workspace {
  const workspace = mock.workspaces.get(name);
  if (workspace !== undefined) return workspace;
  const names = mock.workspaces.all().slice(0, 20);
  throw new ControlError(
    'workspace_not_found',
    `unknown workspace ${show(name)}; known: ${names.map((known) => known.name).join(', ') || 'none'}`,
  );
}

export const WorkspaceView = exactly({
  name: WorkspaceName,
  instance: Field.orNull(InstanceName, 'null where its keys are accepted on every host.'),
  profile: ProfileName,
  apiKeys: Type.Array(ApiKeyView),
  clock: ClockView,
  rateLimit: RateLimitView,
  segments: Field.count('Segments in its catalogue.'),
  faults: Field.count('Faults planned.'),
  requests: Field.count('Requests in its journal.'),
});
export type WorkspaceView = Static<typeof WorkspaceView>;

export function workspaceView(workspace: Workspace): WorkspaceView {
  return {
    name: workspace.name,
    instance: workspace.instance ?? null,
    profile: workspace.profile.name,
    apiKeys: [...workspace.apiKeys.values()].map(({ key, permissions }) => ({ key, permissions: [...permissions] })),
    clock: clockView(workspace),
    rateLimit: rateLimitView(workspace),
    segments: workspace.catalogue.size,
    faults: workspace.faults.size,
    requests: workspace.journal.size,
  };
}

/** Refuses a key that opens a workspace other than `own`. */
export function refuseTakenKey(mock: Mock, key: string, own?: Workspace): void {
  const taken = otherOwner(mock, key, own);
  if (taken === undefined) return;
  throw new ControlError('api_key_exists', `this API key opens the workspace ${taken.name} already`);
}

/** The workspace that a key opens, if it is another than `own`. */
export function otherOwner(mock: Mock, key: string, own: Workspace | undefined): Workspace | undefined {
  const owner = mock.workspaces.openedBy(key)?.workspace;
  return owner === own ? undefined : owner;
}

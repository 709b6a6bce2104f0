import type { Static } from '@sinclair/typebox';
import { type Mock, toTemplate } from '../core/mock.js';
import type { FaultPlan } from '../core/faults/fault.js';
import type { Faults } from '../core/faults/faults.js';
import type { FaultView } from '../core/faults/planned-fault.js';
import { builtInStoryboard } from '../core/faults/storyboards.js';
import { givenFieldsOf } from '../core/segments/segment.js';
import { clashesWithin, FixtureFile, WorkspaceFixture, WorkspaceName } from '../core/workspaces/fixture.js';
import { generatedKey } from '../core/workspaces/generated-key.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { check, refine } from '../schema/checker.js';
import { type Problem, show } from '../schema/problems.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { otherThanPath, refuseProblems } from './errors.js';
import { rateLimitView } from './rate-limit.js';
import { otherOwner, refuseTakenKey, repeatedIdsAndKeys } from './workspaces.js';

/** A fixture file with this workspace as it is now: clock, limit, keys, profile, segments and faults. */
export function workspaceFixture(workspace: Workspace): FixtureFile {
  const { template, profile, clock, apiKeys, catalogue, faults } = workspace;
  // The long lists come last.
  const { apiKeys: _keys, segments: _segments, faults: _faults, storyboards: _boards, ...fields } = template.fixture;
  const limit = rateLimitView(workspace);
  const fixture: WorkspaceFixture = {
    ...fields,
    profile: profile.name,
    clock: clock.setting,
    rateLimit: limit === 'off' ? 'off' : { capacity: limit.capacity, refillPerHour: limit.refillPerHour },
    // Fixture files expand variables.
    apiKeys: [...apiKeys.values()].map(({ key, permissions }) => ({
      key: key.replaceAll('${', () => '$${'),
      permissions: [...permissions],
    })),
    segments: catalogue.list().map(givenFieldsOf),
    ...plansOf(faults),
  };
  return { workspaces: [fixture] };
}

/** What is planned, by storyboards as far as they are whole. */
function plansOf(faults: Faults): Pick<WorkspaceFixture, 'faults' | 'storyboards'> {
  const plan = ({ trigger, effect }: FaultView): FaultPlan => ({ trigger, effect });
  const storyboards = [...faults.playing()].map(([name, playing]) => {
    const builtIn = builtInStoryboard(name);
    if (builtIn?.faults.length === playing.faults.length) return name;
    return { name: builtIn === undefined ? name : `${name}-in-part`, faults: playing.faults.map(plan) };
  });
  const others = faults.list().filter(({ storyboard }) => storyboard === undefined);
  return { faults: others.map(plan), storyboards };
}

const { properties } = WorkspaceFixture;

/** A workspace, or a fixture file with one workspace. The name may be left to the path. */
export const PutWorkspace = refine(
  exactly(
    optional({
      $schema: FixtureFile.properties.$schema,
      workspaces: Field.list(
        WorkspaceFixture,
        'The workspace as in a fixture file; only `$schema` can be next to it.',
        { minItems: 1, maxItems: 1, expected: 'exactly one workspace' },
      ),
      ...properties,
      name: Field.of(WorkspaceName, 'That of the path.'),
    }),
  ),
  inOneForm,
);
export type PutWorkspace = Static<typeof PutWorkspace>;

function inOneForm(given: Record<string, unknown>): Problem[] {
  if (given['workspaces'] === undefined) return repeatedIdsAndKeys(given);
  const beside = Object.keys(given).filter((field) => field in properties);
  const expected = 'the fields of the workspace either in `workspaces[0]` or at the top, not both';
  const mixed = beside.map((field) => ({ path: `$.${field}`, found: show(given[field]), expected }));
  return [...mixed, ...clashesWithin(given)];
}

/**
 * Adds a workspace or replaces the one of that name. Journal, bucket and counts start over. `isNew` says which.
 * @throws ControlError `body_invalid`, or `api_key_exists` if a key opens another workspace; nothing has changed then.
 */
export function putWorkspace(mock: Mock, name: string, { workspaces, $schema: _schema, ...single }: PutWorkspace) {
  const given = workspaces?.[0] ?? single;
  const path = workspaces === undefined ? '$' : '$.workspaces[0]';
  const shape = check(WorkspaceName, name);
  const problems = shape.ok ? [] : shape.problems.map((problem) => ({ ...problem, path: `${path}.name` }));
  refuseProblems([...problems, ...otherThanPath('name', given.name, name, path)]);
  const replaced = mock.workspaces.get(name);
  const apiKeys = given.apiKeys?.map(({ key, ...rest }) => ({ key: key.replaceAll('$${', () => '${'), ...rest })) ?? [];
  for (const { key } of apiKeys) refuseTakenKey(mock, key, replaced);
  const template = toTemplate({ ...given, name, apiKeys });
  const isTaken = (key: string) => otherOwner(mock, key, replaced) !== undefined;
  const generated = apiKeys.length === 0 && { generatedKey: generatedKey(mock.settings.seed, name, isTaken) };
  return { workspace: mock.put({ ...template, ...generated }), isNew: replaced === undefined };
}

import { Type, type Static } from '@sinclair/typebox';
import { ClockSetting } from '../time/clock.js';
import { FaultPlan } from '../faults/fault.js';
import { StoryboardName, Storyboards } from '../faults/storyboards.js';
import { ProfileName } from '../profiles/names.js';
import { TOKENS } from '../rate-limit/limiter.js';
import { SegmentFixture } from '../segments/fixture.js';
import { expectedParent } from '../segments/subsets.js';
import { type Problem, show } from '../../schema/problems.js';
import { type Checked, checker, defaultsOf, refine } from '../../schema/checker.js';
import { DurationText, InstantText } from '../time/text.js';
import { redactKey } from '../../schema/secrets.js';
import { InstanceName } from './instances.js';
import { exactly, Field, oneOf, optional } from '../../schema/shapes.js';

/** The permissions an API key can carry [documented]. */
export const Permission = oneOf(['segments.data_series', 'segments.list', 'segments.details', 'campaigns.list']);
export type Permission = Static<typeof Permission>;

export const ApiKeyFixture = exactly({
  key: Field.text('The API key, unique among all workspaces.', {
    minLength: 1,
    maxLength: 256,
    pattern: '^[!-~]+$',
    expected: '1 to 256 visible ASCII characters',
  }),
  permissions: Type.Optional(
    Field.list(Permission, 'What the key may do.', { default: Permission.anyOf.map((permission) => permission.const) }),
  ),
});

export const QuotaFixture = exactly(
  optional({
    capacity: Field.integer('Tokens in a full bucket. Default: `refillPerHour`.', TOKENS),
    refillPerHour: Field.integer('Tokens that are refilled per hour. Default: `capacity`.', TOKENS),
  }),
  { minProperties: 1, expected: 'capacity, refillPerHour or both' },
);

/** As storyboards are named. */
export const WorkspaceName = StoryboardName;

export const WorkspaceFixture = refine(
  exactly({
    name: Field.of(WorkspaceName, 'Unique among all workspaces.'),
    ...optional({
      instance: Field.of(
        InstanceName,
        'Braze instance; its keys are refused on the REST hosts of other instances. Default: accepted on every host.',
      ),
      profile: Field.of(ProfileName, "Profile of the replies. Default: the server's `--profile`."),
      retentionDays: Field.count('Days older than this are left out. Default: no limit.'),
      processingDelay: DurationText('Delay after midnight until the new day appears.', { default: 'PT0S' }),
      rateLimit: Type.Union([QuotaFixture, Type.Literal('off')], {
        description: "`capacity` and `refillPerHour` of the bucket, or `off`. Default: the server's `--rate-limit`.",
      }),
      apiKeys: Field.list(ApiKeyFixture, 'The keys that open it. Default, also for an empty list: one generated key.'),
      segments: Field.list(SegmentFixture, 'Its segments; their ids are unique within the workspace.', { default: [] }),
      faults: Field.list(FaultPlan, 'Faults, each with a `trigger` and an `effect`. The first one that strikes wins.', {
        default: [],
      }),
      storyboards: Storyboards,
      clock: Type.Union([Type.Literal('system'), InstantText(), ClockSetting], {
        description:
          "`system`, an instant at which it is frozen, or an object with `now`, `frozen`, `scale`. Default: the server's `--clock`.",
        expected: '"system", an ISO 8601 instant, or an object with now, frozen, scale',
      }),
      journalSize: Field.integer(
        "Requests kept in the journal; all journals together take at most 64 MiB. Default: the server's `--journal-size`.",
        { minimum: 0, maximum: 1e6 },
      ),
    }),
  }),
  segmentsProblems,
);
export type WorkspaceFixture = Static<typeof WorkspaceFixture>;

export const workspaceDefaults = defaultsOf(WorkspaceFixture) as Required<
  Pick<WorkspaceFixture, 'processingDelay' | 'segments' | 'faults'>
>;
export const apiKeyDefaults = defaultsOf(ApiKeyFixture) as Required<Pick<Static<typeof ApiKeyFixture>, 'permissions'>>;

export const FixtureFile = exactly(
  {
    $schema: Type.Optional(Field.text('Where editors find the schema of this file.')),
    workspaces: Type.Array(WorkspaceFixture, { minItems: 1 }),
  },
  { title: 'Fixtures of braze-segments-mock' },
);
export type FixtureFile = Static<typeof FixtureFile>;

/** Validates a parsed fixture file and reports all problems together. */
export const checkFixture: (document: unknown) => Checked<FixtureFile> = checker(FixtureFile);

/** Segment ids are unique within a workspace, not across workspaces, and chains of subsets end there. */
export function segmentsProblems(workspace: unknown, path: string): Problem[] {
  const segments = entriesOf(workspace, path, 'segments');
  // A storyboard is a name, or an object that has one.
  const storyboards = entriesOf(workspace, path, 'storyboards');
  const names = storyboards.flatMap(([one, at]): [string, string][] => (typeof one === 'string' ? [[one, at]] : []));
  return [
    ...duplicateProblems(stringsAt(segments, 'id')),
    ...subsetProblems(segments),
    ...duplicateProblems([...names, ...stringsAt(storyboards, 'name')]),
  ];
}

function subsetProblems(segments: [unknown, string][]): Problem[] {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const read = segments.map(([segment, path]) => ({
    id: text(fieldOf(segment, 'id')) ?? '',
    parent: text(fieldOf(fieldOf(segment, 'subsetOf'), 'segment')),
    path: `${path}.subsetOf.segment`,
  }));
  const parents = new Map(read.map(({ id, parent }) => [id, parent]));
  return read.flatMap(({ id, parent, path }) => {
    const expected = parent === undefined ? undefined : expectedParent(id, parents);
    return expected === undefined ? [] : [{ path, found: show(parent), expected }];
  });
}

/** A file's name and its parsed content, valid or not. */
export interface FixtureDocument {
  file: string;
  document: unknown;
}

/** Names of workspaces and API keys must be unique over all files: a key opens one workspace. */
export function clashesAmong(files: FixtureDocument[]): Problem[] {
  return clashes(files.flatMap(({ file, document }) => entriesOf(document, `${file}: $`, 'workspaces')));
}

/** The same, within one document. */
export function clashesWithin(document: unknown): Problem[] {
  return clashes(entriesOf(document, '$', 'workspaces'));
}

/** The API keys that a document names, even if the rest of it is invalid. */
export function apiKeysIn(document: unknown): string[] {
  return apiKeysOf(entriesOf(document, '$', 'workspaces')).flatMap(([key]) => (key === '' ? [] : key));
}

function clashes(workspaces: [unknown, string][]): Problem[] {
  return [...duplicateProblems(stringsAt(workspaces, 'name')), ...duplicateProblems(apiKeysOf(workspaces), redactKey)];
}

function apiKeysOf(workspaces: [unknown, string][]): [key: string, path: string][] {
  const apiKeys = workspaces.flatMap(([workspace, path]) => entriesOf(workspace, path, 'apiKeys'));
  return stringsAt(apiKeys, 'key');
}

/** The entries of a list with their paths; none if the field is not a list, which the schema reports. */
export function entriesOf(value: unknown, path: string, field: string): [unknown, string][] {
  const list = fieldOf(value, field);
  return Array.isArray(list) ? list.map((entry, index) => [entry, `${path}.${field}[${index}]`]) : [];
}

function stringsAt(entries: [unknown, string][], field: string): [string, string][] {
  return entries.flatMap(([entry, path]) => {
    const text = fieldOf(entry, field);
    return typeof text === 'string' ? [[text, `${path}.${field}`]] : [];
  });
}

function fieldOf(value: unknown, field: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[field];
}

/** Problems for the entries of [value, path] whose value occurred earlier. */
function duplicateProblems(entries: [string, string][], write: (value: string) => string = show): Problem[] {
  const first = new Map<string, string>();
  return entries.flatMap(([value, path]) => {
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, path);
    return earlier === undefined
      ? []
      : [{ path, found: write(value), expected: `another one: ${earlier} has it already` }];
  });
}

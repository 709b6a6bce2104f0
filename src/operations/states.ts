import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Trigger } from '../core/faults/fault.js';
import { SegmentFixture } from '../core/segments/fixture.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { show } from '../schema/problems.js';
import { checker } from '../schema/checker.js';
import { exactly, Field, optional } from '../schema/shapes.js';
import { ControlError, invalid } from './errors.js';
import { deleteSegment, putSegment, updateSegment } from './segments.js';

/** A change of the provider state, as verifiers of Pact send it. */
export const StateChange = exactly({
  state: Field.orNull(Type.String(), 'Name of the state, in any case. null and "" change nothing.'),
  ...optional({
    params: Type.Record(Type.String(), Type.Unknown(), { description: 'Parameters of the state.' }),
    action: Field.oneOf(['setup', 'teardown'], '`teardown` undoes the last setup. Default: `setup`.'),
    consumer: Field.text('Ignored.'),
    states: Field.list(Type.Unknown(), 'Ignored: verifiers repeat the state there.'),
  }),
});
export type StateChange = Static<typeof StateChange>;

type Params = SegmentFixture & Trigger & { status?: number };

/** A provider state. `setUp` takes what `params` describes, and returns how to undo it. */
interface ProviderState {
  about: string;
  params: TSchema;
  setUp: (workspace: Workspace, params: Params) => () => void;
}

const SegmentById = exactly({ id: SegmentFixture.properties.id });
const Struck = exactly({
  ...Type.Pick(Trigger, ['segmentId', 'path', 'times']).properties,
  ...optional({ status: Type.Integer({ minimum: 400, maximum: 599 }) }),
});

const statusState = (usual: number): ProviderState => ({
  about: `Requests are answered with \`status\`, ${usual} by default.`,
  params: Struck,
  setUp({ faults }, { status = usual, ...trigger }) {
    const { id } = faults.add({ trigger, effect: { status } });
    return () => void faults.remove(id);
  },
});

const segmentState = (
  about: string,
  params: TSchema,
  change: (workspace: Workspace, params: Params) => void,
): ProviderState => ({
  about,
  params,
  setUp(workspace, given) {
    const { catalogue } = workspace;
    const before = catalogue.has(given.id) ? catalogue.find(given.id) : undefined;
    change(workspace, given);
    return () => (before === undefined ? catalogue.delete(given.id) : catalogue.put(before));
  },
});

/** Every provider state by name; the table in docs/contract-tests.md is generated from it. */
export const STATES: Readonly<Record<string, ProviderState>> = {
  'segment exists': segmentState('A segment has these fields.', SegmentFixture, (workspace, segment) => {
    putSegment(workspace, segment.id, segment);
  }),
  'segment does not exist': segmentState('No segment has the id.', SegmentById, (workspace, { id }) => {
    if (workspace.catalogue.has(id)) deleteSegment(workspace, id);
  }),
  'analytics is off': segmentState(
    'The segment exists without analytics tracking.',
    SegmentById,
    (workspace, { id }) => {
      if (!workspace.catalogue.has(id)) putSegment(workspace, id, {});
      updateSegment(workspace, id, { analyticsTrackingEnabled: false });
    },
  ),
  'API key lacks permission': statusState(403),
  'rate limit is used up': statusState(429),
  outage: statusState(503),
};

/** @throws ControlError `state_not_found` with the known states. */
export function findState(named: string): ProviderState & { name: string } {
  const found = Object.entries(STATES).find(([name]) => name.toLowerCase() === named.trim().toLowerCase());
  if (found !== undefined) return { name: found[0], ...found[1] };
  const known = Object.keys(STATES).map(show).join(', ');
  throw new ControlError('state_not_found', `there is no state ${show(named)}; there is ${known}`);
}

/**
 * Brings a workspace into a state, or undoes the last setup of that state; nothing is left to undo after a reset.
 * @throws ControlError `state_not_found`, `body_invalid`, or that of what the state changes.
 */
export function changeState(workspace: Workspace, { state, params = {}, action = 'setup' }: StateChange): StateChange {
  if (state === null || state.trim() === '') return { state };
  const found = findState(state);
  const setups = workspace.setups.get(found.name) ?? [];
  if (action === 'teardown') setups.pop()?.();
  else {
    const checked = checker(Type.Object({ params: found.params }))({ params });
    if (!checked.ok) throw invalid('body_invalid', checked.problems);
    workspace.setups.set(found.name, [...setups, found.setUp(workspace, params as Params)]);
  }
  return { state: found.name, params, action };
}

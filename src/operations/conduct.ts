import { type Static, Type } from '@sinclair/typebox';
import { LEVELS, MOST_LISTED } from '../core/conduct/rule.js';
import { RULE_NAMES } from '../core/conduct/rules.js';
import { EntryId } from '../core/journal/entry.js';
import type { Mock } from '../core/mock.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { exactly, Field } from '../schema/shapes.js';

/** One judgement of how a client behaved. */
export const Finding = exactly({
  rule: Field.oneOf(RULE_NAMES, 'The rule of conduct.'),
  level: Field.oneOf(LEVELS, '`unjudged`: real time is not what the client knows.'),
  count: Field.integer('How many there are.', { minimum: 1 }),
  requests: Field.list(EntryId, 'The newest of them, by their journal entries.', { maxItems: MOST_LISTED }),
  message: Field.text('What happened, and what to change in the client.', { minLength: 1 }),
});
export type Finding = Static<typeof Finding>;

export const ConductView = exactly({ findings: Type.Array(Finding) });
export type ConductView = Static<typeof ConductView>;

/** How the clients of a workspace behaved; without one, those without a valid key. */
export function conductView(mock: Mock, workspace?: Workspace): ConductView {
  const { mask } = mock.workspaces;
  const judgements = (workspace ?? mock).conduct.judgements();
  return {
    findings: judgements.map((one) => ({ ...one, requests: one.requests.map(String), message: mask(one.message) })),
  };
}

import { type Static, Type } from '@sinclair/typebox';
import { LEVELS, MOST_LISTED } from '../core/conduct/rule.js';
import { RULE_NAMES } from '../core/conduct/rules.js';
import { EntryId } from '../core/journal/entry.js';
import type { Mock } from '../core/mock.js';
import type { Workspace } from '../core/workspaces/workspace.js';
import { exactly, oneOf } from '../schema/shapes.js';

/** One judgement of how a client behaved. */
export const Finding = exactly({
  rule: oneOf(RULE_NAMES, { description: 'The rule of conduct.' }),
  level: oneOf(LEVELS, { description: '`unjudged`: real time is not what the client knows.' }),
  count: Type.Integer({ minimum: 1, description: 'How many there are.' }),
  requests: Type.Array(EntryId, {
    maxItems: MOST_LISTED,
    description: 'The newest of them, by their journal entries.',
  }),
  message: Type.String({ minLength: 1, description: 'What happened, and what to change in the client.' }),
});
export type Finding = Static<typeof Finding>;

export const ConductView = exactly({ findings: Type.Array(Finding) });
export type ConductView = Static<typeof ConductView>;

/** How the clients of a workspace behaved; without one, those without a valid key. */
export function conductView(mock: Mock, workspace?: Workspace): ConductView {
  const { mask } = mock.workspaces;
  const findings = (workspace ?? mock).conduct.judgements().map(({ rule, level, count, requests, message }) => ({
    rule,
    level,
    count,
    requests: requests.map(String),
    message: mask(message),
  }));
  return { findings };
}

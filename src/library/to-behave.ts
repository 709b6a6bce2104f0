import { type Static, Type } from '@sinclair/typebox';
import { RULE_NAMES } from '../core/conduct/rules.js';
import { exactly, oneOf, optional } from '../schema/shapes.js';
import type { InProcessMock } from './index.js';
import { valid } from './plain-data.js';
import type { WorkspaceFace } from './workspace-handle.js';

const rule = oneOf(RULE_NAMES, { expected: `a rule of conduct: ${RULE_NAMES.join(', ')}` });
export const BehaveOptions = exactly(optional({ allow: Type.Array(rule) }));
/** `allow` names the rules whose findings are accepted. */
export type BehaveOptions = Static<typeof BehaveOptions>;

/**
 * The matcher `expect(workspace).toBehave()`: no error and no warning about the clients of a workspace, or about those
 * without a valid key where it gets a mock. Notes, and what could not be judged, are accepted.
 * @throws ControlError for a rule that is unknown.
 */
export function toBehave(received: unknown, options: BehaveOptions = {}): { pass: boolean; message: () => string } {
  const { conduct, strayConduct } = Object(received) as Partial<WorkspaceFace & InProcessMock>;
  const look = conduct ?? strayConduct;
  if (typeof look !== 'function')
    throw new TypeError(`toBehave: found ${typeof received}, expected a workspace: expect(mock.workspace).toBehave()`);
  const { allow = [] } = valid(BehaveOptions, options);
  const findings = look().findings.filter((one) => /error|warning/.test(one.level) && !allow.includes(one.rule));
  const lines = findings.map(({ level, rule: name, requests, message }) => {
    const where = requests.length === 0 ? '' : ` [requests ${requests.join(', ')}]`;
    return `- ${level} ${name}: ${message}${where}`;
  });
  const message = () =>
    lines.length === 0
      ? 'expected the clients to misbehave, but no rule of conduct found an error or a warning'
      : ['expected the clients to behave, but found:', ...lines].join('\n');
  return { pass: lines.length === 0, message };
}

import { type InProcessMock, RULE_NAMES, type RuleName, type WorkspaceFace } from './index.js';

export interface BehaveOptions {
  /** The rules of conduct whose findings are accepted. */
  allow?: readonly RuleName[];
}

/**
 * The matcher `expect(workspace).toBehave()`: no error and no warning about the clients of a workspace, or about those
 * without a valid key if it gets a mock. Notes, and what could not be judged, are accepted.
 * @throws TypeError for what is not a workspace, and for options or rules that are unknown.
 */
export function toBehave(received: unknown, options: BehaveOptions = {}): { pass: boolean; message: () => string } {
  const { conduct, strayConduct } = Object(received) as Partial<WorkspaceFace & InProcessMock>;
  const look = conduct ?? strayConduct;
  if (typeof look !== 'function')
    throw new TypeError(`toBehave: found ${typeof received}, expected a workspace: expect(mock.workspace).toBehave()`);
  const allow = allowed(options);
  const findings = look().findings.filter(({ rule, level }) => /error|warning/.test(level) && !allow.includes(rule));
  const lines = findings.map(({ level, rule, requests, message }) => {
    const where = requests.length === 0 ? '' : ` [requests ${requests.join(', ')}]`;
    return `- ${level} ${rule}${where}: ${message}`;
  });
  const message = () =>
    lines.length === 0
      ? 'expected the clients to misbehave, but no rule of conduct found an error or a warning'
      : ['expected the clients to behave, but found:', ...lines].join('\n');
  return { pass: lines.length === 0, message };
}

function allowed(options: BehaveOptions): readonly RuleName[] {
  const { allow = [], ...others } = Object(options) as BehaveOptions;
  const found = typeof options !== 'object' || options === null || Object.keys(others).length > 0 ? options : allow;
  if (found === options || !Array.isArray(allow))
    throw new TypeError(`toBehave: found ${JSON.stringify(found)}, expected { allow: [a list of rules] }`);
  const unknown = [...allow].filter((rule: unknown) => !RULE_NAMES.includes(rule as RuleName));
  if (unknown.length === 0) return allow;
  throw new TypeError(`toBehave: unknown rule ${unknown.map(String).join(', ')}; known: ${RULE_NAMES.join(', ')}`);
}
